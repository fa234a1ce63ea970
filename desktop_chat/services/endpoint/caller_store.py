"""Keeps callers of the local endpoint and what they used in a small SQLite file beside the conversations.

The serving process writes it, whoever started it; the window reads it, and blocks callers. It holds no text of any
message. A damaged file, or one that is not ours, is moved aside: it is only bookkeeping.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from desktop_chat.core.endpoint_callers import Caller, CallerUsage
from desktop_chat.core.entities import Usage
from desktop_chat.core.errors import StoreCorrupt, StoreIsSymlink, StoreTooNew
from desktop_chat.services.paths import name_for_broken
from desktop_chat.services.private_files import is_link, touch_private
from desktop_chat.services.sqlite.hardening import GuardedConnection, check_schema, guarded
from desktop_chat.services.sqlite.migrations import transaction
from desktop_chat.services.sqlite.sqlite_errors import translate_sqlite_errors
from desktop_chat.services.worker import Worker

T = TypeVar("T")

MOST_CALLERS = 1_000
"""Anything may call itself anything: what was used longest ago is forgotten first; blocked callers never are."""
_BUSY_S = 2.0
_PAUSES_S = (0.01, 0.03, 0.1, 0.3)
_APPLICATION_ID = 0x44436570
"""Marks the file as ours ("DCep")."""
_VERSION = 1
_CALLERS = """CREATE TABLE callers (
    name TEXT PRIMARY KEY, first_seen REAL NOT NULL, last_used REAL NOT NULL, blocked INTEGER NOT NULL
) WITHOUT ROWID"""
_USAGE = """CREATE TABLE usage (
    day TEXT NOT NULL, caller TEXT NOT NULL, connection TEXT NOT NULL, model TEXT NOT NULL, requests INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL, PRIMARY KEY (day, caller, connection, model)
) WITHOUT ROWID"""


class CallerStore:
    """Implements `core.endpoint_callers.EndpointCallers`. The file is opened, or created, when it is first needed."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._worker = Worker("callers")
        self._connection: GuardedConnection | None = None
        self._closed = False

    async def callers(self) -> list[Caller]:
        """Return all callers, the last one first. Raises StoreError."""
        return await self._on_thread(_callers)

    async def usage(self, since: str = "") -> list[CallerUsage]:
        """Return what was used from a day on, oldest first. Raises StoreError."""
        return await self._on_thread(
            lambda connection: [
                CallerUsage(*row)
                for row in connection.execute("SELECT * FROM usage WHERE day >= ? ORDER BY 1, 2, 3, 4", (since,))
            ]
        )

    async def note(self, name: str, at: float, connection: str, model: str, usage: Usage | None) -> None:
        """Add one request of a caller. Raises StoreError."""
        await self._on_thread(lambda opened: _note(opened, name, at, (connection, model), usage or Usage()))

    async def set_blocked(self, name: str, *, blocked: bool) -> None:
        """Block a caller, or serve it again. Raises StoreError."""
        now = time.time()
        await self._on_thread(
            lambda connection: connection.execute(
                "INSERT INTO callers VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET blocked = excluded.blocked",
                (name, now, now, int(blocked)),
            )
        )

    async def aclose(self) -> None:
        """Close the file. May be called twice."""
        if not self._closed:
            self._closed = True
            await self._worker.submit(self._close)
            self._worker.end()

    async def _on_thread(self, work: Callable[[GuardedConnection], T]) -> T:
        return await self._worker.submit(self._do, work)

    def _do(self, work: Callable[[GuardedConnection], T]) -> T:
        with translate_sqlite_errors():
            if self._connection is None:
                self._connection = _open(self._file)
            self._connection.budget.begin()
            return work(self._connection)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()


def _callers(connection: GuardedConnection) -> list[Caller]:
    rows = connection.execute(
        "SELECT name, last_used, blocked,"
        " (SELECT total(input_tokens + output_tokens) FROM usage WHERE caller = name) FROM callers"
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
        opened.execute(
            "DELETE FROM callers WHERE blocked = 0 AND name IN"
            " (SELECT name FROM callers ORDER BY last_used DESC, name LIMIT -1 OFFSET ?)",
            (MOST_CALLERS,),
        )


def _open(file: Path) -> GuardedConnection:
    """Open the file, or move one aside that is damaged or not ours. Raises StoreIsSymlink, StoreError."""
    if is_link(file):
        raise StoreIsSymlink(str(file))
    try:
        return _connected(file)
    except StoreCorrupt:
        with suppress(FileNotFoundError):
            file.rename(name_for_broken(file))
        for ending in ("-wal", "-shm"):
            file.with_name(file.name + ending).unlink(missing_ok=True)
        return _connected(file)


def _connected(file: Path) -> GuardedConnection:
    with translate_sqlite_errors():
        touch_private(file)
        connection = guarded(file, timeout_s=_BUSY_S)
        try:
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def _prepare(connection: GuardedConnection) -> None:
    _use_wal(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    with transaction(connection):  # two processes may create it at once
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if not version and not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            _create(connection)
            connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        elif connection.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION_ID:
            raise StoreCorrupt("not a file of this application")
        elif version > _VERSION:
            raise StoreTooNew(f"version {version}, known up to {_VERSION}")
        else:
            check_schema(connection, (_create,))


def _use_wal(connection: GuardedConnection) -> None:
    """Switch to WAL; SQLite does not wait for another process that does so at the same moment."""
    for pause_s in _PAUSES_S:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(pause_s)
        else:
            return
    connection.execute("PRAGMA journal_mode = WAL")


def _create(connection: sqlite3.Connection) -> None:
    connection.execute(_CALLERS)
    connection.execute(_USAGE)
