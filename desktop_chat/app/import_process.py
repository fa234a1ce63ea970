"""Imports for the window in a process of its own, so that the loop is as free as without."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop_chat import IMPORT_WORD
from desktop_chat.core import importing
from desktop_chat.core.added_beside import AddedBeside
from desktop_chat.core.backup import AddedUsage
from desktop_chat.core.errors import ChatError, StoreError
from desktop_chat.core.import_port import Preview, Told
from desktop_chat.core.importing import Imported, ImporterLost, ImportKind, ImportRefused, Unread, UnreadReason
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.helper_process import HelperLost, HelperProcess, helper_command
from desktop_chat.services.paths import Paths
from desktop_chat.services.settings_values import settings_from
from desktop_chat.services.worker import Worker

_MAX_MESSAGE = 64 * 1024 * 1024
_ERRORS: dict[str, type[ChatError]] = {
    each.code: each for each in vars(importing).values() if isinstance(each, type) and issubclass(each, ImportRefused)
}


class ImportProcess:
    """Implements `core.import_port.Importer`. Each call has a process, and a thread that talks to it."""

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

        def note(results: list[Imported | Unread], share: float) -> None:
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
        try:
            process = HelperProcess(helper_command(IMPORT_WORD))
        except OSError as error:
            raise ImporterLost(str(error)) from error
        work |= {"data_dir": str(self._paths.data_dir), "passphrase": passphrase}
        worker, loop = Worker("import"), asyncio.get_running_loop()

        def tell_loop(results: list[Imported | Unread], share: float) -> None:
            loop.call_soon_threadsafe(tell, results, share)

        running = worker.submit(_talk, process, work, tell_loop)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            process.finish_input()  # what it is adding at this moment is left out, and it ends
            await asyncio.wait({running})
            raise
        finally:
            if running.done() and not running.cancelled():
                running.exception()  # somebody has seen it
            worker.end()


def _talk(
    process: HelperProcess, work: dict[str, Any], tell: Callable[[list[Imported | Unread], float], None]
) -> Preview:
    """Talk to the process until it is done; return what the file is. Raises ImportRefused, StoreError."""
    found = Preview(ImportKind.OWN)
    try:
        process.wait_until_ready()
        process.send(json.dumps(work).encode())
        while (answer := json.loads(process.message(_MAX_MESSAGE))) != "done" and "code" not in answer:
            if "kind" in answer:
                table = answer["settings"]
                found = Preview(ImportKind(answer["kind"]), None if table is None else settings_from(table)[0])
            elif "usage" in answer:
                found = replace(found, usage=AddedUsage(**answer["usage"]))
            else:
                tell(_results(answer), answer["share"])
    except (HelperLost, OSError, ValueError) as error:
        raise ImporterLost(str(error)) from error
    finally:
        process.end_soon()
    if answer != "done":
        raise _error(answer["code"], answer["detail"])
    return found


def _results(answer: dict[str, Any]) -> list[Imported | Unread]:
    unread = [Unread(where, UnreadReason(reason), detail) for where, reason, detail in answer["unread"]]
    return [*unread, *(Imported(*fields) for fields in answer["taken"])]


def _error(code: str, detail: str) -> ChatError:
    kind = _ERRORS.get(code)
    if kind is not None:
        return kind(detail)
    error = StoreError(detail)
    error.code = code  # type: ignore[misc]  # the code of one of its kinds, for its sentence
    return error
