"""Brings back what an earlier copy of the conversations has and they have not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop_chat.core.library import Library
from desktop_chat.core.recorder import Recorder
from desktop_chat.core.snapshots import Merged, Snapshots


@dataclass(frozen=True, slots=True)
class Restored:
    """What came; of the conversations that are new, `trashed` were in the trash then and are there again."""

    merged: Merged
    trashed: int = 0


async def bring_back(file: Path, snapshots: Snapshots, recorder: Recorder, library: Library) -> Restored:
    """Add what is missing, and tell those who show conversations. Raises StoreError; then nothing was added, or it is
    shown at the next start."""
    await recorder.flush()
    merged = await snapshots.restore(file)
    come = await library.take_in(merged.grown_ids)
    return Restored(merged, sum(conversation.trashed_at is not None for conversation in come))
