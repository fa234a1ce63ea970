"""Checks the whole database file on its own thread, without blocking reads and writes."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from desktop_chat.core.errors import StoreCorrupt, StoreError
from desktop_chat.services.sqlite.sqlite_file import check_whole
from desktop_chat.services.worker import Worker


class Found(StrEnum):
    """The result of a check."""

    SOUND = "sound"
    INDEX_DAMAGED = "index_damaged"
    """Only the search index, which can be rebuilt."""
    DAMAGED = "damaged"
    NOTHING = "nothing"
    """It was cancelled."""


class FileCheck:
    """One check. SQLite lets it read a consistent snapshot of the file, without blocking writers."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._worker = Worker("file check")
        self._connection: sqlite3.Connection | None = None
        self._ended = False

    async def run(self) -> Found:
        """Return the result. Raises StoreError if the file cannot be read."""
        return await self._worker.submit(self._run)

    async def aclose(self) -> None:
        """Cancel, and wait until the connection is closed: SQLite cleans up when the last writable one closes."""
        self._ended = True
        if self._connection is not None:
            with suppress(sqlite3.ProgrammingError):  # already closed
                self._connection.interrupt()
        gone = self._worker.submit(lambda: None)
        self._worker.end()
        await gone

    def _run(self) -> Found:
        if self._ended:
            return Found.NOTHING
        try:
            index_is_damaged = check_whole(self._file, self._note)
        except (StoreError, sqlite3.OperationalError) as error:
            if self._ended:  # the interruption says nothing about the file
                return Found.NOTHING
            if isinstance(error, StoreCorrupt):
                return Found.DAMAGED
            raise
        return Found.INDEX_DAMAGED if index_is_damaged else Found.SOUND

    def _note(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        if self._ended:
            raise sqlite3.OperationalError("ended")
