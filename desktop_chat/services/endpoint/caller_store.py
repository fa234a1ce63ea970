"""Keeps callers of the local endpoint and what they used in a small SQLite file beside the conversations.

The serving process writes it, whoever started it; the window reads it, and blocks callers. It holds no text of any
message.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import Path

from desktop_chat.core.endpoint_callers import Caller, CallerRecord, CallerUsage
from desktop_chat.core.entities import Usage
from desktop_chat.services.sqlite.hardening import GuardedConnection
from desktop_chat.services.sqlite.migrations import transaction
from desktop_chat.services.sqlite.small_database import SmallDatabase, small_database

MAX_CALLERS = 1_000
"""Anything may call itself anything: what was used longest ago is forgotten first; blocked callers never are."""
_APPLICATION_ID = 0x44436570
"""Marks the file as ours ("DCep")."""
_CALLERS = """CREATE TABLE callers (
    name TEXT PRIMARY KEY, first_seen REAL NOT NULL, last_used REAL NOT NULL, blocked INTEGER NOT NULL
) WITHOUT ROWID"""
_USAGE = """CREATE TABLE usage (
    day TEXT NOT NULL, caller TEXT NOT NULL, connection TEXT NOT NULL, model TEXT NOT NULL, requests INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL, PRIMARY KEY (day, caller, connection, model)
) WITHOUT ROWID"""

_SELECT_CALLERS = "SELECT name, first_seen, last_used, blocked FROM callers"
_FORGET = (
    "DELETE FROM callers WHERE blocked = 0 AND name IN"
    " (SELECT name FROM callers ORDER BY last_used DESC, name LIMIT -1 OFFSET ?)"
)


def _create(connection: sqlite3.Connection) -> None:
    connection.execute(_CALLERS)
    connection.execute(_USAGE)


_STEPS = (_create,)


def stored_callers(file: Path) -> Iterator[CallerRecord]:
    """Yield the callers of a file beside the process that writes it, by name. Raises StoreError."""
    with small_database(file, _APPLICATION_ID, _STEPS) as connection:
        if connection is None:
            return
        known = dict[str, tuple[float, float, int]](
            (name, state) for name, *state in connection.execute(_SELECT_CALLERS)
        )
        used: dict[str, list[CallerUsage]] = {}
        for row in connection.execute("SELECT * FROM usage ORDER BY caller, day, connection, model"):
            used.setdefault(row[1], []).append(CallerUsage(*row))
    for name in sorted({*known, *used}):
        first_seen, last_used, blocked = known.get(name, (0.0, 0.0, 0))
        yield CallerRecord(name, first_seen, last_used, bool(blocked), tuple(used.get(name, ())))


class CallerStore:
    """Implements `core.endpoint_callers.EndpointCallers`. The file is opened, or created, when it is first needed."""

    def __init__(self, file: Path) -> None:
        self._database = SmallDatabase(file, "callers", _APPLICATION_ID, _STEPS)

    async def callers(self) -> list[Caller]:
        """Return all callers, the last one first. Raises StoreError."""
        return await self._database.run(_callers)

    async def usage(self, since: str = "") -> list[CallerUsage]:
        """Return what was used from a day on, oldest first. Raises StoreError."""
        return await self._database.run(
            lambda connection: [
                CallerUsage(*row)
                for row in connection.execute("SELECT * FROM usage WHERE day >= ? ORDER BY 1, 2, 3, 4", (since,))
            ]
        )

    async def note(self, name: str, at: float, connection: str, model: str, usage: Usage | None) -> None:
        """Add one request of a caller. Raises StoreError."""
        await self._database.run(lambda opened: _note(opened, name, at, (connection, model), usage or Usage()))

    async def set_blocked(self, name: str, *, blocked: bool) -> None:
        """Block a caller, or serve it again. Raises StoreError."""
        now = time.time()
        await self._database.run(
            lambda connection: connection.execute(
                "INSERT INTO callers VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET blocked = excluded.blocked",
                (name, now, now, int(blocked)),
            )
        )

    async def merge(self, records: Sequence[CallerRecord], *, adds: bool) -> int:
        """Add the callers that are not here, and of those that are the days that are not, or only count; return of how
        many callers something is missing here. Raises StoreError."""
        return await self._database.run(lambda opened: _merge(opened, records, adds=adds))

    async def aclose(self) -> None:
        """Close the file. May be called twice."""
        await self._database.aclose()


def _callers(connection: GuardedConnection) -> list[Caller]:
    rows = connection.execute(
        "SELECT name, last_used, blocked, coalesce(tokens, 0) FROM callers LEFT JOIN"
        " (SELECT caller, total(input_tokens + output_tokens) AS tokens FROM usage GROUP BY caller) ON caller = name"
        " ORDER BY last_used DESC, name"
    )
    return [Caller(name, last, bool(blocked), int(tokens)) for name, last, blocked, tokens in rows]


def _note(opened: GuardedConnection, name: str, at: float, target: tuple[str, str], usage: Usage) -> None:
    day = time.strftime("%Y-%m-%d", time.localtime(at))
    counts = (usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens, usage.reasoning_tokens)
    with transaction(opened):
        opened.execute(
            "INSERT INTO callers VALUES (?, ?, ?, 0)"
            " ON CONFLICT (name) DO UPDATE SET last_used = max(last_used, excluded.last_used)",
            (name, at, at),
        )
        opened.execute(
            "INSERT INTO usage VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET requests = requests + 1,"
            " input_tokens = input_tokens + excluded.input_tokens,"
            " cached_tokens = cached_tokens + excluded.cached_tokens,"
            " output_tokens = output_tokens + excluded.output_tokens,"
            " reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens",
            (day, name, *target, *(count or 0 for count in counts)),
        )
        opened.execute(_FORGET, (MAX_CALLERS,))


def _merge(opened: GuardedConnection, records: Sequence[CallerRecord], *, adds: bool) -> int:
    if not adds:
        return sum(_merge_one(opened, record, adds=False) for record in records)
    with transaction(opened):
        count = sum(_merge_one(opened, record, adds=True) for record in records)
        opened.execute(_FORGET, (MAX_CALLERS,))
    return count


def _merge_one(opened: GuardedConnection, record: CallerRecord, *, adds: bool) -> bool:
    """Return whether something of a caller is missing here."""
    known = opened.execute("SELECT 1 FROM callers WHERE name = ?", (record.name,)).fetchone() is not None
    is_new = not known and record.last_used > 0
    here = set(opened.execute("SELECT day, connection, model FROM usage WHERE caller = ?", (record.name,)))
    missing = [used for used in record.used if (used.day, used.connection, used.model) not in here]
    if adds and is_new:
        row = (record.name, record.first_seen, record.last_used, int(record.blocked))
        opened.execute("INSERT INTO callers VALUES (?, ?, ?, ?)", row)
    if adds:
        opened.executemany("INSERT OR IGNORE INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", map(astuple, missing))
    return is_new or bool(missing)
