"""Keeps copies of the database from earlier hours, days and weeks, and brings back what is missing from one of them."""

from __future__ import annotations

import logging
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from desktop_chat.core.errors import StoreCorrupt, StoreError, StoreFull
from desktop_chat.core.snapshots import MergeResult, Snapshot
from desktop_chat.services.private_files import create_private
from desktop_chat.services.sqlite.hardening import is_plain_table, reading
from desktop_chat.services.sqlite.salvage import READING, salvage
from desktop_chat.services.sqlite.sqlite_errors import translate_sqlite_errors
from desktop_chat.services.sqlite.sqlite_store import SqliteStore
from desktop_chat.services.worker import Worker

logger = logging.getLogger(__name__)

HOUR_S, DAY_S, WEEK_S = 3_600, 86_400, 604_800
PERIODS = {"hourly": HOUR_S, "daily": DAY_S, "weekly": WEEK_S}
KEPT = ((HOUR_S, 24), (DAY_S, 7), (WEEK_S, 8))
"""The newest of each hour of a day, of each day of a week, and of each of eight weeks."""
MAX_BYTES = 1024**3
"""What all snapshots together may take; of a large database there are fewer, and always two."""
_STEP_PAGES = 2_000
"""Pages of 4 KB that are copied before it is asked whether the program ends: 8 MB."""
_NAME = re.compile(r"history-(\d{8}-\d{6})\.db")
_FORMAT = "%Y%m%d-%H%M%S"


class _GivenUp(StoreError):
    """A copy was not finished, because the program ends."""


