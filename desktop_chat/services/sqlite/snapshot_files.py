"""Keeps copies of the database from past hours, days and weeks, and restores what is missing from one of them."""

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
from desktop_chat.services.blobs import BlobFolder
from desktop_chat.services.private_files import create_private
from desktop_chat.services.sqlite.blob_names import blob_names_in
from desktop_chat.services.sqlite.hardening import is_plain_table, reading
from desktop_chat.services.sqlite.salvage import READING, salvage
from desktop_chat.services.sqlite.sqlite_errors import translate_sqlite_errors
from desktop_chat.services.sqlite.sqlite_store import SqliteStore
from desktop_chat.services.worker import Worker

logger = logging.getLogger(__name__)

HOUR_S, DAY_S, WEEK_S = 3_600, 86_400, 604_800
PERIODS = {"hourly": HOUR_S, "daily": DAY_S, "weekly": WEEK_S}
KEPT = ((HOUR_S, 24), (DAY_S, 7), (WEEK_S, 8))
"""The newest of each hour for a day, of each day for a week, and of each week for eight weeks."""
MAX_BYTES = 1024**3
"""Maximum size of all snapshots together; a large database has fewer, but always two."""
_STEP_PAGES = 2_000
"""Pages of 4 KB copied between checks whether the application is exiting: 8 MB."""
_NAME = re.compile(r"history-(\d{8}-\d{6})\.db")
_FORMAT = "%Y%m%d-%H%M%S"


class _Aborted(StoreError):
    """A copy was aborted because the application is exiting."""


