"""Brings back what an earlier copy of the conversations has and they have not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop_chat.core.library import Library
from desktop_chat.core.snapshots import MergeResult, Snapshots
from desktop_chat.core.write_behind import WriteBehind


@dataclass(frozen=True, slots=True)
class Restored:
    """What came; of the conversations that are new, `trashed` were in the trash then and are there again."""

    merged: MergeResult
    trashed: int = 0


async def restore_snapshot(
    file: Path, snapshots: Snapshots, write_behind: WriteBehind, library: Library, tell: Callable[[float], None]
) -> Restored:
    """Add what is missing, and tell those who show conversations; `tell` is told how much is added, from 0 to 1. Raises
    StoreError; then what was added is shown at the next start, and doing it again adds the rest."""
    await write_behind.flush()
    merged = await snapshots.restore(file, tell)
    come = await library.add_restored(merged.grown_ids)
    return Restored(merged, sum(conversation.trashed_at is not None for conversation in come))
