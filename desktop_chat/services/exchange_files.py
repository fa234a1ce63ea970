"""Keeps recorded requests on disk where the user wants that: one HAR file for each, in a folder for each conversation.

A file is removed with its conversation, after MAX_DAYS, or when all of them together exceed MAX_BYTES. Keys were
removed from everything in it.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from desktop_chat import __version__
from desktop_chat.core.entities import Api, Usage
from desktop_chat.core.exchange_formats import har_of
from desktop_chat.core.exchanges import Exchange, Mark
from desktop_chat.services.private_files import create_private, open_private
from desktop_chat.services.worker import Worker

logger = logging.getLogger(__name__)

MAX_DAYS = 30
MAX_BYTES = 500 * 1024 * 1024
_DAY_S = 86_400.0
_ID = re.compile("[0-9a-f]{32}")
_SUFFIX = ".har"
_PART = ".part"


class ExchangeFiles:
    """Reads and writes on one thread; what cannot be written is logged, since the record is no more than a help."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time, most_bytes: int = MAX_BYTES) -> None:
        """`clock` returns seconds since the epoch."""
        self._folder = folder
        self._clock = clock
        self._most_bytes = most_bytes
        self._worker = Worker("requests")

    async def keep(self, exchange: Exchange) -> None:
        """Write an exchange that has ended; does nothing if it belongs to no conversation."""
        if _ID.fullmatch(exchange.conversation_id) and _ID.fullmatch(exchange.reply_id):
            await self._worker.submit(self._keep, exchange)

    async def read(self, conversation_id: str, reply_id: str) -> list[Exchange]:
        """Return what was kept for a reply, oldest first. What cannot be read is left out."""
        if not (_ID.fullmatch(conversation_id) and _ID.fullmatch(reply_id)):
            return []
        return await self._worker.submit(self._read, conversation_id, reply_id)

    async def forget(self, conversation_ids: Iterable[str]) -> None:
        """Remove what was kept for conversations."""
        await self._worker.submit(self._forget, tuple(conversation_ids))

    async def prune(self) -> None:
        """Remove what is too old or too much, the oldest first."""
        await self._worker.submit(self._prune)

    async def clear(self) -> None:
        """Remove everything."""
        await self._worker.submit(shutil.rmtree, self._folder, True)

    def end(self) -> None:
        """Accept no more work; earlier calls are finished."""
        self._worker.end()

    def _keep(self, exchange: Exchange) -> None:
        folder = self._folder / exchange.conversation_id
        file = folder / f"{exchange.reply_id}-{round(exchange.started_at * 1000):015d}-{exchange.id}{_SUFFIX}"
        part = file.with_suffix(_PART)
        try:
            for directory in (self._folder, folder):
                directory.mkdir(mode=0o700, exist_ok=True)
            with os.fdopen(create_private(part), "w", encoding="utf-8") as stream:
                stream.writelines(har_of([exchange], __version__))
            part.replace(file)
        except OSError as error:
            logger.warning("a request could not be kept: %s", error.strerror)
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def _read(self, conversation_id: str, reply_id: str) -> list[Exchange]:
        found = []
        for file in sorted((self._folder / conversation_id).glob(f"{reply_id}-*{_SUFFIX}")):
            try:
                with os.fdopen(open_private(file, os.O_RDONLY), encoding="utf-8") as stream:
                    found.append(exchange_in(json.load(stream)))
            except (OSError, ValueError, KeyError, TypeError, LookupError) as error:
                logger.warning("a kept request cannot be read: %s", type(error).__name__)
        return found

    def _forget(self, conversation_ids: Iterable[str]) -> None:
        for conversation_id in conversation_ids:
            if _ID.fullmatch(conversation_id):
                shutil.rmtree(self._folder / conversation_id, ignore_errors=True)

    def _prune(self) -> None:
        oldest = self._clock() - MAX_DAYS * _DAY_S
        files = []
        for file in self._folder.glob("*/*"):
            with suppress(OSError):
                state = file.lstat()
                files.append((state.st_mtime, state.st_size, file))
        total = 0
        for changed_at, size, file in sorted(files, reverse=True):
            total += size
            if changed_at < oldest or total > self._most_bytes or file.suffix != _SUFFIX:
                with suppress(OSError):
                    file.unlink()


def exchange_in(archive: dict[str, Any]) -> Exchange:
    """Return the exchange in a HAR file of ours. Raises KeyError, TypeError, ValueError for any other file."""
    entry = archive["log"]["entries"][0]
    ours, request, response = entry["_exchange"], entry["request"], entry["response"]
    exchange = Exchange(
        reply_id=str(ours["reply_id"]),
        conversation_id=str(ours["conversation_id"]),
        connection_id=str(ours["connection_id"]),
        connection_name=str(ours["connection_name"]),
        api=Api(ours["api"]),
        model=str(ours["model"]),
        url=str(request["url"]),
        body=dict(json.loads(request["postData"]["text"])),
        hide=str,
        started_at=float(ours["started_at"]),
        is_kept=True,
    )
    exchange.request_headers = _headers(request["headers"])
    exchange.response_headers = _headers(response["headers"])
    exchange.http_version = str(request["httpVersion"])
    exchange.status = int(response["status"])
    exchange.received = int(response["bodySize"])
    exchange.marks = {Mark(name): float(at) for name, at in ours["marks"].items()}
    exchange.pieces = [(float(piece["time"]) / 1000, str(piece["data"]).encode()) for piece in entry["_events"]]
    exchange.finish_reason = None if ours["finish_reason"] is None else str(ours["finish_reason"])
    exchange.usage = Usage(*map(_count, ours["usage"])) if ours["usage"] is not None else None
    exchange.error_code, exchange.error_detail = str(response["_error"]), str(ours["error_detail"])
    exchange.is_stopped = bool(ours["is_stopped"])
    return exchange


def _headers(pairs: list[dict[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(pair["name"]), str(pair["value"])) for pair in pairs)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) else None
