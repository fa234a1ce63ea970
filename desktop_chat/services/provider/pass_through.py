"""Hands on the bytes of one answer unchanged, while it watches how the answer ends and what it says of its usage.

Nothing is decoded while it runs: one expression looks for a finish reason, and the last bytes are kept. What counts as
finished is what the reader of replies takes for it: a finish reason, the end marker, or the last event of a response.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import AbstractContextManager, aclosing, suppress
from typing import TYPE_CHECKING

from desktop_chat.core.entities import Usage
from desktop_chat.core.errors import ConnectionLost, ProviderError, ReplyTooLarge, StreamStalled
from desktop_chat.core.watchdog import Watchdog
from desktop_chat.services.provider.chunks import usage_in
from desktop_chat.services.provider.reply_stream import DRAIN_S, USAGE_GRACE_S
from desktop_chat.services.provider.server_errors import error_in
from desktop_chat.services.secrets.redact import REDACTED, SHORTEST_SECRET

if TYPE_CHECKING:
    import httpx2

TAIL_BYTES = 32 * 1024
"""How much of the end of a stream is kept."""
LARGEST_STREAM = 256 * 1024 * 1024
LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes of an answer in one piece."""
_FINISHED = re.compile(rb'"finish_reason"\s*:\s*"|"response\.(?:completed|incomplete|failed)"')
_USAGE = b'"usage"'
_DONE = b"[DONE]"
_HIDDEN = REDACTED.encode()


class RawAnswer:
    """A successful answer whose bytes are handed on, but for `keys`, which a caller must not see even if the server
    repeats them. `translating` translates the errors of the connection."""

    def __init__(
        self,
        response: httpx2.Response,
        watchdog: Watchdog,
        patience_s: float,
        translating: Callable[[], AbstractContextManager[None]],
        keys: Iterable[str] = (),
    ) -> None:
        self.content_type: str = response.headers.get("content-type", "")
        self.usage: Usage | None = None
        """What the answer said of it, once it has ended."""
        self._bytes = _without_keys(response.aiter_bytes(), keys)
        self._watchdog = watchdog
        self._loop = asyncio.get_running_loop()
        self._patience_s = patience_s
        self._translating = translating
        self._tail = bytearray()
        self._size = 0
        self._data_at = self._loop.time()
        self.finished = False
        """Whether the server has said that the answer is complete."""

    async def first(self) -> bytes:
        """Return the first bytes that are not blank, with those before; empty if there are none. Raises
        ProviderError."""
        begun = b""
        while not begun.strip() and (piece := await self._next()) is not None:
            begun += piece
            if len(begun) > TAIL_BYTES:
                break
        return begun if begun.strip() else b""

    async def whole(self, begun: bytes) -> bytes:
        """Return the rest of an answer in one piece, after its beginning. Raises ProviderError."""
        body = bytearray(begun)
        while (piece := await self._next()) is not None:
            body += piece
            if len(body) > LARGEST_ANSWER:
                raise ReplyTooLarge
        self.finished = True
        self.usage = usage_of(body)
        return bytes(body)

    async def pieces(self, begun: bytes) -> AsyncGenerator[bytes, None]:
        """Yield the bytes of a stream, from its beginning on. Raises ProviderError where it broke, also if it ended
        without saying that it is complete."""
        piece: bytes | None = begun
        while piece is not None:
            self._note(piece)
            yield piece
            if _DONE in piece or _DONE in self._tail[-len(piece) - 8 :]:
                await self._drain()
                break
            piece = await self._next_after_finish() if self.finished else await self._next()
        self.usage = usage_of(self._tail)
        if not self.finished:
            self._check_end()

    def _note(self, piece: bytes) -> None:
        tail = self._tail
        tail += piece
        if len(tail) > 2 * TAIL_BYTES:
            del tail[:-TAIL_BYTES]
        self._size += len(piece)
        if self._size > LARGEST_STREAM:
            raise ReplyTooLarge
        if b"\n" in piece:
            now = self._loop.time()
            if b"data" in piece:
                self._data_at = now
                self._watchdog.feed()
            elif now < self._data_at + self._patience_s:
                self._watchdog.feed()
        if not self.finished and _FINISHED.search(piece):
            self.finished = True
            self._watchdog.set_limit(USAGE_GRACE_S)

    async def _next(self) -> bytes | None:
        with self._translating(), self._watchdog:
            return await anext(self._bytes, None)

    async def _next_after_finish(self) -> bytes | None:
        """Return the next bytes; whatever goes wrong after the finish is just the end."""
        try:
            return await self._next()
        except (StreamStalled, ProviderError):
            return None

    async def _drain(self) -> None:
        """Read what follows the end marker if it arrives at once, so that the connection can be used again."""
        self.finished = True
        with suppress(TimeoutError, ProviderError):
            async with asyncio.timeout(DRAIN_S), aclosing(self._bytes) as pieces:
                with self._translating():
                    async for _ in pieces:
                        pass

    def _check_end(self) -> None:
        """Raise the error with which a stream ended that is not complete; an error event of its own says it already."""
        self.finished = _FINISHED.search(self._tail) is not None
        if not self.finished and not said_error(self._tail):
            raise ConnectionLost


async def _without_keys(pieces: AsyncIterator[bytes], keys: Iterable[str]) -> AsyncGenerator[bytes, None]:
    """Yield the bytes without keys, also where a key is cut in two: what may be the beginning of one waits."""
    secrets = [key.encode() for key in keys if len(key) >= SHORTEST_SECRET]
    held = b""
    async for piece in pieces:
        data, held = held + piece, b""
        for secret in secrets:
            if secret in data:
                data = data.replace(secret, _HIDDEN)
            at = data.find(secret[:1], max(0, len(data) - len(secret) + 1))
            while at >= 0 and not secret.startswith(data[at:]):
                at = data.find(secret[:1], at + 1)
            if at >= 0:
                data, held = data[:at], data[at:] + held
        if data:
            yield data
    if held:
        yield held


def said_error(tail: bytes | bytearray) -> bool:
    """Return whether the last event of a stream reports an error."""
    text = bytes(tail).decode("utf-8", "replace")
    for line in reversed(text.splitlines()):
        if line.startswith("data:"):
            with suppress(ValueError, RecursionError):
                body = json.loads(line[len("data:") :])
                return error_in(body) is not None or (isinstance(body, dict) and body.get("type") == "error")
            return False
    return False


def usage_of(content: bytes | bytearray) -> Usage | None:
    """Return the last token counts in an answer or the end of a stream, or None."""
    at = content.rfind(_USAGE)
    while at >= 0:
        begin = content.find(b"{", at)
        if 0 <= begin <= at + len(_USAGE) + 4:
            with suppress(ValueError, RecursionError):
                found, _ = json.JSONDecoder().raw_decode(
                    bytes(content[begin : begin + 4_096]).decode("utf-8", "replace")
                )
                return usage_in(found)
        at = content.rfind(_USAGE, 0, at)
    return None
