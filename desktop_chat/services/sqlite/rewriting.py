"""Writes a database file anew, once, if an earlier version made it: with pages of the present size, and able to shrink.

The new file is written beside the old one from a consistent read, on a thread of its own, and put in its place only if
nothing was changed meanwhile. Otherwise it is removed, to be tried again.
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from desktop_chat.core.errors import StoreError, StoreFull
from desktop_chat.services.private_files import create_private
from desktop_chat.services.sqlite.hardening import guarded
from desktop_chat.services.sqlite.pace import Pace
from desktop_chat.services.sqlite.sqlite_errors import translate_sqlite_errors
from desktop_chat.services.sqlite.sqlite_file import FOR_NEW_FILES, check_whole
from desktop_chat.services.worker import Worker

logger = logging.getLogger(__name__)

_INSTRUCTIONS = 2_000
"""Of SQLite's virtual machine, between two looks at the size: some hundred rows."""
_FLUSHED_BYTES = 8 * 1024 * 1024


class Rewriting:
    """One attempt to write a file anew."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._part = file.with_name(f"{file.name}.part-new")
        self._worker = Worker("rewrite")
        self._pace = Pace(0)
        self._flushed = 0

    async def run(self) -> bool:
        """Write and check the new file; return whether it is complete. Raises StoreError."""
        return await self._worker.submit(self._run)

    def end(self) -> None:
        """Stop; to be called on any thread."""
        self._pace.end()

    async def aclose(self) -> None:
        """Stop, and wait until the new file is removed, unless it is in place."""
        self.end()
        gone = self._worker.submit(self._remove)
        self._worker.end()
        await gone

    def put_in_place(self, connection: sqlite3.Connection) -> bool:
        """Replace the file that `connection` has open, and close it; False if that is impossible, for example because
        somebody else has the file open too."""
        try:
            if connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0] == "delete":
                connection.execute("BEGIN EXCLUSIVE")
                # Whoever has just opened the old file and waits will be refused to write to it: SQLite notices that it
                # was moved (https://www.sqlite.org/rescode.html#readonly_dbmoved).
                self._part.replace(self._file)
                connection.close()
                return True
        except (sqlite3.OperationalError, OSError) as error:
            logger.info("could not replace the database file: %s", error)
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        return False

    def _run(self) -> bool:
        try:
            if shutil.disk_usage(self._file.parent).free < 2 * self._file.stat().st_size:
                raise StoreFull("not enough space to write the database anew")
            os.close(create_private(self._part))
            with self._part.open("rb") as stream:
                self._write(stream.fileno())
                os.fsync(stream.fileno())
            check_whole(self._part, self._pace.watch)
        except OSError as error:
            raise StoreError(f"{self._part}: {error.strerror or error}") from error
        except StoreError:
            if not self._pace.ended:  # else the interruption says nothing about the file
                raise
        return not self._pace.ended

    def _write(self, descriptor: int) -> None:
        with translate_sqlite_errors(), closing(guarded(self._file, only_reading=True)) as connection:
            self._pace.watch(connection)
            connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 1)
            for pragma in FOR_NEW_FILES:
                connection.execute(pragma)
            connection.set_progress_handler(lambda: self._flush(descriptor), _INSTRUCTIONS)
            connection.execute("VACUUM INTO ?", (str(self._part),))

    def _flush(self, descriptor: int) -> bool:
        """Flush now and then, so that no other file's flush waits for everything; return whether to stop."""
        size = os.fstat(descriptor).st_size
        if size >= self._flushed + _FLUSHED_BYTES:
            os.fsync(descriptor)
            self._flushed = size
        return self._pace.ended

    def _remove(self) -> None:
        with suppress(OSError):
            self._part.unlink(missing_ok=True)
