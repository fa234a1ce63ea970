"""Adds the entries of another ledger to this one: without doubles, and without what was counted in another way."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from desktop_chat.core.usage_ledger import UsageEntry
from desktop_chat.services.sqlite import usage_rows
from desktop_chat.services.sqlite.migrations import transaction

_LARGEST_GROUP = 10_000
"""A file may say that any number of requests belong to one reply."""

_What: TypeAlias = tuple[object, ...]


def grouped(entries: Iterable[UsageEntry]) -> Iterator[list[UsageEntry]]:
    """Yield the entries that are compared together: those of a reply, or of a moment, as `usage_rows.by_reply` yields
    them one after another."""
    group: list[UsageEntry] = []
    for entry in entries:
        if group and (_place_of(entry) != _place_of(group[0]) or len(group) >= _LARGEST_GROUP):
            yield group
            group = []
        group.append(entry)
    if group:
        yield group


def missing_of(connection: sqlite3.Connection, group: Sequence[UsageEntry]) -> list[UsageEntry]:
    """Return the entries of a group that are not here. Where all that is here of a reply is something else, it was
    filled in from the reply itself: then nothing of it is missing."""
    here = Counter(map(_what, usage_rows.entries_at(connection, group[0])))
    theirs = Counter(map(_what, group))
    if group[0].message_id and here and not here & theirs:
        return []
    left = theirs - here
    missing = []
    for entry in group:
        if left[_what(entry)] > 0:
            left[_what(entry)] -= 1
            missing.append(entry)
    return missing


def merge(connection: sqlite3.Connection, groups: Iterable[Sequence[UsageEntry]], *, adds: bool) -> int:
    """Add what is missing of some groups, in one transaction, or only count it; return how many requests that are."""
    count = 0
    if not adds:
        return sum(entry.requests for group in groups for entry in missing_of(connection, group))
    with transaction(connection):
        for group in groups:
            for entry in missing_of(connection, group):
                usage_rows.add_one(connection, entry)
                count += entry.requests
    return count


def _place_of(entry: UsageEntry) -> tuple[str, str, float]:
    if entry.conversation_id and entry.message_id:
        return entry.conversation_id, entry.message_id, 0.0
    return "", "", entry.at.timestamp()


def _what(entry: UsageEntry) -> _What:
    """Return what tells one request from another. Names and prices may have been written in other words since."""
    times = (entry.first_token_s, entry.generation_s)
    return entry.at, entry.origin, entry.model, entry.requests, entry.usage, times, entry.message_id
