"""Runs a batch: asks its rows side by side, as fast as one limiter allows, and hands each answer to the output.

An answer that broke off is asked for again, unlike a reply in a conversation: half of it is worth nothing here. What
would fail for every row (a refused key, no credit, no server) ends the run instead of failing the rows one by one.
"""

from __future__ import annotations

import asyncio
import time
from base64 import b64encode
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import astuple, dataclass, field, replace
from functools import partial
from typing import Any, Protocol

from desktop_chat.core.ability_errors import ImagesRefused
from desktop_chat.core.attachment_errors import AttachmentError, ReaderUnavailable
from desktop_chat.core.batch_errors import AnswerInvalid, BatchRefused
from desktop_chat.core.batch_limiter import BatchLimiter
from desktop_chat.core.batch_lines import BatchAnswer, line_of
from desktop_chat.core.batch_request import BatchRequest
from desktop_chat.core.batch_slots import BatchSlots, RowSlot
from desktop_chat.core.deltas import ImageDelta
from desktop_chat.core.entities import Failure, Message, Role, Status, Usage, new_id
from desktop_chat.core.errors import ChatError, ProviderError, RateLimited
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.ports import Provider
from desktop_chat.core.reply import Reply

READ_AHEAD = 64
"""Rows read from the input at a time."""
MAX_PREPARED = 4
"""Rows that are prepared, or whose answers are put away, beside those that are being asked."""
MAX_REFUSALS = 12
"""After so many 429s in a row, without an answer in between, the run ends: with the default pauses, ten minutes."""
LONGEST_WAIT_S = 3_600.0
"""A server that wants more time than this between two requests ends the run."""
_FIRST_DELAY_S = 1.0
_LONGEST_DELAY_S = 60.0
_FOR_ALL = frozenset(
    {
        "authentication_failed",
        "key_missing",
        "quota_exceeded",
        "wrong_address",
        "responses_missing",
        "redirected",
        "firewall_blocked",
        "no_connection",
        "no_model",
        "region_refused",
        "data_policy_refused",
        "tls_untrusted",
        "proxy_refused",
        "proxy_invalid",
        "name_not_found",
        "connection_refused",
        "connect_timed_out",
        "responses_only",
        "chat_completions_only",
    }
)
"""Failures of the connection, not of a row."""


class BatchOutput(Protocol):
    """Where answers are appended."""

    async def put(self, line: bytes, stored: Callable[[int], None]) -> None:
        """Append a line; `stored` is called with its place once it is on disk. Returns when there is room for more.
        Raises BatchRefused."""
        ...

    async def flush(self) -> None:
        """Return when everything is on disk. Raises BatchRefused."""
        ...


@dataclass(frozen=True, slots=True)
class BatchParts:
    """What a run needs. `read` returns the requests of some rows; `complete` that of a row with its document, or raises
    AttachmentError; `check` returns an answer as JSON, or raises AnswerInvalid; it is None without a schema."""

    read: Callable[[Sequence[int]], Awaitable[Sequence[tuple[BatchRequest, str]]]]
    complete: Callable[[int, BatchRequest], Awaitable[BatchRequest]]
    provider: Callable[[], Awaitable[Provider]]
    output: BatchOutput
    has_one_model: bool = True
    """Whether all rows are for one model, so that one that does not exist fails them all."""
    members: Mapping[str, Any] = field(default_factory=dict)
    check: Callable[[str], Awaitable[Any]] | None = None
    streaming: bool = True
    retries: int = 5
    wait_s: float = 60.0


@dataclass(frozen=True, slots=True)
class RowStarted:
    """A row is being asked."""

    row: int


@dataclass(frozen=True, slots=True)
class RowStored:
    """A row's answer or failure is on disk, `at` bytes into the output."""

    row: int
    answer: BatchAnswer
    at: int


@dataclass(frozen=True, slots=True)
class RunSlowed:
    """The server said that it is asked too fast."""

    failure: Failure
    wait_s: float


BatchEvent = RowStarted | RowStored | RunSlowed


