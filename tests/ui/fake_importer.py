"""An importer whose imports wait until the test lets them end."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from pathlib import Path

from desktop_chat.core.backup import AddedUsage
from desktop_chat.core.errors import ChatError
from desktop_chat.core.import_port import Preview, Told
from desktop_chat.core.importing import Imported, ImportEncrypted, ImportKind, ImportWrongPassphrase, Unread


class FakeImporter:
    """Implements `core.import_port.Importer`."""

    def __init__(self) -> None:
        self.previewed: list[Path] = []
        self.added: list[tuple[Path, ImportKind, Collection[str] | None]] = []
        self.results: list[Imported | Unread] = []
        """What is told at once."""
        self.preview_of = Preview(ImportKind.CHATGPT)
        self.passphrase = ""
        """What an encrypted backup needs."""
        self.passphrases: list[str] = []
        self.cancelled = 0
        self.error: ChatError | None = None
        self.tell: Told = lambda _results, _share: None
        self.may_end = asyncio.Event()
        self.may_stop = asyncio.Event()
        """Until then, what was cancelled is still ending."""
        self.may_stop.set()

    async def preview(self, file: Path, tell: Told, passphrase: str = "") -> Preview:
        self.previewed.append(file)
        self.passphrases.append(passphrase)
        if self.passphrase and passphrase != self.passphrase:
            raise ImportWrongPassphrase if passphrase else ImportEncrypted
        await self._run(tell)
        return self.preview_of

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
        self.passphrases.append(passphrase)
        self.added.append((file, kind, ids))
        await self._run(tell)
        return self.preview_of.usage if usage_too else AddedUsage()

    async def _run(self, tell: Told) -> None:
        self.tell = tell
        if self.results:
            tell(self.results, 0.5)
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            await self.may_stop.wait()
            raise
        if self.error is not None:
            raise self.error
