"""Reads the bytes of one HTTP response: decides when to give up, when it is complete, and when to yield to other
tasks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING

from desktop_chat.core.deltas import Delta, ReasoningDelta, TextDelta
from desktop_chat.core.errors import ConnectionLost, ProviderError, StreamStalled
from desktop_chat.core.watchdog import Watchdog
from desktop_chat.services.provider.dialects import Dialect
from desktop_chat.services.provider.reply_reader import ReplyReader
from desktop_chat.services.provider.translate_errors import translate_errors

if TYPE_CHECKING:
    import httpx2

USAGE_GRACE_S = 4.0
"""Time after the finish reason, or later text, to wait for usage, more text and the end marker."""
FINISH_GRACE_S = 2.0
"""The same once usage has arrived, or if the server is known to send nothing more and keep the connection open."""
DRAIN_S = 0.1
"""Time after the end marker to wait for the end of the body, so that the connection can be reused."""
PIECE_BYTES = 64 * 1024
"""Bytes per batch: about two milliseconds of work."""
_TEXT = (TextDelta, ReasoningDelta)
LARGE_BYTES = 256 * 1024
"""A reply in one piece, or an event, larger than this is read on a thread: it contains an image."""


class Answer:
    """One successful HTTP response and the ways in which it can end. `record` gets each piece of its body."""

    def __init__(
        self,
        response: httpx2.Response,
        watchdog: Watchdog,
        patience_s: float,
        dialect: Dialect,
        *,
        usage_grace_s: float = USAGE_GRACE_S,
        record: Callable[[bytes], None],
    ) -> None:
        self.waited_in_vain = False
        """True if only silence followed the finish reason."""
        self._response = response
        self._record = record
        self._watchdog = watchdog
        self._loop = asyncio.get_running_loop()
        self._patience_s = patience_s
        self._reader = ReplyReader(response.headers.get("content-type", ""), dialect)
        self._last_event_at = self._loop.time()
        self._usage_grace_s = usage_grace_s
        self._over_at: float | None = None
        self._grace_s = 0.0
        self._continued = False

    async def batches(self) -> AsyncGenerator[list[Delta], None]:
        """Yield the deltas of each piece that is read. Raises ProviderError after the deltas received before it."""
        reader = self._reader
        async with aclosing(self._response.aiter_bytes()) as pieces:
            while not reader.done and (piece := await self._next(pieces)) is not None:
                if isinstance(piece, ProviderError):
                    yield reader.rest()
                    raise piece
                self._record(piece)
                signs = (reader.events, reader.comments)
                for start in range(0, len(piece), PIECE_BYTES):
                    part = piece[start : start + PIECE_BYTES]
                    is_large = reader.event_bytes > LARGE_BYTES
                    batch = await asyncio.to_thread(reader.feed, part) if is_large else reader.feed(part)
                    yield batch
                    if reader.failure is not None:
                        raise reader.failure
                    if reader.finished:
                        self._note_finished(batch)
                self._feed_watchdog(*signs)
            if reader.done:
                await _drain(pieces)
                return
        yield await asyncio.to_thread(reader.end) if reader.waiting_bytes > LARGE_BYTES else reader.end()
        if reader.failure is not None and not reader.finished:
            raise reader.failure

    async def _next(self, pieces: AsyncGenerator[bytes, None]) -> bytes | ProviderError | None:
        """Return the next bytes, None at the end, or the error. Once the reply is finished, any error is just its
        end."""
        if self._over_at is not None and self._loop.time() >= self._over_at:
            self.waited_in_vain = not self._continued
            return None
        try:
            with translate_errors(()), self._watchdog:
                return await anext(pieces, None)
        except ProviderError as error:
            if self._reader.finished:
                self.waited_in_vain = isinstance(error, StreamStalled) and not self._continued
                return None
            if isinstance(error, ConnectionLost) and self._reader.unread:
                return ConnectionLost(self._reader.unread)
            return error

    def _note_finished(self, batch: list[Delta]) -> None:
        """Restart the countdown at the finish reason, and with each text after it."""
        grace_s = FINISH_GRACE_S if self._reader.has_usage else self._usage_grace_s
        said_more = self._over_at is not None and any(isinstance(delta, _TEXT) for delta in batch)
        self._continued = self._continued or said_more
        if self._over_at is None or said_more or grace_s < self._grace_s:
            self._grace_s = grace_s
            self._over_at = self._loop.time() + grace_s
            self._watchdog.set_limit(grace_s)

    def _feed_watchdog(self, events: int, comments: int) -> None:
        """Feed the watchdog if anything has arrived since the given numbers of `events` and `comments`."""
        if self._over_at is not None:
            return
        now = self._loop.time()
        if self._reader.events > events:
            self._last_event_at = now
            self._watchdog.feed()
        elif self._reader.comments > comments and now < self._last_event_at + self._patience_s:
            self._watchdog.feed()


async def _drain(pieces: AsyncGenerator[bytes, None]) -> None:
    """Read what follows the end, if it arrives at once."""
    with suppress(TimeoutError, ProviderError), translate_errors(()):
        async with asyncio.timeout(DRAIN_S):
            async for _ in pieces:
                pass
