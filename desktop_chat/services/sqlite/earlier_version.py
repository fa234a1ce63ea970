"""Copies a large database as it was before an upgrade, without a long start: the copy is made afterwards, from a read
that began before."""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from desktop_chat.core.errors import StoreError
from desktop_chat.services.private_files import create_private
from desktop_chat.services.sqlite.hardening import guarded
from desktop_chat.services.sqlite.pace import Aborted, Pace
from desktop_chat.services.sqlite.sqlite_errors import translate_sqlite_errors
from desktop_chat.services.worker import Worker

logger = logging.getLogger(__name__)

_STEP_PAGES = 1_000
_PAUSE_S = 0.01


class EarlierVersion:
    """A state that is kept until it is copied. SQLite's log grows meanwhile, so nobody should write much."""

    def __init__(self, file: Path, to: Path) -> None:
        """Keep the present state of a file in WAL mode. Raises sqlite3.Error."""
        self._held = guarded(file, only_reading=True)
        self._held.execute("BEGIN")
        self._held.execute("SELECT count(*) FROM sqlite_master").fetchall()  # only now the read begins
        self._to = to
        self._pace = Pace(_PAUSE_S)
        self._worker = Worker("copy of an earlier version")

    async def copy(self) -> None:
        """Copy it and let it go. What fails is logged: the upgrade itself has succeeded."""
        try:
            await self._worker.submit(self._copy)
        except (OSError, StoreError) as error:
            logger.warning("could not keep a copy from before the upgrade: %s", error)

    async def aclose(self) -> None:
        """Let it go, and wait until it is."""
        self._pace.end()
        gone = self._worker.submit(self.release)
        self._worker.end()
        await gone

    def release(self) -> None:
        """Let it go, if no copy is being made."""
        self._held.close()

    def _copy(self) -> None:
        part = self._to.with_name(self._to.name + ".part")
        try:
            os.close(create_private(part))
            with part.open("rb") as stream, translate_sqlite_errors(), closing(sqlite3.connect(part)) as target:

                def go_on(_status: int, _remaining: int, _all: int) -> None:
                    os.fsync(stream.fileno())  # otherwise the end would wait for everything
                    self._pace.wait()

                target.execute("PRAGMA cache_size = -4000")  # limits memory use
                self._held.backup(target, pages=_STEP_PAGES, progress=go_on)
            part.replace(self._to)
        except Aborted:
            logger.warning("no copy from before the upgrade: the application was closed too early")
        finally:
            self.release()
            with suppress(OSError):
                part.unlink(missing_ok=True)
