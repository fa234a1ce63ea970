"""What earlier copies of the conversations are, and what brings them back: values and a port, not needed at a start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of the database as it was; `taken_at` in seconds since the epoch, `size` in bytes."""

    file: Path
    taken_at: float
    size: int


@dataclass(frozen=True, slots=True)
class MergeResult:
    """How much another file has, or had, that the database has not: whole conversations, messages (those of the new
    conversations among them), and which conversations that were there grow by some."""

    conversations: int = 0
    messages: int = 0
    grown_ids: tuple[str, ...] = ()


class Snapshots(Protocol):
    """Copies of the database from earlier. All methods raise StoreError."""

    async def all(self) -> list[Snapshot]:
        """Return the snapshots, the newest first."""
        ...

    async def take_if_due(self, how_often: str) -> Snapshot | None:
        """Copy the database where `how_often` (see `settings.SNAPSHOTS`) says so and something was said since."""
        ...

    async def take(self) -> Snapshot:
        """Copy the database now."""
        ...

    async def count_missing(self, file: Path) -> MergeResult:
        """Return what `restore` would add from a file."""
        ...

    async def restore(self, file: Path, tell: Callable[[float], None]) -> MergeResult:
        """Add what is in a file and not in the database; nothing is replaced. `tell` is told how much is added, from 0
        to 1."""
        ...

    async def clean_up(self) -> None:
        """Remove what a run that was killed left of a copy."""
        ...
