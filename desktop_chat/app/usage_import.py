"""Takes the records of usage of a backup in: the ledger and the endpoint's callers, after the conversations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import aclosing
from itertools import islice
from typing import TypeVar

from desktop_chat.core.backup import AddedUsage
from desktop_chat.core.importing import Unread
from desktop_chat.services.endpoint.caller_store import MAX_CALLERS, CallerStore
from desktop_chat.services.imports.open_import import OpenImport
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.usage_merge import grouped
from desktop_chat.services.sqlite.usage_store import UsageStore

T = TypeVar("T")

_MOST = 500
"""Requests or callers in one transaction: other processes want to write, too."""
_MOST_CALLERS = 10 * MAX_CALLERS
"""Blocked ones are never forgotten."""
_MOST_UNREAD = 100
"""A file may have any number of wrong lines; of more, nobody learns anything."""


async def take_usage(opened: OpenImport, paths: Paths, unread: Callable[[Unread], None], *, adds: bool) -> AddedUsage:
    """Add what is missing here, or only count it; `unread` hears what could not be read. What is here stays as it is,
    and a killed import is gone on with by the next. Raises StoreError."""
    told = 0

    def tell(found: Unread) -> None:
        nonlocal told
        told += 1
        if told <= _MOST_UNREAD:
            unread(found)

    requests = callers = 0
    async with aclosing(UsageStore(paths.usage_file)) as ledger:
        for groups in _parts(grouped(_read(opened.usage(), tell)), len):
            requests += await ledger.merge(groups, adds=adds)
    async with aclosing(CallerStore(paths.endpoint_file)) as store:
        callers_there = islice(_read(opened.callers(), tell), _MOST_CALLERS)
        for records in _parts(callers_there, lambda record: 1 + len(record.used)):
            callers += await store.merge(records, adds=adds)
    return AddedUsage(requests, callers)


def _read(found: Iterable[T | Unread], tell: Callable[[Unread], None]) -> Iterator[T]:
    for each in found:
        if isinstance(each, Unread):
            tell(each)
        else:
            yield each


def _parts(items: Iterable[T], size_of: Callable[[T], int]) -> Iterator[list[T]]:
    """Yield the items in lists of a size for one transaction."""
    part: list[T] = []
    size = 0
    for item in items:
        part.append(item)
        size += size_of(item)
        if size >= _MOST:
            yield part
            part, size = [], 0
    if part:
        yield part
