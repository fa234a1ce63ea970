"""Runs the requests of all callers, side by side: their limits, what is told of them, and how they end together."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any

from desktop_chat.core.budgets import OverBudget
from desktop_chat.core.caller_record import AskedMessage
from desktop_chat.core.endpoint_callers import EndpointCallers
from desktop_chat.core.endpoint_control import (
    ControlEvent,
    QuestionAnswered,
    QuestionAsked,
    StreamBegan,
    StreamEnded,
    StreamsGrew,
)
from desktop_chat.core.endpoint_errors import (
    BudgetReached,
    CallerBlocked,
    EndpointEnding,
    RequestStopped,
    TooManyRequests,
)
from desktop_chat.core.entities import Connection, Status
from desktop_chat.core.errors import ChatError, StoreError
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.ports import Blobs
from desktop_chat.core.prompt_size import tokens_in_json
from desktop_chat.core.tasks import Tasks
from desktop_chat.services.endpoint.answer_recorder import AnswerRecorder
from desktop_chat.services.endpoint.caller_request import CallerRequest, Limits, Receive

logger = logging.getLogger(__name__)

TICK_S = 1.0
BLOCKED_S = 3.0
BUSY_S = 1.0
"""What a caller is asked to wait when too many requests run."""


class CallerRequests:
    """The running requests. `tell` takes what the window is told."""

    def __init__(
        self,
        store: EndpointCallers,
        limits: Limits,
        blobs: Blobs,
        tell: Callable[[ControlEvent], None] = lambda _: None,
    ) -> None:
        """`blobs` keeps the images of recorded requests."""
        self.limits = limits
        self.records = False
        """Whether questions and answers are told, too."""
        self.blocked: set[str] = set()
        self.blobs = blobs
        self.over_budget: Callable[[Connection, str, Callable[[], int]], Awaitable[OverBudget]] = _no_budgets
        """Which budgets a request to a model at a connection exceeds; the last argument counts the prompt's tokens."""
        self.ended: Listeners[CallerRequest] = Listeners()
        """Emits each request that was for a connection, once it has ended."""
        self._store = store
        self._tell = tell
        self._running: dict[str, CallerRequest] = {}
        self._told: dict[str, int] = {}
        self._tasks = Tasks()
        self._ending = False
        self._keeping: dict[str, asyncio.Task[None]] = {}

    def start(self, *, reads_blocked: bool) -> None:
        """Begin to keep idle streams open, to report progress and, if so wanted, to read who is blocked."""
        _ = self._tasks.start(self._tick(), "tick")
        if reads_blocked:
            _ = self._tasks.start(self._read_blocked_often(), "blocked")

    async def read_blocked(self) -> None:
        """Read again who is blocked: the window may have changed it."""
        try:
            blocked = {caller.name for caller in await self._store.callers() if caller.blocked}
        except StoreError as error:
            logger.warning("cannot read the callers: %s", error.code)
            return
        new, self.blocked = blocked - self.blocked, blocked
        for name in new:
            self.block(name)

    def blocks(self, name: str) -> bool:
        """Return whether a caller is refused."""
        return name in self.blocked

    def block(self, name: str) -> None:
        """Refuse a caller, and end its requests."""
        self.blocked.add(name)
        self._stop([request for request in self._running.values() if request.caller == name], CallerBlocked())

    def stop(self, request_id: str) -> None:
        """End one request; others, and those that have ended, go on as they are."""
        if (request := self._running.get(request_id)) is not None:
            request.stop(RequestStopped())

    async def run(
        self, request: CallerRequest, receive: Receive, body: Callable[[], Awaitable[Callable[[], Awaitable[None]]]]
    ) -> None:
        """Run a request: read its body with `body`, then do the work that this returns. The caller always gets an end
        with a reason, unless it left."""
        try:
            self._admit(request)
            try:
                work = await body()
                watch = self._tasks.start(_watch(receive, request), "caller")
                try:
                    await work()
                finally:
                    watch.cancel()
            finally:
                self._running.pop(request.id, None)
        except ConnectionError:
            request.status = Status.CANCELLED
        except ChatError as error:
            await request.fail(error)
        except asyncio.CancelledError:
            await self._end_cancelled(request)
        finally:
            self._note_end(request)

    async def check_budget(self, request: CallerRequest, connection: Connection, members: dict[str, Any]) -> None:
        """Note which budgets a request with these members exceeds: its answer says so. Raises BudgetReached."""
        over = await self.over_budget(connection, request.model, partial(tokens_in_json, members))
        request.over_budget = over.states
        if over.is_refused:
            raise BudgetReached

    def began(self, request: CallerRequest, asked: tuple[AskedMessage, ...] = ()) -> None:
        """Tell that a request's connection and model are known; `asked` is what to record."""
        names = (request.id, request.caller, request.connection, request.model, request.path)
        self._tell(StreamBegan(*names, started_at=request.started_at))
        if asked:
            self._tell(QuestionAsked(request.id, asked, request.model, request.connection_id))
            request.recorder = AnswerRecorder(request.id, self.blobs, self._tell)

    async def aclose(self) -> None:
        """Refuse new requests, end the running ones with a reason, and wait until all is noted."""
        self._ending = True
        self._stop(self._running.values(), EndpointEnding())
        tasks = [request.task for request in tuple(self._running.values()) if request.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=0.5)
        if self._keeping:
            await asyncio.wait(tuple(self._keeping.values()), timeout=0.5)
        await self._tasks.aclose()

    @staticmethod
    def _stop(requests: Iterable[CallerRequest], reason: ChatError) -> None:
        for request in tuple(requests):
            request.stop(reason)

    def _admit(self, request: CallerRequest) -> None:
        if self._ending:
            raise EndpointEnding
        if len(self._running) >= self.limits.requests:
            raise TooManyRequests(retry_after_s=BUSY_S)
        self._running[request.id] = request

    async def _end_cancelled(self, request: CallerRequest) -> None:
        """Answer a request that was ended from here; one whose caller left needs no answer."""
        task = asyncio.current_task()
        if request.gone or request.reason is None or task is None:
            request.status = Status.CANCELLED
            if not request.gone:
                raise asyncio.CancelledError
            while task is not None and task.uncancel():
                pass
            return
        while task.uncancel():
            pass
        request.status = Status.CANCELLED if isinstance(request.reason, RequestStopped) else Status.INTERRUPTED
        await request.fail(request.reason)

    def _note_end(self, request: CallerRequest) -> None:
        self._told.pop(request.id, None)
        if request.status is Status.RUNNING:
            request.status = Status.COMPLETE
        seconds = time.time() - request.started_at
        logger.info(
            "%s %s: %s %s in %.2f s",
            ascii(request.caller),
            ascii(request.path),
            request.http_status,
            request.detail or request.status,
            seconds,
        )
        if not request.connection:
            return
        self.ended.emit(request)
        self._tell(StreamEnded(request.id, request.status, request.usage, request.detail))
        if request.recorder is not None:
            self._tell(QuestionAnswered(request.id, request.recorder.end(request.status), request.usage))
        task = self._tasks.start(self._keep(request), "note a request")
        self._keeping[request.id] = task
        task.add_done_callback(lambda _: self._keeping.pop(request.id, None))

    async def _keep(self, request: CallerRequest) -> None:
        try:
            await self._store.note(request.caller, request.started_at, request.connection, request.model, request.usage)
        except StoreError as error:
            logger.warning("cannot keep what a caller used: %s", error.code)
        self._tell(StreamsGrew({}))  # what is kept of callers can be read again

    async def _tick(self) -> None:
        """Once a second: keep silent streams open, tell how far the others are."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(TICK_S)
            before = loop.time() - self.limits.keep_alive_s
            for request in tuple(self._running.values()):
                if request.streams and request.sent_at <= before:
                    request.sent_at = loop.time()
                    _ = self._tasks.start(request.keep_alive(), "keep alive")
            self._tell_progress()

    async def _read_blocked_often(self) -> None:
        while True:
            await asyncio.sleep(BLOCKED_S)
            await self.read_blocked()

    def _tell_progress(self) -> None:
        grown = {
            request.id: request.tokens
            for request in self._running.values()
            if request.tokens != self._told.get(request.id, 0)
        }
        if grown:
            self._told.update(grown)
            self._tell(StreamsGrew(grown))


async def _watch(receive: Receive, request: CallerRequest) -> None:
    """End the request when its caller leaves."""
    while (await receive())["type"] != "http.disconnect":
        pass
    request.leave()


async def _no_budgets(_connection: Connection, _model: str, _prompt_tokens: Callable[[], int]) -> OverBudget:
    return OverBudget()
