"""Keeps snapshots of the database from past hours, days and weeks, and restores what is missing from one of them."""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from desktop_chat.core.errors import StoreCorrupt, StoreError, StoreFull
from desktop_chat.core.snapshots import MAX_BYTES, MergeResult, Snapshot, size_of
from desktop_chat.services.blobs import BlobFolder
from desktop_chat.services.paths import name_for_broken
from desktop_chat.services.sqlite.blob_names import blob_names_in
from desktop_chat.services.sqlite.pace import Aborted, Pace
from desktop_chat.services.sqlite.salvage import READING, Salvage, salvage, salvage_written
from desktop_chat.services.sqlite.snapshot_archive import (
    Archived,
    Fingerprint,
    add,
    archived,
    drop,
    extract,
    fingerprint,
    is_archive,
)
from desktop_chat.services.sqlite.sqlite_file import check_whole
from desktop_chat.services.sqlite.sqlite_store import SqliteStore
from desktop_chat.services.worker import Worker

T = TypeVar("T")
logger = logging.getLogger(__name__)

HOUR_S, DAY_S, WEEK_S = 3_600, 86_400, 604_800
PERIODS = {"hourly": HOUR_S, "daily": DAY_S, "weekly": WEEK_S}
KEPT = ((HOUR_S, 24), (DAY_S, 7), (WEEK_S, 8))
"""The newest of each hour for a day, of each day for a week, and of each week for eight weeks."""
KEPT_S = 8 * WEEK_S
"""How long the oldest snapshot, a file that was set aside and the copy from before an update are kept."""
RESERVE = 64 * 1024**2
"""Bytes that must stay free on the disk."""
PAUSE_S = 0.01
"""Between two slices, each of some 20 ms."""
ARCHIVE = "snapshots.db"
_NAME = re.compile(r"history-(\d{8}-\d{6})\.db")
_FORMAT = "%Y%m%d-%H%M%S"


