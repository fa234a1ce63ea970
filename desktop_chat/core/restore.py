"""Restores conversations and messages that are missing, from an earlier copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop_chat.core.library import Library
from desktop_chat.core.snapshots import MergeResult, Snapshots
from desktop_chat.core.write_behind import WriteBehind


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored. `trashed` counts the new conversations that went back to the trash they were in."""

    merged: MergeResult
    trashed: int = 0


async def restore_snapshot(
    file: Path, snapshots: Snapshots, write_behind: WriteBehind, library: Library, tell: Callable[[float], None]
) -> Restored:
    """Add what is missing and notify those who show conversations; `tell` is called with the progress, from 0 to 1.
    Raises StoreError; what was added until then is shown at the next start, and a second call adds the rest."""
    await write_behind.flush()
    merged = await snapshots.restore(file, tell)
    come = await library.add_restored(merged.grown_ids)
    return Restored(merged, sum(conversation.trashed_at is not None for conversation in come))
