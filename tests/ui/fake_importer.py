"""An importer whose imports wait until the test lets them end."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from pathlib import Path

from desktop_chat.core.errors import ChatError
from desktop_chat.core.import_port import Told
from desktop_chat.core.importing import Imported, ImportKind, Unread


class FakeImporter:
    """Implements `core.import_port.Importer`."""

    def __init__(self) -> None:
        self.previewed: list[Path] = []
        self.added: list[tuple[Path, ImportKind, Collection[str] | None]] = []
        self.results: list[Imported | Unread] = []
        """What is told at once."""
        self.cancelled = 0
        self.error: ChatError | None = None
        self.tell: Told = lambda _results, _share: None
        self.may_end = asyncio.Event()

    async def preview(self, file: Path, tell: Told) -> ImportKind:
        self.previewed.append(file)
        await self._run(tell)
        return ImportKind.CHATGPT

    async def add(self, file: Path, kind: ImportKind, ids: Collection[str] | None, tell: Told) -> None:
        self.added.append((file, kind, ids))
        await self._run(tell)

    async def _run(self, tell: Told) -> None:
        self.tell = tell
        if self.results:
            tell(self.results, 0.5)
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error is not None:
            raise self.error