class Snapshots:
    """Implements `core.snapshots.Snapshots`; once it is closed, each method raises StoreError. Snapshots are made on
    their own thread and connection, so that writes do not wait for them; earlier versions of the application copied the
    whole file for each."""

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
        self._archive = folder / ARCHIVE
        self._store = store
        self._blobs = blobs
        self._clock = clock
        self._worker = Worker("snapshots")
        self._pace = Pace(PAUSE_S)
        self._named: dict[tuple[Path, int], set[str]] = {}
        """The blobs that copies of the database name, by file and time of its last change."""

    async def all(self) -> list[Snapshot]:
        """Return the snapshots, newest first."""
        return await self._submit(self._all)

    async def take_if_due(self, how_often: str) -> Snapshot | None:
        """Take a snapshot if the newest is older than `how_often` ("hourly", "daily", "weekly"; anything else means
        never) and there are new messages; drop snapshots that are no longer kept. Raises StoreError."""
        period_s = PERIODS.get(how_often)
        return None if period_s is None else await self._submit(self._take_if_due, period_s)

    async def take(self) -> Snapshot:
        """Take a snapshot now. Raises StoreError."""
        return await self._submit(self._take)

    async def count_missing(self, source: Snapshot | Path) -> MergeResult:
        """Return what `restore` would add. Raises StoreError."""
        return await self._store.count_missing(await self._submit(self._read, source))

    async def restore(self, source: Snapshot | Path, tell: Callable[[float], None] = lambda _: None) -> MergeResult:
        """Add what a snapshot or a file has and the database lacks; nothing is replaced. `tell` is called with the
        progress, from 0 to 1. Blobs are copied from a folder beside the file. Raises StoreError."""
        file = source if isinstance(source, Path) else source.file
        names, found = await self._submit(_names_in, file), await self._submit(self._read, source)
        places = [place / self._blobs.folder.name for place in (file.parent, file.parent.parent)]
        if names:
            await self._blobs.copy_missing(names, places)
        return await self._store.merge(found, tell)

    async def sweep_blobs(self) -> None:
        """Remove the blobs that neither the database nor any copy of it names. Raises StoreError if one cannot be read:
        then nothing is removed."""
        if await self._blobs.has_any():
            await self._blobs.sweep(await self._submit(self._names_in_all))

    async def clean_up(self) -> None:
        """Remove what a killed run left incomplete; nobody else uses these folders."""
        await self._submit(self._clean_up)

    async def aclose(self) -> None:
        """Abort a running snapshot, and wait until it is undone and the database is closed. May be called twice."""
        if self._pace.ended:
            return
        self._pace.end()
        gone = self._worker.submit(lambda: None)
        self._worker.end()
        await gone

    def _submit(self, function: Callable[..., T], *args: Any) -> asyncio.Future[T]:
        if self._pace.ended:
            raise StoreError("closed")
        return self._worker.submit(function, *args)

    def _clean_up(self) -> None:
        for earlier in self._database.parent.glob(f"{self._database.stem}.before-v*.db"):
            if self._clock() - earlier.stat().st_mtime > KEPT_S:
                logger.info("removed the copy from before an update: %s", earlier.name)
                with suppress(OSError):
                    earlier.unlink()
        for folder in (self._folder, self._database.parent):
            for left in (*folder.glob("*.db.part*"), *folder.glob(f"{READING}*")):
                logger.info("removed a leftover of an earlier run: %s", left.name)
                with suppress(OSError):
                    shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
        if self._archive.with_name(f"{ARCHIVE}-journal").exists():
            archived(self._archive)  # opening it undoes what was not finished

    def _names_in_all(self) -> set[str]:
        """Return the blobs named by the database, its snapshots, and its files of earlier versions or set aside."""
        files = (*self._database.parent.glob("*.db"), *self._folder.glob("*.db"))
        copies = [(file, _changed_at(file)) for file in files if file != self._database]
        known = self._named
        self._named = {(f, t): known[f, t] if (f, t) in known else blob_names_in(f) for f, t in copies if t}
        return blob_names_in(self._database).union(*self._named.values())

    def _all(self) -> list[Snapshot]:
        return [snapshot for snapshot, _ in self._with_fingerprints()]

    def _with_fingerprints(self) -> list[tuple[Snapshot, Fingerprint | None]]:
        """Return the snapshots, newest first, and the fingerprints of those in the archive."""
        found: list[tuple[Snapshot, Fingerprint | None]] = []
        with suppress(OSError):
            found = [(one, None) for file in self._folder.iterdir() if (one := _snapshot(file)) is not None]
        with suppress(OSError, StoreError):  # a damaged archive is replaced when the next snapshot is taken
            size = self._archive.stat().st_size
            found += [
                (
                    Snapshot(self._archive, one.taken_at, size, one.number, one.conversations, one.messages),
                    one.fingerprint,
                )
                for one in archived(self._archive)
            ]
        return sorted(found, key=lambda entry: -entry[0].taken_at)

    def _take_if_due(self, period_s: int) -> Snapshot | None:
        newest, print_ = next(iter(self._with_fingerprints()), (None, None))
        age_s = self._clock() - newest.taken_at if newest is not None else period_s
        if 0 <= age_s < period_s or not self._database.exists():
            return None
        if fingerprint(self._database) == (print_ or _fingerprint_of(newest)):
            return None
        with suppress(Aborted):
            return self._take()
        return None

    def _take(self) -> Snapshot:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                taken = self._add()
            except StoreCorrupt:
                self._pace.check()  # an interruption says nothing about the file
                if not self._archive.exists() or not _is_damaged(self._archive):
                    raise  # it is the database that is damaged
                self._set_aside()
                taken = self._add()
        except OSError as error:
            raise StoreError(f"{self._folder}: {error.strerror or error}") from error
        with suppress(OSError, Aborted):  # the next snapshot tries again
            self._thin()
        logger.info("snapshot taken: %s", taken)
        size = self._archive.stat().st_size
        return Snapshot(self._archive, taken.taken_at, size, taken.number, taken.conversations, taken.messages)

    def _add(self) -> Archived:
        size = self._archive.stat().st_size if self._archive.exists() else 0
        missing = 2 * max(0, self._database.stat().st_size - size) + RESERVE
        if shutil.disk_usage(self._folder).free < missing:
            raise StoreFull("not enough space for a snapshot")
        return add(self._archive, self._database, float(int(self._clock())), self._pace)

    def _set_aside(self) -> None:
        aside = name_for_broken(self._archive)
        self._archive.replace(aside)
        logger.warning("a damaged archive of snapshots was set aside: %s", aside.name)

    def _read(self, source: Snapshot | Path) -> Salvage:
        file, number = (source, None) if isinstance(source, Path) else (source.file, source.number)
        if not _is_sound_archive(file):
            return salvage(file)
        return salvage_written(file.parent, lambda copy: extract(file, number, copy, self._pace))

    def _thin(self) -> None:
        snapshots = self._all()
        times = kept_of([snapshot.taken_at for snapshot in snapshots], self._clock())
        self._drop([snapshot for snapshot in snapshots if snapshot.taken_at not in times])
        for broken in self._folder.glob(f"{self._archive.stem}.broken-*.db"):
            if self._clock() - broken.stat().st_mtime > KEPT_S:
                broken.unlink()
        surplus: float | None = 0.0
        while surplus is not None and size_of(self._all()) > MAX_BYTES:
            snapshots = self._all()
            surplus = one_to_drop(snapshot.taken_at for snapshot in snapshots)
            self._drop([snapshot for snapshot in snapshots if snapshot.taken_at == surplus])

    def _drop(self, snapshots: Sequence[Snapshot]) -> None:
        if numbers := [one.number for one in snapshots if one.number]:
            drop(self._archive, numbers, self._pace)
        for one in snapshots:
            if not one.number:
                with suppress(OSError):  # not removable; the next snapshot tries again
                    one.file.unlink()


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


def one_to_drop(times: Iterable[float]) -> float | None:
    """Return the snapshot to drop when all take too much space: the one closest to a newer one. None if there is only
    one, which is kept whatever it takes."""
    newest_first = sorted(set(times), reverse=True)
    gaps = [newer - older for newer, older in pairwise(newest_first)]
    return newest_first[gaps.index(min(gaps)) + 1] if gaps else None


_NOTHING = (0, 0, None)


def _fingerprint_of(newest: Snapshot | None) -> Fingerprint | None:
    """Return the fingerprint of a snapshot with a file of its own, and None for an unreadable one, which does not
    count."""
    if newest is None:
        return _NOTHING
    with suppress(StoreError):
        return fingerprint(newest.file)
    return None


def _is_damaged(archive: Path) -> bool:
    try:
        check_whole(archive)
        archived(archive)
    except StoreCorrupt:
        return True
    return False


def _is_sound_archive(file: Path) -> bool:
    with suppress(StoreError):
        return is_archive(file) and bool(archived(file))
    return False


def _snapshot(file: Path) -> Snapshot | None:
    match = _NAME.fullmatch(file.name)
    if match is None:
        return None
    try:
        taken_at = datetime.strptime(match.group(1), _FORMAT).replace(tzinfo=UTC).timestamp()
        return Snapshot(file, taken_at, file.stat().st_size)
    except (ValueError, OSError):
        return None
