"""Snapshots of the database: taken while the window is open, and restored from; not needed at startup."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from desktop_chat.core.errors import StoreError
from desktop_chat.core.library import Library
from desktop_chat.core.settings import Preferences
from desktop_chat.core.write_behind import WriteBehind

logger = logging.getLogger(__name__)

FIRST_S = 5.0
"""Delay that keeps the first snapshot out of startup."""
PAUSE_S = 600.0
MAX_BYTES = 1024**3
"""Maximum size of all snapshots together; beyond it there are fewer, but always the newest."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A past state of the database; `taken_at` in seconds since the epoch. `file` of `size` bytes holds this one alone,
    or several: then each has a number there, and the counts of what it has are known."""

    file: Path
    taken_at: float
    size: int
    number: int = 0
    conversations: int = 0
    messages: int = 0


def size_of(snapshots: Iterable[Snapshot]) -> int:
    """Return how many bytes snapshots take on disk."""
    return sum({one.file: one.size for one in snapshots}.values())


@dataclass(frozen=True, slots=True)
class MergeResult:
    """What another file adds, or would add, to the database: whole conversations, messages (including those of the new
    conversations), and the ids of existing conversations that gain messages."""

    conversations: int = 0
    messages: int = 0
    grown_ids: tuple[str, ...] = ()


class Snapshots(Protocol):
    """Past states of the database. All methods raise StoreError."""

    async def all(self) -> list[Snapshot]:
        """Return the snapshots, newest first."""
        ...

    async def take_if_due(self, how_often: str) -> Snapshot | None:
        """Take a snapshot if `how_often` (see `Settings.snapshots`) says so and there are new messages."""
        ...

    async def take(self) -> Snapshot:
        """Take a snapshot now."""
        ...

    async def count_missing(self, source: Snapshot | Path) -> MergeResult:
        """Return what `restore` would add from a snapshot or a file."""
        ...

    async def restore(self, source: Snapshot | Path, tell: Callable[[float], None]) -> MergeResult:
        """Add what a snapshot or a file has and the database lacks; nothing is replaced. `tell` is called with the
        progress, from 0 to 1."""
        ...

    async def clean_up(self) -> None:
        """Remove what a killed run left incomplete."""
        ...

    async def sweep_blobs(self) -> None:
        """Remove the contents of attachments that neither the database nor any snapshot names."""
        ...


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored. `trashed` counts the new conversations that were restored into the trash."""

    merged: MergeResult
    trashed: int = 0


async def restore_snapshot(
    source: Snapshot | Path,
    snapshots: Snapshots,
    write_behind: WriteBehind,
    library: Library,
    tell: Callable[[float], None],
) -> Restored:
    """Add what is missing and notify those who show conversations; `tell` is called with the progress, from 0 to 1.
    Raises StoreError; what was added until then is shown at the next start, and a second call adds the rest."""
    await write_behind.flush()
    merged = await snapshots.restore(source, tell)
    come = await library.add_restored(merged.grown_ids)
    return Restored(merged, sum(conversation.trashed_at is not None for conversation in come))


async def keep_snapshots(
    snapshots: Snapshots, preferences: Preferences, *, first_s: float = FIRST_S, pause_s: float = PAUSE_S
) -> None:
    """Take a snapshot whenever one is due, and sweep the blobs that nothing needs, until cancelled. What fails is tried
    again at the next check."""
    await asyncio.sleep(first_s)
    await snapshots.clean_up()
    while True:
        try:
            await snapshots.take_if_due(preferences.settings.snapshots)
        except StoreError as error:
            logger.warning("could not take a snapshot: %s: %s", error.code, error.detail)
        try:
            await snapshots.sweep_blobs()
        except StoreError as error:
            logger.info("could not look for unused attachments: %s: %s", error.code, error.detail)
        await asyncio.sleep(pause_s)
