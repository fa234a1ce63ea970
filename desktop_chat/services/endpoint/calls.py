"""Runs the calls of all callers, side by side: their limits, what is told of them, and how they end together."""

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
from desktop_chat.core.endpoint_errors import BudgetReached, CallerBlocked, CallStopped, EndpointEnding, TooManyCalls
from desktop_chat.core.entities import Connection, Status
from desktop_chat.core.errors import ChatError, StoreError
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.ports import Blobs
from desktop_chat.core.prompt_size import tokens_in_json
from desktop_chat.core.tasks import Tasks
from desktop_chat.services.endpoint.call import Call, Limits, Receive
from desktop_chat.services.endpoint.call_recorder import CallRecorder

logger = logging.getLogger(__name__)

TICK_S = 1.0
BLOCKED_S = 3.0
BUSY_S = 1.0
"""What a caller is asked to wait when too many calls run."""


class Calls:
    """The running calls. `tell` takes what the window is told."""

    def __init__(
        self,
        store: EndpointCallers,
        limits: Limits,
        blobs: Blobs,
        tell: Callable[[ControlEvent], None] = lambda _: None,
    ) -> None:
        """`blobs` keeps the images of recorded calls."""
        self.limits = limits
        self.records = False
        """Whether questions and answers are told, too."""
        self.blocked: set[str] = set()
        self.blobs = blobs
        self.over_budget: Callable[[Connection, str, Callable[[], int]], Awaitable[OverBudget]] = _no_budgets
        """Which budgets a call to a model at a connection exceeds; the last argument counts the prompt's tokens."""
        self.ended: Listeners[Call] = Listeners()
        """Emits each call that was for a connection, once it has ended."""
        self._store = store
        self._tell = tell
        self._running: dict[str, Call] = {}
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
        """Refuse a caller, and end its calls."""
        self.blocked.add(name)
        self._stop([call for call in self._running.values() if call.caller == name], CallerBlocked())

    def stop(self, call_id: str) -> None:
        """End one call; others, and those that have ended, go on as they are."""
        if (call := self._running.get(call_id)) is not None:
            call.stop(CallStopped())

    async def run(
        self, call: Call, receive: Receive, body: Callable[[], Awaitable[Callable[[], Awaitable[None]]]]
    ) -> None:
        """Run a call: read its request with `body`, then do the work that this returns. The caller always gets an end
        with a reason, unless it left."""
        try:
            self._admit(call)
            try:
                work = await body()
                watch = self._tasks.start(_watch(receive, call), "caller")
                try:
                    await work()
                finally:
                    watch.cancel()
            finally:
                self._running.pop(call.id, None)
        except ConnectionError:
            call.status = Status.CANCELLED
        except ChatError as error:
            await call.fail(error)
        except asyncio.CancelledError:
            await self._end_cancelled(call)
        finally:
            self._note_end(call)

    async def check_budget(self, call: Call, connection: Connection, members: dict[str, Any]) -> None:
        """Check a call with the members of its body: its answer says which budgets it exceeds. Raises BudgetReached."""
        over = await self.over_budget(connection, call.model, partial(tokens_in_json, members))
        call.over_budget = over.states
        if over.is_refused:
            raise BudgetReached

    def began(self, call: Call, asked: tuple[AskedMessage, ...] = ()) -> None:
        """Tell that a call's connection and model are known; `asked` is what to record."""
        names = (call.id, call.caller, call.connection, call.model, call.path)
        self._tell(StreamBegan(*names, started_at=call.started_at))
        if asked:
            self._tell(QuestionAsked(call.id, asked, call.model, call.connection_id))
            call.recorder = CallRecorder(call.id, self.blobs, self._tell)

    async def aclose(self) -> None:
        """Refuse new calls, end the running ones with a reason, and wait until all is noted."""
        self._ending = True
        self._stop(self._running.values(), EndpointEnding())
        tasks = [call.task for call in tuple(self._running.values()) if call.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=0.5)
        if self._keeping:
            await asyncio.wait(tuple(self._keeping.values()), timeout=0.5)
        await self._tasks.aclose()

    @staticmethod
    def _stop(calls: Iterable[Call], reason: ChatError) -> None:
        for call in tuple(calls):
            call.stop(reason)

    def _admit(self, call: Call) -> None:
        if self._ending:
            raise EndpointEnding
        if len(self._running) >= self.limits.calls:
            raise TooManyCalls(retry_after_s=BUSY_S)
        self._running[call.id] = call

    async def _end_cancelled(self, call: Call) -> None:
        """Answer a call that was ended from here; one whose caller left needs no answer."""
        task = asyncio.current_task()
        if call.gone or call.reason is None or task is None:
            call.status = Status.CANCELLED
            if not call.gone:
                raise asyncio.CancelledError
            while task is not None and task.uncancel():
                pass
            return
        while task.uncancel():
            pass
        call.status = Status.CANCELLED if isinstance(call.reason, CallStopped) else Status.INTERRUPTED
        await call.fail(call.reason)

    def _note_end(self, call: Call) -> None:
        self._told.pop(call.id, None)
        if call.status is Status.RUNNING:
            call.status = Status.COMPLETE
        seconds = time.time() - call.started_at
        logger.info(
            "%s %s: %s %s in %.2f s",
            ascii(call.caller),
            ascii(call.path),
            call.http_status,
            call.detail or call.status,
            seconds,
        )
        if not call.connection:
            return
        self.ended.emit(call)
        self._tell(StreamEnded(call.id, call.status, call.usage, call.detail))
        if call.recorder is not None:
            self._tell(QuestionAnswered(call.id, call.recorder.end(call.status), call.usage))
        task = self._tasks.start(self._keep(call), "note a call")
        self._keeping[call.id] = task
        task.add_done_callback(lambda _: self._keeping.pop(call.id, None))

    async def _keep(self, call: Call) -> None:
        try:
            await self._store.note(call.caller, call.started_at, call.connection, call.model, call.usage)
        except StoreError as error:
            logger.warning("cannot keep what a caller used: %s", error.code)
        self._tell(StreamsGrew({}))  # what is kept of callers can be read again

    async def _tick(self) -> None:
        """Once a second: keep silent streams open, tell how far the others are."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(TICK_S)
            before = loop.time() - self.limits.keep_alive_s
            for call in tuple(self._running.values()):
                if call.streams and call.sent_at <= before:
                    call.sent_at = loop.time()
                    _ = self._tasks.start(call.keep_alive(), "keep alive")
            self._tell_progress()

    async def _read_blocked_often(self) -> None:
        while True:
            await asyncio.sleep(BLOCKED_S)
            await self.read_blocked()

    def _tell_progress(self) -> None:
        grown = {call.id: call.tokens for call in self._running.values() if call.tokens != self._told.get(call.id, 0)}
        if grown:
            self._told.update(grown)
            self._tell(StreamsGrew(grown))


async def _watch(receive: Receive, call: Call) -> None:
    """End the call when its caller leaves."""
    while (await receive())["type"] != "http.disconnect":
        pass
    call.leave()


async def _no_budgets(_connection: Connection, _model: str, _prompt_tokens: Callable[[], int]) -> OverBudget:
    return OverBudget()
