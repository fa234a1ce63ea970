"""Opens an export and runs its reader on a thread, one conversation ahead of whoever takes them in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from desktop_chat.core.importing import ImportedConversation, ImportKind, Put, Unread, UnreadReason
from desktop_chat.services.imports.detection import kind_of, reader_of
from desktop_chat.services.imports.import_files import Files, open_files
from desktop_chat.services.worker import Worker


class OpenImport:
    """An export that is being read. `close` ends it, also in the middle."""

    def __init__(self, files: Files, kind: ImportKind, put: Put) -> None:
        self.kind = kind
        self._files = files
        self._worker = Worker("import", when_idle=files.close)
        self._items = self._read(put)

    @classmethod
    async def opened(cls, path: Path, kind: ImportKind | None, put: Put) -> OpenImport:
        """Open an export; `put` is called on the reader's thread. Raises ImportRefused."""

        def opened() -> tuple[Files, ImportKind]:
            files = open_files(path)
            try:
                return files, kind or kind_of(files)
            except BaseException:
                files.close()
                raise

        files, found = await asyncio.to_thread(opened)
        return cls(files, found, put)

    async def items(self) -> AsyncIterator[ImportedConversation | Unread]:
        """Yield what is read. Raises ImportRefused."""
        following = self._worker.submit(self._next)
        while (item := await following) is not None:
            following = self._worker.submit(self._next)
            yield item

    def close(self) -> None:
        """Read no more, and release the file when the conversation that is being read is."""
        self._worker.end()

    def _next(self) -> ImportedConversation | Unread | None:
        return next(self._items, None)

    def _read(self, put: Put) -> Iterator[ImportedConversation | Unread]:
        yield from self._files.unread
        is_empty = True
        for item in reader_of(self.kind, self._files, put).items():
            is_empty = False
            yield item
        if is_empty:
            yield Unread(self._files.path.name, UnreadReason.NOT_UNDERSTOOD)
