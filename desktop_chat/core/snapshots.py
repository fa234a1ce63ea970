"""Snapshots of the database and how to restore them: values and a port, not needed at startup."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A past copy of the database; `taken_at` in seconds since the epoch, `size` in bytes."""

    file: Path
    taken_at: float
    size: int


@dataclass(frozen=True, slots=True)
class MergeResult:
    """What another file adds, or would add, to the database: whole conversations, messages (including those of the new
    conversations), and the ids of existing conversations that gain messages."""

    conversations: int = 0
    messages: int = 0
    grown_ids: tuple[str, ...] = ()


class Snapshots(Protocol):
    """Past copies of the database. All methods raise StoreError."""

    async def all(self) -> list[Snapshot]:
        """Return the snapshots, newest first."""
        ...

    async def take_if_due(self, how_often: str) -> Snapshot | None:
        """Copy the database if `how_often` (see `settings.SNAPSHOTS`) says so and there are new messages."""
        ...

    async def take(self) -> Snapshot:
        """Copy the database now."""
        ...

    async def count_missing(self, file: Path) -> MergeResult:
        """Return what `restore` would add from a file."""
        ...

    async def restore(self, file: Path, tell: Callable[[float], None]) -> MergeResult:
        """Add what a file has and the database lacks; nothing is replaced. `tell` is called with the progress, from 0
        to 1."""
        ...

    async def clean_up(self) -> None:
        """Remove incomplete copies left by a killed run."""
        ...
