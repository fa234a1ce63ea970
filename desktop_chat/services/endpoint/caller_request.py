"""One request of a caller: what has been answered so far, and how it ends whatever happens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from desktop_chat.core.budgets import BudgetState
from desktop_chat.core.endpoint_errors import BodyTooLarge, BodyTooSlow
from desktop_chat.core.entities import Status, Usage, new_id
from desktop_chat.core.errors import ChatError
from desktop_chat.services.endpoint.answer_recorder import AnswerRecorder
from desktop_chat.services.endpoint.error_answers import Words, error_body, error_event, retry_after, status_of

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header: TypeAlias = tuple[bytes, bytes]

KEEP_ALIVE = b": keep-alive\n\n"
JSON: Header = (b"content-type", b"application/json")
STREAM_HEADERS: list[Header] = [
    (b"cache-control", b"no-cache"),
    (b"connection", b"keep-alive"),
    (b"x-accel-buffering", b"no"),
]
OVER_BUDGET = b"x-budget-exceeded"
"""The header that names the budgets that are reached or that a request exceeds: "USD month; spent=20.5; limit=20"."""
_CLOSE: Header = (b"connection", b"close")
_DISCARDED_S = 5.0
_MAX_DISCARDED = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What callers may use. Sizes in bytes, times in seconds."""

    requests: int = 500
    """Requests that run at once."""
    connections: int = 1_000
    body: int = 32 * 1024 * 1024
    body_s: float = 30.0
    headers: int = 32 * 1024
    headers_s: float = 10.0
    keep_alive_s: float = 15.0
    """The longest silence of a stream, before a comment keeps its connection open."""


class CallerRequest:
    """A running request. `reason` is set if the endpoint itself ends it; `gone` if the caller left."""

    def __init__(self, caller: str, path: str, send: Send, words: Words) -> None:
        self.id = new_id()[:16]
        self.caller = caller
        self.path = path
        self.started_at = time.time()
        self.connection_id = self.connection = self.model = ""
        self.tokens = 0
        self.status = Status.RUNNING
        self.detail = ""
        self.usage: Usage | None = None
        self.over_budget: tuple[BudgetState, ...] = ()
        """The budgets that it exceeds; its answer says so."""
        self.recorder: AnswerRecorder | None = None
        """What records the answer, if requests are recorded."""
        self.http_status = 0
        self.reason: ChatError | None = None
        self.gone = False
        self.task = asyncio.current_task()
        self.streams = False
        """Whether an event stream has begun."""
        self.sent_at = 0.0
        """When something was last sent, on the loop's clock."""
        self.between_events = True
        self.ended_stream: Callable[[], bytes] = lambda: b""
        """What a stream sends last, after an error."""
        self._send = send
        self._words = words
        self._loop = asyncio.get_running_loop()

    def stop(self, reason: ChatError) -> None:
        """End the request; the caller gets the reason."""
        if self.reason is None and self.task is not None and not self.task.done():
            self.reason = reason
            self.task.cancel()

    def leave(self) -> None:
        """End the request because nobody waits for it any more; clients leave as soon as they have the whole answer."""
        self.gone = True
        if self.task is not None and self.status is not Status.COMPLETE:
            self.task.cancel()

    async def answer(self, status: int, content: bytes, *headers: Header) -> None:
        """Send an answer in one piece."""
        self.http_status = status
        length = (b"content-length", str(len(content)).encode())
        all_headers = [*headers, *self._budget_headers(), length]
        await self._send({"type": "http.response.start", "status": status, "headers": all_headers})
        await self._send({"type": "http.response.body", "body": content})

    async def begin_stream(self, content_type: bytes = b"text/event-stream") -> None:
        """Begin an event stream."""
        self.http_status = 200
        self.streams = True
        self.sent_at = self._loop.time()
        headers = [(b"content-type", content_type), *STREAM_HEADERS, *self._budget_headers()]
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        await self._send({"type": "http.response.body", "body": b"", "more_body": True})

    def _budget_headers(self) -> list[Header]:
        if not self.over_budget:
            return []
        words = ", ".join(
            f"{state.budget.key}; spent={state.spent.normalize():f}; limit={state.budget.amount.normalize():f}"
            for state in self.over_budget
        )
        return [(OVER_BUDGET, words.encode())]

    async def send(self, content: bytes) -> None:
        """Send a part of an event stream; waits while the caller does not read."""
        self.sent_at = self._loop.time()
        self.between_events = content.endswith((b"\n\n", b"\r\n\r\n"))
        await self._send({"type": "http.response.body", "body": content, "more_body": True})

    async def keep_alive(self) -> None:
        """Send a comment if an event stream was silent, and stands between two events."""
        if self.streams and self.between_events and self.status is Status.RUNNING:
            await self.send(KEEP_ALIVE)

    async def end_stream(self, content: bytes = b"") -> None:
        """End an event stream."""
        await self._send({"type": "http.response.body", "body": content})

    async def fail(self, error: ChatError) -> None:
        """Tell the caller why there is no answer, or no more of it."""
        self.detail = self.detail or error.code
        if self.status is Status.RUNNING:
            self.status = Status.INTERRUPTED if self.tokens else Status.FAILED
        if self.streams:
            gap = b"" if self.between_events else b"\n\n"
            await self.end_stream(gap + error_event(error, self._words) + self.ended_stream())
            return
        headers = [JSON]
        if isinstance(error, BodyTooSlow | BodyTooLarge):
            headers.append(_CLOSE)  # or the rest of the body would be waited for
        if (seconds := retry_after(error)) is not None:
            headers.append((b"retry-after", str(seconds).encode()))
        await self.answer(status_of(error), error_body(error, self._words), *headers)


async def read_body(scope: Scope, receive: Receive, limits: Limits) -> bytes:
    """Return a request's body. Raises BodyTooLarge, BodyTooSlow, and ConnectionError if the caller leaves."""
    headers = dict(scope["headers"])
    try:
        announced = int(headers.get(b"content-length", b"0"))
    except ValueError:
        announced = 0
    if announced > limits.body:
        if b"expect" not in headers:
            await _discard(receive)
        raise BodyTooLarge
    try:
        async with asyncio.timeout(limits.body_s):
            body = await _collected(receive, limits.body)
    except TimeoutError:
        raise BodyTooSlow from None
    if body is None:
        await _discard(receive)
        raise BodyTooLarge
    return body


async def _collected(receive: Receive, most: int) -> bytes | None:
    """Return the body; None once it is too large."""
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ConnectionAbortedError
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > most:
            return None
        if not message.get("more_body"):
            return b"".join(pieces)


async def _discard(receive: Receive) -> None:
    """Read what still arrives, for a moment: a caller that is still sending would not see the answer."""
    size = 0
    try:
        async with asyncio.timeout(_DISCARDED_S):
            while size < _MAX_DISCARDED:
                message = await receive()
                size += len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body"):
                    return
    except TimeoutError:
        return