class Snapshots:
    """Fulfils `core.ports.Snapshots`. Copies are made on a thread of their own, from a connection of their own, so
    that nothing that is written meanwhile waits for them."""

    def __init__(
        self, database: Path, folder: Path, store: SqliteStore, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._folder = folder
        self._store = store
        self._clock = clock
        self._worker = Worker("snapshots")
        self._ending = False

    async def all(self) -> list[Snapshot]:
        """Return the snapshots, the newest first."""
        return await self._worker.submit(self._all)

    async def take_if_due(self, how_often: str) -> Snapshot | None:
        """Copy the database where the newest snapshot is older than `how_often` ("hourly", "daily", "weekly") says and
        something was said since; drop what is not kept any longer. Never for another word. Raises StoreError."""
        period_s = PERIODS.get(how_often)
        return None if period_s is None else await self._worker.submit(self._take_if_due, period_s)

    async def take(self) -> Snapshot:
        """Copy the database now. Raises StoreError."""
        return await self._worker.submit(self._take)

    async def count_missing(self, file: Path) -> MergeResult:
        """Return what `restore` would add. Raises StoreError."""
        return await self._store.count_missing(await self._worker.submit(salvage, file))

    async def restore(self, file: Path, tell: Callable[[float], None] = lambda _: None) -> MergeResult:
        """Add what is in `file` and not in the database; nothing is replaced. `tell` is told how much is added, from 0
        to 1. Raises StoreError."""
        return await self._store.merge(await self._worker.submit(salvage, file), tell)

    async def clean_up(self) -> None:
        """Remove what a run that was killed left of a copy it was making or reading; nobody else uses these folders."""
        await self._worker.submit(self._clean_up)

    async def aclose(self) -> None:
        """Give up a copy that is being made, and return when nothing of it is left and the database is let go of.
        May be called twice."""
        if self._ending:
            return
        self._ending = True
        gone = self._worker.submit(lambda: None)
        self._worker.end()
        await gone

    def _clean_up(self) -> None:
        for folder in (self._folder, self._database.parent):
            for left in (*folder.glob("*.db.part*"), *folder.glob(f"{READING}*")):
                logger.info("left behind by an earlier run, and removed: %s", left.name)
                with suppress(OSError):
                    shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()

    def _all(self) -> list[Snapshot]:
        with suppress(OSError):
            found = [snapshot for file in self._folder.iterdir() if (snapshot := _snapshot(file)) is not None]
            return sorted(found, key=lambda snapshot: -snapshot.taken_at)
        return []

    def _take_if_due(self, period_s: int) -> Snapshot | None:
        newest = next(iter(self._all()), None)
        age_s = self._clock() - newest.taken_at if newest is not None else period_s
        if 0 <= age_s < period_s or not self._database.exists():
            return None
        with translate_sqlite_errors():
            now = _last_word(self._database)
        if now == _last_word_copied(newest):
            return None
        with suppress(_GivenUp):
            return self._take()
        return None

    def _take(self) -> Snapshot:
        now = int(self._clock())
        file = self._folder / f"history-{datetime.fromtimestamp(now, UTC).strftime(_FORMAT)}.db"
        part = file.with_name(file.name + ".part")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if shutil.disk_usage(self._folder).free < 2 * self._database.stat().st_size:
                raise StoreFull("too little room for a copy")
            with translate_sqlite_errors():
                _copy(self._database, part, self._go_on)
            part.replace(file)
        except OSError as error:
            raise StoreError(f"{self._folder}: {error.strerror or error}") from error
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        self._thin()
        logger.info("snapshot taken: %s", file.name)
        return Snapshot(file, float(now), file.stat().st_size)

    def _go_on(self) -> None:
        if self._ending:
            raise _GivenUp("the program ends")

    def _thin(self) -> None:
        snapshots = self._all()
        times = kept_of([snapshot.taken_at for snapshot in snapshots], self._clock())
        kept = within(MAX_BYTES, {one.taken_at: one.size for one in snapshots if one.taken_at in times})
        for snapshot in snapshots:
            if snapshot.taken_at not in kept:
                with suppress(OSError):  # it can be read and not removed; the next one tries again
                    snapshot.file.unlink()


def kept_of(times: Iterable[float], now: float) -> set[float]:
    """Return which of the times of snapshots are kept: see KEPT. Times that lie ahead are kept: a clock was wrong."""
    newest_first = sorted(times, reverse=True)
    kept = {moment for moment in newest_first if moment > now}
    for period_s, count in KEPT:
        seen: set[int] = set()
        for moment in newest_first:
            period = int(moment // period_s)
            if moment <= now and now - moment < period_s * count and period not in seen:
                seen.add(period)
                kept.add(moment)
    return kept | set(newest_first[:1])


def within(most_bytes: int, sizes: Mapping[float, int]) -> set[float]:
    """Return which of the snapshots with these times and sizes stay within some bytes: those that lie closest to a
    newer one go first, and two always stay."""
    newest_first = sorted(sizes, reverse=True)
    while len(newest_first) > 2 and sum(sizes[moment] for moment in newest_first) > most_bytes:
        gaps = [newer - older for newer, older in pairwise(newest_first)]
        del newest_first[gaps.index(min(gaps)) + 1]
    return set(newest_first)


_NOTHING = (0, 0, None)


def _last_word(file: Path) -> tuple[int, int, float | None]:
    """Return what changes with whatever is said: the number of messages, the last one, and the last change's time."""
    with reading(file) as connection:
        for table, column in (("messages", "seq"), ("conversations", "updated_at")):
            if not is_plain_table(connection, table, [column]):
                raise StoreCorrupt(file.name)
        count, last = connection.execute("SELECT count(*), coalesce(max(seq), 0) FROM messages").fetchone()
        changed = connection.execute("SELECT max(updated_at) FROM conversations").fetchone()[0]
    return count, last, changed


def _last_word_copied(newest: Snapshot | None) -> tuple[int, int, float | None] | None:
    """Return the same of the newest snapshot, and None for one that cannot be read: it does not stand in for a copy."""
    if newest is None:
        return _NOTHING
    with suppress(StoreError), translate_sqlite_errors():
        return _last_word(newest.file)
    return None


def _copy(source: Path, to: Path, go_on: Callable[[], None]) -> None:
    """Copy a database as it is now. `go_on` is called between the steps, and ends it by raising."""
    os.close(create_private(to))
    with reading(source) as connection, closing(sqlite3.connect(to)) as target, to.open("rb") as stream:

        def breathe(_status: int, _remaining: int, _all: int) -> None:
            go_on()
            os.fsync(stream.fileno())  # or the last step would wait for all of it

        target.execute("PRAGMA cache_size = -4000")  # what is copied goes to the file, and not to the memory
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()  # from now on it reads one state
        connection.backup(target, pages=_STEP_PAGES, progress=breathe)
        connection.execute("COMMIT")
        target.execute("PRAGMA journal_mode = DELETE")
        os.fsync(stream.fileno())


def _snapshot(file: Path) -> Snapshot | None:
    match = _NAME.fullmatch(file.name)
    if match is None:
        return None
    try:
        taken_at = datetime.strptime(match.group(1), _FORMAT).replace(tzinfo=UTC).timestamp()
        return Snapshot(file, taken_at, file.stat().st_size)
    except (ValueError, OSError):
        return None
