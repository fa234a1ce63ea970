"""The port through which the window imports."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from desktop_chat.core.backup import AddedUsage
from desktop_chat.core.importing import Imported, ImportKind, Unread
from desktop_chat.core.settings import Settings

Told = Callable[[list[Imported | Unread], float | None], None]
"""Learns of the latest results, and which share of the conversations was read, from 0 to 1; None once the records of
usage are read, which takes nobody knows how long."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an export is; `settings` are those of a backup or a data folder, `usage` what its records would add."""

    kind: ImportKind
    settings: Settings | None = None
    usage: AddedUsage = field(default_factory=AddedUsage)


class Importer(Protocol):
    """Imports outside this process. Cancelling leaves each conversation whole or out.

    Both methods raise ImportRefused and StoreError."""

    async def preview(self, file: Path, tell: Told, passphrase: str = "") -> Preview:
        """Tell what importing a file or folder would do; return what it is. `passphrase` is for an encrypted backup."""
        ...

    async def add(
        self,
        file: Path,
        kind: ImportKind,
        ids: Collection[str] | None,
        tell: Told,
        passphrase: str = "",
        *,
        usage_too: bool = False,
    ) -> AddedUsage:
        """Add the conversations with these ids, or all, and show them; also those that came before an error or before
        it was cancelled. Then add the records of usage, if they are wanted. No settings."""
        ...