class BatchRun:
    """Asks the given rows once. `clock` returns monotonic seconds, like that of the limiter."""

    def __init__(
        self,
        rows: Sequence[int],
        parts: BatchParts,
        limiter: BatchLimiter,
        at_once: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._left = deque(rows)
        self._read: deque[tuple[int, BatchRequest, str]] = deque()
        self._parts = parts
        self._limiter = limiter
        self._at_once = at_once
        self._clock = clock
        self._reading = asyncio.Lock()
        self._slots = BatchSlots(limiter)
        self._workers: list[asyncio.Task[None]] = []
        self._answered: set[asyncio.Task[Any] | None] = set()
        """The workers whose answer has arrived whole and is being put away."""
        self._is_stopped = False
        self.events: Listeners[BatchEvent] = Listeners()

    async def run(self) -> Failure | BatchRefused | None:
        """Ask all rows; return what ended the run early, if something did. After `stop`, returns None as soon as what
        was answered is on disk."""
        count = min(self._at_once + min(self._at_once, MAX_PREPARED), len(self._left))
        self._workers = [asyncio.create_task(self._work(), name=f"batch {number}") for number in range(count)]
        if self._is_stopped:
            self.stop()
        try:
            if self._workers:
                await asyncio.wait(self._workers, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            self.stop()
            ends = await asyncio.gather(*self._workers, return_exceptions=True)
            problem = await self._flush()  # also when this task is cancelled
        return problem or next((_reason(end) for end in ends if isinstance(end, Exception)), None)

    def stop(self) -> None:
        """Cancel the running requests; their rows count as not asked. What has arrived whole still becomes a line."""
        self._is_stopped = True
        for worker in self._workers:
            if worker not in self._answered:
                worker.cancel()

    async def _flush(self) -> BatchRefused | None:
        try:
            await self._parts.output.flush()
        except BatchRefused as problem:
            return problem
        return None

    async def _work(self) -> None:
        while (taken := await self._take()) is not None:
            row, request, digest = taken
            try:
                found = await self._answer(row, await self._completed(row, request))
            except ReaderUnavailable:
                raise  # no document could be read
            except (AttachmentError, ImagesRefused) as error:
                found = BatchAnswer(_message(request.model), error.failure(), attempts=0)
            if found is None:
                return
            await self._parts.output.put(line_of(request.custom_id, digest, found), partial(self._note, row, found))

    async def _completed(self, row: int, request: BatchRequest) -> BatchRequest:
        """Return a request with its document. Raises AttachmentError, and ImagesRefused for images that the model is
        known not to read."""
        completed = await self._parts.complete(row, request)
        if any(message.images for message in completed.messages):
            provider = await self._parts.provider()
            if provider.reads_images(request.model) is False:
                raise ImagesRefused
        return completed

    def _note(self, row: int, answer: BatchAnswer, at: int) -> None:
        self.events.emit(RowStored(row, answer, at))

    async def _take(self) -> tuple[int, BatchRequest, str] | None:
        if self._is_stopped:
            return None
        self._answered.discard(asyncio.current_task())
        async with self._reading:
            if not self._read and self._left:
                rows = [self._left.popleft() for _ in range(min(READ_AHEAD, len(self._left)))]
                found = await self._parts.read(rows)
                self._read.extend((row, *each) for row, each in zip(rows, found, strict=True))
            return self._read.popleft() if self._read else None

    async def _answer(self, row: int, request: BatchRequest) -> BatchAnswer | None:
        """Ask until there is an answer, or no more retries; None if the run was stopped meanwhile. Raises ChatError for
        what ends the run."""
        attempt = limited = 0
        used: Usage | None = None
        while not self._is_stopped:
            attempt += 1
            message = await self._ask(row, request)
            if message is None:
                limited += 1
                continue
            used = _added(used, message.usage)
            failure, parsed = await self._judge(message)
            if failure is None:
                return BatchAnswer(message, None, attempt, parsed, used)
            if attempt - limited > self._parts.retries or failure.code not in _PASSING:
                if failure.code in _FOR_ALL or (failure.code == "model_not_found" and self._parts.has_one_model):
                    raise _EndedError(failure)
                return BatchAnswer(message, failure, attempt, usage=used)
            self._answered.discard(asyncio.current_task())
            await asyncio.sleep(min(_LONGEST_DELAY_S, _FIRST_DELAY_S * 2.0 ** (attempt - limited - 1)))
        return None

    async def _judge(self, message: Message) -> tuple[Failure | None, Any]:
        """Return why an answer does not count, or it as JSON."""
        if message.failure is not None or self._parts.check is None:
            return message.failure, None
        try:
            return None, await self._parts.check(message.text)
        except AnswerInvalid as error:
            return error.failure(), None

    async def _ask(self, row: int, request: BatchRequest) -> Message | None:
        """Ask once; return the message as it ended, or None if the server was asked too fast."""
        worker = asyncio.current_task()
        self._answered.discard(worker)
        limiter = self._limiter
        reply = Reply(_message(request.model), self._clock, offers_tools=request.offers_tools)
        slot = RowSlot(self._slots, partial(self._begin, row, reply), partial(self._answered.add, worker))
        error: ProviderError | None = None
        try:
            await self._stream(request, reply, slot)
        except ProviderError as problem:
            error = problem
            if _is_too_fast(problem):
                self._slow_down(problem, slot.started_at)
                return None
        finally:
            slot.leave()
        message = reply.ended(error, cancelled=False)
        if message.failure is None:
            limiter.succeed()
            self._slots.look_again()
        elif error is not None and error.retryable:
            limiter.strain(slot.started_at)
        return message

    def _begin(self, row: int, reply: Reply) -> None:
        reply.message = replace(reply.message, created_at=time.time())
        reply.begin_attempt()
        self.events.emit(RowStarted(row))

    async def _stream(self, request: BatchRequest, reply: Reply, slot: RowSlot) -> None:
        parts = self._parts
        prompt = request.prompt(streaming=parts.streaming, members=parts.members, wait_s=parts.wait_s, slot=slot)
        provider = await parts.provider()
        async with aclosing(provider.stream(prompt)) as deltas:
            async for delta in deltas:
                if isinstance(delta, ImageDelta):
                    reply.add_image_at(f"data:{delta.media_type};base64,{b64encode(delta.content).decode()}")
                else:
                    reply.take(delta)

    def _slow_down(self, error: ProviderError, started_at: float) -> None:
        """Let the whole run wait. Raises _EndedError if that is in vain."""
        self._limiter.refuse(started_at, error.retry_after_s)
        if (error.retry_after_s or 0.0) > LONGEST_WAIT_S or self._limiter.refusals > MAX_REFUSALS:
            raise _EndedError(error.failure())
        self.events.emit(RunSlowed(error.failure(), max(0.0, self._limiter.paused_until - self._clock())))


class _EndedError(Exception):
    """A failure that ended the run."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.code)
        self.failure = failure


def _reason(error: Exception) -> Failure | BatchRefused:
    """Return why a worker ended the run. Raises what is a bug."""
    if isinstance(error, _EndedError):
        return error.failure
    if isinstance(error, BatchRefused):
        return error
    if isinstance(error, ChatError):
        return error.failure()
    raise error


def _added(used: Usage | None, more: Usage | None) -> Usage | None:
    """Return what two attempts used together; what the server counted of one alone is a lower bound."""
    if used is None or more is None:
        return used or more
    return Usage(
        *(
            None if one is None and other is None else (one or 0) + (other or 0)
            for one, other in zip(astuple(used), astuple(more), strict=True)
        )
    )


def _is_too_fast(error: ProviderError) -> bool:
    return isinstance(error, RateLimited) or (error.retryable and error.retry_after_s is not None)


def _message(model: str) -> Message:
    return Message(new_id(), "", None, Role.ASSISTANT, "", Status.RUNNING, time.time(), model=model)


_PASSING = frozenset(
    {
        "connection_refused",
        "connect_timed_out",
        "connection_lost",
        "interrupted_by_sleep",
        "stream_stalled",
        "provider_fault",
        "bad_response",
        "empty_answer",
        "empty_reply",
        "answer_invalid",
    }
)
"""Failures that may be gone at the next attempt."""
