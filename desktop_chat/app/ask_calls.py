"""Follows the tool calls of an answer on the terminal, and decides which of them run."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress

from desktop_chat.app.ask_output import Output
from desktop_chat.app.terminal import print_error
from desktop_chat.core.running_call import RunningCall
from desktop_chat.core.tools import Approval, CallStatus
from desktop_chat.services.worker import Worker
from desktop_chat.ui.text import terminal_text

Decide = Callable[[str, Approval], None]

_YES, _ALWAYS = frozenset({"y", "yes", "是"}), frozenset({"a", "always"})


class AskCalls:
    """The tool calls of one answer. `approve` is one of `ask_arguments.APPROVALS`; what is asked is answered by a line
    on standard input, one call at a time."""

    def __init__(self, approve: str, output: Output, decide: Decide) -> None:
        self._approve = approve
        self._output = output
        self._decide = decide
        self._told: set[str] = set()
        self._waiting: asyncio.Queue[RunningCall] = asyncio.Queue()
        self._asking: asyncio.Task[None] | None = None
        self._has_said_how = False

    def on_change(self, call: RunningCall) -> None:
        """Write a call once it is whole, decide about it when it waits, and write its result."""
        if call.status is CallStatus.WRITING:
            return
        if call.id not in self._told:
            self._told.add(call.id)
            self._output.begin_call(call.value())
        if call.status is CallStatus.WAITING:
            self._decide_about(call)
        elif call.has_ended and call.status is not CallStatus.STOPPED:
            self._output.end_call(call.value())

    async def aclose(self) -> None:
        """Ask nothing more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait({self._asking})

    def _decide_about(self, call: RunningCall) -> None:
        if self._approve == "ask":
            self._waiting.put_nowait(call)
            if self._asking is None:
                self._asking = asyncio.create_task(self._ask_one_by_one(), name="ask for approval")
            return
        if self._approve == "none" and not self._has_said_how:
            self._has_said_how = True
            print_error(terminal_text.calls_are_refused())
        # Not from within the event: the session is in the middle of telling of this call.
        approval = Approval.ONCE if self._approve == "all" else Approval.REFUSE
        asyncio.get_running_loop().call_soon(self._decide, call.id, approval)

    async def _ask_one_by_one(self) -> None:
        while True:
            call = await self._waiting.get()
            if call.status is CallStatus.WAITING:  # not allowed meanwhile with another one
                print_error(terminal_text.may_call(call.name, call.arguments.whole()))
                self._decide(call.id, _approval_in(await _next_answer()))


def _approval_in(line: str) -> Approval:
    word = line.strip().lower()
    return Approval.ONCE if word in _YES else Approval.CONVERSATION if word in _ALWAYS else Approval.REFUSE


async def _next_answer() -> str:
    """Return the next line of standard input; empty at its end. Cancelling reads nothing."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    try:
        loop.add_reader(sys.stdin.fileno(), _settle, ready)
    except NotImplementedError:  # Windows; the thread is never joined, so it does not delay the exit
        return await Worker("approval").submit(sys.stdin.readline)
    try:
        await ready
    finally:
        with suppress(ValueError):
            loop.remove_reader(sys.stdin.fileno())
    return sys.stdin.readline()


def _settle(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
