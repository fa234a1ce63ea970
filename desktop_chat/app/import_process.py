"""Imports for the window in a process of its own, so that the loop is as free as without."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from pathlib import Path
from typing import Any

from desktop_chat import IMPORT_WORD
from desktop_chat.app.job_process import JobProcess
from desktop_chat.core.added_beside import AddedBeside
from desktop_chat.core.backup import AddedUsage
from desktop_chat.core.import_port import Preview, Told
from desktop_chat.core.importing import Imported, ImporterLost, ImportKind, ImportRefused, Unread, UnreadReason
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.paths import Paths
from desktop_chat.services.settings_values import settings_from

_IMPORT = JobProcess(IMPORT_WORD, ImportRefused, ImporterLost, 64 * 1024 * 1024)


class ImportProcess:
    """Implements `core.import_port.Importer`. Each call is a job of its own."""

    def __init__(self, paths: Paths, write_behind: WriteBehind, beside: AddedBeside) -> None:
        self._paths = paths
        self._write_behind = write_behind
        self._beside = beside

    async def preview(self, file: Path, tell: Told, passphrase: str = "") -> Preview:
        """See `Importer.preview`."""
        work = {"file": str(file), "kind": None, "ids": None, "adds": False, "usage": True}
        return await self._run(work, tell, passphrase)

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
        """See `Importer.add`."""
        grown: list[str] = []

        def note(results: list[Imported | Unread], share: float | None) -> None:
            grown.extend(each.conversation_id for each in results if isinstance(each, Imported) and each.messages)
            tell(results, share)

        chosen = None if ids is None else list(ids)
        work = {"file": str(file), "kind": kind, "ids": chosen, "adds": True, "usage": usage_too}
        try:
            done = await self._run(work, note, passphrase)
        except BaseException:
            self._beside.look()
            raise
        await self._beside.show(grown)
        return done.usage

    async def _run(self, work: dict[str, Any], tell: Told, passphrase: str) -> Preview:
        await self._write_behind.flush()
        loop = asyncio.get_running_loop()

        def hear(told: dict[str, Any]) -> None:
            loop.call_soon_threadsafe(tell, _results(told), told["share"])

        work |= {"data_dir": str(self._paths.data_dir), "passphrase": passphrase}
        return await _IMPORT.run(work, hear, _preview)


def _preview(result: dict[str, Any]) -> Preview:
    table = result["settings"]
    settings = None if table is None else settings_from(table)[0]
    return Preview(ImportKind(result["kind"]), settings, AddedUsage(**result["usage"]))


def _results(told: dict[str, Any]) -> list[Imported | Unread]:
    unread = [Unread(where, UnreadReason(reason), detail) for where, reason, detail in told["unread"]]
    return [*unread, *(Imported(*fields) for fields in told["taken"])]