class Snapshots:
    """Implements `core.snapshots.Snapshots`. Copies are made on their own thread and connection, so that writes do not
    wait for them."""

    def __init__(
        self,
        database: Path,
        folder: Path,
        store: SqliteStore,
        blobs: BlobFolder,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._folder = folder
        self._store = store
        self._blobs = blobs
        self._clock = clock
        self._worker = Worker("snapshots")
        self._ending = False
        self._named: dict[tuple[Path, int], set[str]] = {}
        """The blobs that copies of the database name, by file and time of its last change."""

    async def all(self) -> list[Snapshot]:
        """Return the snapshots, newest first."""
        return await self._worker.submit(self._all)

    async def take_if_due(self, how_often: str) -> Snapshot | None:
        """Copy the database if the newest snapshot is older than `how_often` ("hourly", "daily", "weekly"; anything
        else means never) and there are new messages; drop snapshots that are no longer kept. Raises StoreError."""
        period_s = PERIODS.get(how_often)
        return None if period_s is None else await self._worker.submit(self._take_if_due, period_s)

    async def take(self) -> Snapshot:
        """Copy the database now. Raises StoreError."""
        return await self._worker.submit(self._take)

    async def count_missing(self, file: Path) -> MergeResult:
        """Return what `restore` would add. Raises StoreError."""
        return await self._store.count_missing(await self._worker.submit(salvage, file))

    async def restore(self, file: Path, tell: Callable[[float], None] = lambda _: None) -> MergeResult:
        """Add what `file` has and the database lacks; nothing is replaced. `tell` is called with the progress, from 0
        to 1. Blobs are copied from a folder beside the file. Raises StoreError."""
        names, found = await self._worker.submit(_names_in, file), await self._worker.submit(salvage, file)
        places = [place / self._blobs.folder.name for place in (file.parent, file.parent.parent)]
        if names:
            await self._blobs.copy_missing(names, places)
        return await self._store.merge(found, tell)

    async def sweep_blobs(self) -> None:
        """Remove the blobs that neither the database nor any copy of it names. Raises StoreError if one cannot be read:
        then nothing is removed."""
        if await self._blobs.has_any():
            await self._blobs.sweep(await self._worker.submit(self._names_in_all))

    async def clean_up(self) -> None:
        """Remove incomplete copies left by a killed run; nobody else uses these folders."""
        await self._worker.submit(self._clean_up)

    async def aclose(self) -> None:
        """Abort a running copy, and wait until it is cleaned up and the database is closed. May be called twice."""
        if self._ending:
            return
        self._ending = True
        gone = self._worker.submit(lambda: None)
        self._worker.end()
        await gone

    def _clean_up(self) -> None:
        for folder in (self._folder, self._database.parent):
            for left in (*folder.glob("*.db.part*"), *folder.glob(f"{READING}*")):
                logger.info("removed a leftover of an earlier run: %s", left.name)
                with suppress(OSError):
                    shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()

    def _names_in_all(self) -> set[str]:
        """Return the blobs named by the database, its snapshots, and its files of earlier versions or set aside."""
        files = (*self._database.parent.glob("*.db"), *self._folder.glob("*.db"))
        copies = [(file, _changed_at(file)) for file in files if file != self._database]
        known = self._named
        self._named = {(f, t): known[f, t] if (f, t) in known else blob_names_in(f) for f, t in copies if t}
        return blob_names_in(self._database).union(*self._named.values())

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
            now = _fingerprint(self._database)
        if now == _fingerprint_of(newest):
            return None
        with suppress(_Aborted):
            return self._take()
        return None

    def _take(self) -> Snapshot:
        now = int(self._clock())
        file = self._folder / f"history-{datetime.fromtimestamp(now, UTC).strftime(_FORMAT)}.db"
        part = file.with_name(file.name + ".part")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if shutil.disk_usage(self._folder).free < 2 * self._database.stat().st_size:
                raise StoreFull("not enough space for a copy")
            with translate_sqlite_errors():
                _copy(self._database, part, self._check_not_ending)
            part.replace(file)
        except OSError as error:
            raise StoreError(f"{self._folder}: {error.strerror or error}") from error
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        self._thin()
        logger.info("snapshot taken: %s", file.name)
        return Snapshot(file, float(now), file.stat().st_size)

    def _check_not_ending(self) -> None:
        if self._ending:
            raise _Aborted("the application is exiting")

    def _thin(self) -> None:
        snapshots = self._all()
        times = kept_of([snapshot.taken_at for snapshot in snapshots], self._clock())
        kept = within(MAX_BYTES, {one.taken_at: one.size for one in snapshots if one.taken_at in times})
        for snapshot in snapshots:
            if snapshot.taken_at not in kept:
                with suppress(OSError):  # not removable; the next snapshot tries again
                    snapshot.file.unlink()


def _changed_at(file: Path) -> int:
    """Return the time of a file's last change in nanoseconds; 0 if it is gone, or a link to nothing. Raises
    StoreError."""
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise StoreError(f"{file.name}: {error.strerror or error}") from error


def _names_in(file: Path) -> set[str]:
    """Return the blobs that a file names, as far as it can be read."""
    with suppress(StoreError):
        return blob_names_in(file)
    return set()


def kept_of(times: Iterable[float], now: float) -> set[float]:
    """Return the times of snapshots to keep; see KEPT. Times in the future are kept: a clock was wrong."""
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
    """Return the snapshots, given as times and sizes, to keep within a size limit: those closest to a newer one are
    dropped first, and two are always kept."""
    newest_first = sorted(sizes, reverse=True)
    while len(newest_first) > 2 and sum(sizes[moment] for moment in newest_first) > most_bytes:
        gaps = [newer - older for newer, older in pairwise(newest_first)]
        del newest_first[gaps.index(min(gaps)) + 1]
    return set(newest_first)


_NOTHING = (0, 0, None)


def _fingerprint(file: Path) -> tuple[int, int, float | None]:
    """Return values that change with every message: the number of messages, the last one, and the last change."""
    with reading(file) as connection:
        for table, column in (("messages", "seq"), ("conversations", "updated_at")):
            if not is_plain_table(connection, table, [column]):
                raise StoreCorrupt(file.name)
        count, last = connection.execute("SELECT count(*), coalesce(max(seq), 0) FROM messages").fetchone()
        changed = connection.execute("SELECT max(updated_at) FROM conversations").fetchone()[0]
    return count, last, changed


def _fingerprint_of(newest: Snapshot | None) -> tuple[int, int, float | None] | None:
    """Return the same for the newest snapshot, and None for an unreadable one, which does not count as a copy."""
    if newest is None:
        return _NOTHING
    with suppress(StoreError), translate_sqlite_errors():
        return _fingerprint(newest.file)
    return None


def _copy(source: Path, to: Path, go_on: Callable[[], None]) -> None:
    """Copy a database in its current state. `go_on` is called between steps, and aborts by raising."""
    os.close(create_private(to))
    with reading(source) as connection, closing(sqlite3.connect(to)) as target, to.open("rb") as stream:

        def on_progress(_status: int, _remaining: int, _all: int) -> None:
            go_on()
            os.fsync(stream.fileno())  # otherwise the last step would wait for everything

        target.execute("PRAGMA cache_size = -4000")  # limits memory use
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()  # starts a consistent read
        connection.backup(target, pages=_STEP_PAGES, progress=on_progress)
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
