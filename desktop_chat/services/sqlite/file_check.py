"""Checks the whole database file on a thread of its own, beside all that is read and written meanwhile."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from desktop_chat.core.errors import StoreCorrupt, StoreError
from desktop_chat.services.sqlite.sqlite_file import check_whole
from desktop_chat.services.worker import Worker


class Found(StrEnum):
    """What a check found."""

    SOUND = "sound"
    INDEX_DAMAGED = "index_damaged"
    """Nothing but the search's index, which can be made anew."""
    DAMAGED = "damaged"
    NOTHING = "nothing"
    """It was ended before it was done."""


class FileCheck:
    """One check. SQLite lets it read the file as it is at its beginning, and holds up nobody who writes."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._worker = Worker("file check")
        self._connection: sqlite3.Connection | None = None
        self._ended = False

    async def run(self) -> Found:
        """Return what was found. Raises StoreError where the file cannot be read."""
        return await self._worker.submit(self._run)

    async def aclose(self) -> None:
        """End it, and return when its connection is closed: SQLite cleans up behind the last one, if that may write."""
        self._ended = True
        if self._connection is not None:
            with suppress(sqlite3.ProgrammingError):  # closed since
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
            if self._ended:  # what was interrupted says nothing of the file
                return Found.NOTHING
            if isinstance(error, StoreCorrupt):
                return Found.DAMAGED
            raise
        return Found.INDEX_DAMAGED if index_is_damaged else Found.SOUND

    def _note(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        if self._ended:
            raise sqlite3.OperationalError("ended")
