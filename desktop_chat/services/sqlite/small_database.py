"""A small SQLite file beside the conversations that several processes write: opening, waiting for each other, closing.

A damaged file, or one that is not ours, is moved aside: such files hold bookkeeping, not texts.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from desktop_chat.core.errors import StoreCorrupt, StoreError, StoreIsSymlink, StoreTooNew
from desktop_chat.services.paths import name_for_broken
from desktop_chat.services.private_files import is_link, touch_private
from desktop_chat.services.sqlite.hardening import GuardedConnection, check_schema, guarded
from desktop_chat.services.sqlite.migrations import Migration, transaction
from desktop_chat.services.sqlite.sqlite_errors import translate_sqlite_errors
from desktop_chat.services.worker import Worker

T = TypeVar("T")

logger = logging.getLogger(__name__)

_BUSY_S = 2.0
_PAUSES_S = (0.01, 0.03, 0.1, 0.3)


class SmallDatabase:
    """Runs functions on the file's connection, one after another on a thread of its own. The file is opened, or
    created, when it is first needed. `application_id` marks it as ours; `steps` create its schema, version by
    version."""

    def __init__(self, file: Path, name: str, application_id: int, steps: Sequence[Migration]) -> None:
        self._file = file
        self._worker = Worker(name)
        self._application_id = application_id
        self._steps = steps
        self._connection: GuardedConnection | None = None
        self._closed = False

    async def run(self, work: Callable[[GuardedConnection], T]) -> T:
        """Return what `work` returns. Raises StoreError, also once it is closed."""
        if self._closed:
            raise StoreError("closed")
        return await self._worker.submit(self._do, work)

    async def aclose(self) -> None:
        """Close the file. May be called twice."""
        if not self._closed:
            self._closed = True
            closing = self._worker.submit(self._close)
            self._worker.end()
            await asyncio.shield(closing)  # the file is closed even if this is cancelled

    def _do(self, work: Callable[[GuardedConnection], T]) -> T:
        with translate_sqlite_errors():
            if self._connection is None:
                self._connection = self._open()
            self._connection.budget.begin()
            return work(self._connection)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _open(self) -> GuardedConnection:
        """Open the file, or move one aside that is damaged or not ours. Raises StoreIsSymlink, StoreError."""
        file = self._file
        if is_link(file):
            raise StoreIsSymlink(str(file))
        try:
            return self._connected()
        except StoreCorrupt as error:
            aside = name_for_broken(file)
            with suppress(FileNotFoundError):
                file.rename(aside)
            logger.warning("%s cannot be read and is kept as %s: %s", file.name, aside.name, error.detail)
            for ending in ("-wal", "-shm"):
                file.with_name(file.name + ending).unlink(missing_ok=True)
            return self._connected()

    def _connected(self) -> GuardedConnection:
        with translate_sqlite_errors():
            with suppress(OSError):  # SQLite's error is more specific
                touch_private(self._file)
            connection = guarded(self._file, timeout_s=_BUSY_S)
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
            return connection

    def _prepare(self, connection: GuardedConnection) -> None:
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        with transaction(connection):  # two processes may create it at once
            version = _version_of(connection, self._application_id, self._steps)
            for step in self._steps[version:]:
                step(connection)
            connection.execute(f"PRAGMA application_id = {self._application_id}")
            connection.execute(f"PRAGMA user_version = {len(self._steps)}")


@contextmanager
def small_database(file: Path, application_id: int, steps: Sequence[Migration]) -> Iterator[GuardedConnection | None]:
    """Open a file that another process may be writing, only to read it; None if there is none. Raises StoreError, also
    for what happens inside."""
    if not file.is_file():
        yield None
        return
    with translate_sqlite_errors(), closing(guarded(file, timeout_s=_BUSY_S, only_reading=True)) as connection:
        if _version_of(connection, application_id, steps):
            yield connection
        else:
            yield None


def _version_of(connection: GuardedConnection, application_id: int, steps: Sequence[Migration]) -> int:
    """Return the version of a file with a schema of ours, and 0 for an empty file. Raises StoreCorrupt, StoreTooNew."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    is_empty = not version and not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if not is_empty and connection.execute("PRAGMA application_id").fetchone()[0] != application_id:
        raise StoreCorrupt("not a file of this application")
    if version > len(steps):
        raise StoreTooNew(f"version {version}, known up to {len(steps)}")
    if version:
        check_schema(connection, steps[:version])
    return version


def _use_wal(connection: sqlite3.Connection) -> None:
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
