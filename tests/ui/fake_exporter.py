"""An exporter whose exports wait until the test lets them end; what is in memory it renders as the application does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from desktop_chat.app.export_rendering import rendered
from desktop_chat.core.errors import ChatError
from desktop_chat.core.exporting import (
    BackupRequest,
    ExportedConversation,
    ExportFormat,
    ExportRequest,
    ExportResult,
)


class FakeExporter:
    """Implements `core.exporting.Exporter`."""

    def __init__(self) -> None:
        self.requests: list[ExportRequest] = []
        self.backups: list[BackupRequest] = []
        self.shared: list[str] = []
        """Ids of conversations that were written for another program."""
        self.cancelled = 0
        self.error: ChatError | None = None
        self.tell: Callable[[int, int], None] = lambda _done, _all: None
        self.may_end = asyncio.Event()

    async def export(self, request: ExportRequest, tell: Callable[[int, int], None]) -> ExportResult:
        self.requests.append(request)
        return await self._end(request.target, len(request.ids) or 2, tell)

    async def back_up(self, request: BackupRequest, tell: Callable[[int, int], None]) -> ExportResult:
        self.backups.append(request)
        return await self._end(request.target, 2, tell)

    async def web_page(self, conversation_id: str, title: str) -> Path:
        return await self._shared(conversation_id, f"{title}.html")

    async def markdown_file(self, conversation_id: str, title: str) -> Path:
        return await self._shared(conversation_id, f"{title}.md")

    async def _shared(self, conversation_id: str, name: str) -> Path:
        self.shared.append(conversation_id)
        return (await self._end(Path("/shared") / name, 1, lambda _done, _all: None)).path

    async def _end(self, target: Path, count: int, tell: Callable[[int, int], None]) -> ExportResult:
        self.tell = tell
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error is not None:
            raise self.error
        return ExportResult(target, count)

    async def rendered(self, chosen: ExportedConversation, kind: ExportFormat, *, for_clipboard: bool = False) -> str:
        return rendered(chosen, kind, lambda _sha256: None, for_clipboard=for_clipboard)
