"""Runs the window's exports, of conversations and of usage, in a separate process, so that they never block its event
loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from desktop_chat import EXPORT_WORD
from desktop_chat.app.job_process import JobProcess
from desktop_chat.core.export_errors import ExportError, ExporterUnavailable
from desktop_chat.core.exporting import (
    ENDINGS,
    BackupRequest,
    ExportedConversation,
    ExportFormat,
    ExportRequest,
    ExportResult,
)
from desktop_chat.core.file_names import file_stem
from desktop_chat.core.usage_ledger import UsageLedger
from desktop_chat.core.usage_view import Days
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.blobs import stored_content
from desktop_chat.services.exports.shared_files import new_shared_file
from desktop_chat.services.paths import Paths
from desktop_chat.ui.text.translation import tr

_EXPORT = JobProcess(EXPORT_WORD, ExportError, ExporterUnavailable, 1024 * 1024)


class ExportProcess:
    """Implements `core.exporting.Exporter`. Each export is a job of its own."""

    def __init__(self, paths: Paths, write_behind: WriteBehind) -> None:
        self._paths = paths
        self._write_behind = write_behind

    async def export(self, request: ExportRequest, tell: Callable[[int, int], None]) -> ExportResult:
        """See `Exporter.export`."""
        return await self._answer({"request": _plain(request)}, tell)

    async def back_up(self, request: BackupRequest, tell: Callable[[int, int], None]) -> ExportResult:
        """See `Exporter.back_up`."""
        asked = {"target": str(request.target), "passphrase": request.passphrase, "replace": request.replace}
        return await self._answer({"backup": asked, "settings_file": str(self._paths.settings_file)}, tell)

    async def _answer(self, asked: dict[str, Any], tell: Callable[[int, int], None]) -> ExportResult:
        await self._write_behind.flush()
        answer = await _answer_of_helper(self._paths, asked, tell)
        path = Path(answer.pop("path"))
        return ExportResult(path, **answer)

    async def web_page(self, conversation_id: str, title: str) -> Path:
        """See `Exporter.web_page`."""
        file = await self._shared_file(title, ExportFormat.HTML)
        request = ExportRequest(ExportFormat.HTML, file, (conversation_id,))
        return (await self.export(request, lambda _done, _all: None)).path

    async def markdown_file(self, conversation_id: str, title: str) -> Path:
        """See `Exporter.markdown_file`. A process of its own would take longer than a drag."""
        from desktop_chat.app.export_rendering import write_markdown  # noqa: PLC0415  (not before it is needed)

        file = await self._shared_file(title, ExportFormat.MARKDOWN)
        await self._write_behind.flush()
        await asyncio.to_thread(write_markdown, self._paths, conversation_id, file)
        return file

    async def _shared_file(self, title: str, kind: ExportFormat) -> Path:
        name = (file_stem(title) or "conversation") + ENDINGS[kind]
        return await asyncio.to_thread(new_shared_file, self._paths.shared_folder, name)

    async def rendered(self, chosen: ExportedConversation, kind: ExportFormat, *, for_clipboard: bool = False) -> str:
        """See `Exporter.rendered`."""
        from desktop_chat.app.export_rendering import rendered  # noqa: PLC0415  (not before it is needed)

        content_of = partial(stored_content, self._paths.blob_folder)
        return await asyncio.to_thread(rendered, chosen, kind, content_of, for_clipboard=for_clipboard)


async def save_usage(
    paths: Paths, ledger: UsageLedger, days: Days, file: Path, *, with_bom: bool, told: Callable[[int], None]
) -> int:
    """Implement `Context.save_usage`."""
    await ledger.flush()
    limits = {"since": days.since and days.since.isoformat(), "until": days.until and days.until.isoformat()}
    asked = {"usage": {"target": str(file), "with_bom": with_bom, **limits}}
    answer = await _answer_of_helper(paths, asked, lambda done, _all: told(done))
    return int(answer["entries"])


async def _answer_of_helper(paths: Paths, asked: dict[str, Any], tell: Callable[[int, int], None]) -> dict[str, Any]:
    """Return what a new process answers. Raises ExportError, StoreError."""
    loop = asyncio.get_running_loop()
    return await _EXPORT.run(_work(paths, asked), lambda told: loop.call_soon_threadsafe(tell, *told), dict[str, Any])


def _work(paths: Paths, asked: dict[str, Any]) -> dict[str, Any]:
    return {
        **asked,
        "data_dir": str(paths.data_dir),
        "language": "zh_CN" if tr("en").startswith("zh") else "en",
        "zone": os.environ.get("TZ"),
    }


def _plain(request: ExportRequest) -> dict[str, Any]:
    return {
        "format": request.format,
        "target": str(request.target),
        "ids": request.ids,
        "leaf_id": request.leaf_id,
        "message_ids": request.message_ids,
        "reasoning": request.reasoning,
        "all_branches": request.all_branches,
        "replace": request.replace,
    }
