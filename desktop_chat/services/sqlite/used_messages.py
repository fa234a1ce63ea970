"""Reads what replies used before there was a ledger, in slices, from the database beside the process that writes it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop_chat.core.entities import FROM_ENDPOINT, Usage
from desktop_chat.core.usage_ledger import UsageEntry, UsageOrigin
from desktop_chat.core.usage_recording import SHORTEST_GENERATION_S, WHOLE, PriceOf, cost_or_none
from desktop_chat.services.sqlite.hardening import guarded
from desktop_chat.services.sqlite.sqlite_errors import translate_sqlite_errors

_ROWS = 2_000
"""Messages in a slice."""
_LAST = "SELECT coalesce(max(seq), 0) FROM messages"
# What callers of the endpoint used is kept with the callers.
_SELECT = """SELECT messages.id, conversation_id, messages.created_at, connection_name, messages.model, status,
    prompt_tokens, completion_tokens, reasoning_tokens, cached_tokens, first_token_s, total_s
    FROM messages JOIN conversations ON conversations.id = conversation_id
    WHERE messages.seq > ? AND messages.seq <= ? AND role = 'assistant' AND status <> 'running'
    AND (prompt_tokens IS NOT NULL OR completion_tokens IS NOT NULL) AND origin <> ? ORDER BY messages.seq"""


@dataclass(frozen=True, slots=True)
class UsedSlice:
    """What some replies used. `up_to` is the last row that was looked at, `is_last` whether no other follows."""

    entries: tuple[UsageEntry, ...]
    up_to: int
    is_last: bool


def read_used(file: Path, after: int, places: Mapping[str, tuple[str, str]], price_of: PriceOf) -> UsedSlice:
    """Return what the replies in the rows that follow used. `places`: ids and hosts by the names of connections. Takes
    a while; call it on a thread. Raises StoreError."""
    with translate_sqlite_errors(), closing(guarded(file, only_reading=True)) as connection:
        last = int(connection.execute(_LAST).fetchone()[0])
        up_to = min(last, after + _ROWS)
        rows = connection.execute(_SELECT, (after, up_to, FROM_ENDPOINT)).fetchall()
    return UsedSlice(tuple(_entry(row, places, price_of) for row in rows), up_to, up_to >= last)


def _entry(row: tuple[Any, ...], places: Mapping[str, tuple[str, str]], price_of: PriceOf) -> UsageEntry:
    message_id, conversation_id, at, name, model, status, *counts, first_token_s, total_s = row
    connection_id, host = places.get(name, ("", ""))
    usage, is_whole = Usage(*counts), status in WHOLE
    is_timed = is_whole and first_token_s is not None and total_s is not None
    generation_s = total_s - first_token_s if is_timed else 0.0
    return UsageEntry(
        datetime.fromtimestamp(at + (total_s or 0.0), UTC),
        UsageOrigin.WINDOW,
        connection_id,
        name,
        host,
        model,
        usage,
        cost_or_none(usage, price_of(host, model) if host else None, is_whole=is_whole),
        conversation_id=conversation_id,
        message_id=message_id,
        first_token_s=first_token_s,
        generation_s=generation_s if generation_s >= SHORTEST_GENERATION_S else None,
    )
