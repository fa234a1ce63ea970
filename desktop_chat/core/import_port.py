"""The port through which the window imports."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Protocol

from desktop_chat.core.importing import Imported, ImportKind, Unread

Told = Callable[[list[Imported | Unread], float], None]
"""Learns of the latest results, and which share of the export was read: from 0 to 1."""


class Importer(Protocol):
    """Imports outside this process. Cancelling leaves each conversation whole or out.

    Both methods raise ImportRefused and StoreError."""

    async def preview(self, file: Path, tell: Told) -> ImportKind:
        """Tell what importing a file or folder would do; return what it is."""
        ...

    async def add(self, file: Path, kind: ImportKind, ids: Collection[str] | None, tell: Told) -> None:
        """Add the conversations with these ids, or all, and show them; also those that came before an error or before
        it was cancelled."""
        ...
