"""Answers the tool calls of a reply: checks each, asks for approval, runs them side by side, and ends them all at
once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from desktop_chat.core.approval_scope import approved_as
from desktop_chat.core.approvals import Approvals
from desktop_chat.core.errors import StoreError
from desktop_chat.core.ports import Blobs
from desktop_chat.core.running_call import RunningCall
from desktop_chat.core.sent_calls import arguments_of
from desktop_chat.core.stored_images import stored_image
from desktop_chat.core.tools import MAX_TOOL_NAME, Approval, CallStatus, Tool, Toolbox, ToolResult

REFUSED_RESULT = "The person refused this call."
MAX_SIDE_BY_SIDE = 64
"""Calls of one round that run."""
TOO_MANY_ROUNDS_RESULT = "Not run: this reply has used all its rounds of tool calls."


class ToolRounds:
    """The calls of one reply. `tell` is called after each change of a call.

    Whoever awaits `run` owns the tools: when it is cancelled, it ends them and then returns.
    """

    def __init__(
        self,
        conversation_id: str,
        tools: Iterable[Tool],
        *,
        toolbox: Toolbox,
        approvals: Approvals,
        blobs: Blobs,
        tell: Callable[[RunningCall], None],
    ) -> None:
        self._conversation_id = conversation_id
        self._tools = {tool.name: tool for tool in tools}
        self._toolbox = toolbox
        self._approvals = approvals
        self._blobs = blobs
        self._tell = tell
        self._waiting: dict[str, tuple[Tool, asyncio.Future[tuple[Approval, str]]]] = {}

    async def run(self, calls: Sequence[RunningCall]) -> None:
        """Answer the calls of one round. All have a final status when this returns; a cancelled one stays open."""
        for call in calls[MAX_SIDE_BY_SIDE:]:
            self._end(call, CallStatus.FAILED, f"Not run: at most {MAX_SIDE_BY_SIDE} calls run side by side.")
        calls = calls[:MAX_SIDE_BY_SIDE]
        tasks = [asyncio.create_task(self._answer(call), name=f"tool {call.id}") for call in calls]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task, call in zip(tasks, calls, strict=True):
                if task.cancelled():  # by itself: nobody else cancels it before the next line
                    self._end(call, CallStatus.FAILED, "The tool ended without an answer.")
                elif task.done():
                    task.result()
        finally:
            self._waiting.clear()
            await _end_all(tasks)

    def decide(self, call_id: str, approval: Approval, words: str) -> None:
        """Answer a call that waits for approval. A decision that covers later calls also applies to
        the tool's other waiting calls."""
        if call_id not in self._waiting:
            return
        tool, decided = self._waiting.pop(call_id)
        decided.set_result((approval, words))
        self._approvals.remember(tool, self._conversation_id, approval)
        if approval in {Approval.CONVERSATION, Approval.ALWAYS}:
            for other_id in [other for other, (asked, _) in self._waiting.items() if asked == tool]:
                self.decide(other_id, Approval.ONCE, "")

    def refuse_all(self, calls: Iterable[RunningCall]) -> None:
        """Answer calls that come after the last round."""
        for call in calls:
            self._end(call, CallStatus.FAILED, TOO_MANY_ROUNDS_RESULT)

    async def _answer(self, call: RunningCall) -> None:
        if not call.arguments.whole().strip():
            call.arguments.add("{}")
        tool = self._tools.get(call.name)
        if tool is None:
            self._end(call, CallStatus.FAILED, f"There is no tool named {call.name[:MAX_TOOL_NAME]!r}.")
            return
        arguments, problem = arguments_of(call.arguments.whole())
        problem = problem or await self._toolbox.check(tool, arguments)
        if problem:
            self._end(call, CallStatus.FAILED, f"Not run: {problem}")
        elif await self._is_approved(call, approved_as(tool, arguments)):
            await self._run(call, tool, arguments)

    async def _is_approved(self, call: RunningCall, tool: Tool) -> bool:
        if self._approvals.allows(tool, self._conversation_id):
            return True
        decided: asyncio.Future[tuple[Approval, str]] = asyncio.get_running_loop().create_future()
        self._waiting[call.id] = (tool, decided)
        call.status = CallStatus.WAITING
        self._tell(call)
        approval, words = await decided
        if approval is Approval.REFUSE:
            words = words.strip().encode("utf-8", "replace").decode()  # half an emoji cannot be sent
            self._end(call, CallStatus.REFUSED, f"{REFUSED_RESULT} Their words: {words}" if words else REFUSED_RESULT)
        return approval is not Approval.REFUSE

    async def _run(self, call: RunningCall, tool: Tool, arguments: Mapping[str, Any]) -> None:
        call.status = CallStatus.RUNNING
        self._tell(call)
        begun = time.monotonic()
        try:
            result = await self._toolbox.call(tool, arguments)
        finally:
            call.seconds = time.monotonic() - begun
        text = result.text + await self._keep_images(call, result)
        self._end(call, CallStatus.FAILED if result.is_error else CallStatus.DONE, text)

    async def _keep_images(self, call: RunningCall, result: ToolResult) -> str:
        """Store a result's images; return what the model is told about those that cannot be kept."""
        problems = ""
        for number, image in enumerate(result.images, 1):
            try:
                kept = await stored_image(self._blobs, image.media_type, image.content, f"{call.name}-{number}")
            except StoreError as error:
                problems += f"\n[image {number} could not be stored: {error.code}]"
            else:
                call.images = (*call.images, kept)
        return problems

    def _end(self, call: RunningCall, status: CallStatus, result: str) -> None:
        call.end(status, result)
        self._tell(call)


async def _end_all(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel tasks and return when all have ended, however often the caller is cancelled meanwhile."""
    for task in tasks:
        task.cancel()
    while not all(task.done() for task in tasks):
        with suppress(asyncio.CancelledError):  # the caller is being cancelled already
            await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled():
            task.exception()  # the first one was raised; the others ended with it
