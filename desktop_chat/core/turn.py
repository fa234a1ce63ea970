"""One turn of a model: requests that stream into one reply, and between them rounds of tool calls."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from desktop_chat.core.approvals import Approvals
from desktop_chat.core.connections import Connections
from desktop_chat.core.deltas import ImageDelta, LeftOutDelta, PlainDelta, TextDelta
from desktop_chat.core.entities import ChatOptions, Message
from desktop_chat.core.errors import NoConnection, NoModel, ProviderError, StoreError, TooManyRounds
from desktop_chat.core.events import ReplyDelta, RetryScheduled, RetryStarted, SessionEvent, ToolCallChanged
from desktop_chat.core.left_out import LeftOut
from desktop_chat.core.ports import Blobs, Providers
from desktop_chat.core.prompt import Prompt
from desktop_chat.core.prompt_building import build_prompt
from desktop_chat.core.prompt_contents import load_contents
from desktop_chat.core.reply import Reply
from desktop_chat.core.retry import retry_delay
from desktop_chat.core.running_call import RunningCall
from desktop_chat.core.settings import Preferences
from desktop_chat.core.slices import finished, in_slices
from desktop_chat.core.stored_images import stored_image
from desktop_chat.core.tool_rounds import ToolRounds
from desktop_chat.core.tools import Approval, Tool, Toolbox


@dataclass(frozen=True, slots=True)
class TurnParts:
    """What all turns need."""

    providers: Providers
    connections: Connections
    preferences: Preferences
    blobs: Blobs
    toolbox: Toolbox
    approvals: Approvals


class Turn:
    """Fills a reply. `above`: the messages sent before it, or what makes them on another thread. `emit` takes the
    events; `note` stores the message as it is from now on. `exact_body`: see `Prompt`; what follows a round of tool
    calls is built as usual."""

    def __init__(
        self,
        reply: Reply,
        above: Sequence[Message] | Callable[[], Sequence[Message]],
        options: ChatOptions,
        parts: TurnParts,
        *,
        emit: Callable[[SessionEvent], None],
        note: Callable[[Message], None],
        exact_body: Mapping[str, Any] | None = None,
    ) -> None:
        self._exact_body = exact_body
        self._reply = reply
        self._above = above
        self._options = options
        self._parts = parts
        self._emit = emit
        self._note = note
        self._rounds: ToolRounds | None = None
        self._tools: tuple[Tool, ...] = ()
        self._contents: dict[str, bytes] = {}

    async def run(self) -> None:
        """Stream, run the tools that the model calls, and so on until it calls none. Raises ChatError. When it is
        cancelled, it ends the running tools and then returns."""
        self._check_target()
        await self._find_tools()
        most = self._parts.preferences.settings.tool_rounds
        for number in count():
            is_cut = number == 0 and self._reply.continues
            prompt = await self._prompt(going_on=is_cut)
            message = self._reply.message
            recorded = replace(prompt, reply_id=message.id, conversation_id=message.conversation_id)
            await self._stream(replace(recorded, exact_body=self._exact_body if number == 0 else None))
            calls = self._reply.calls_to_run()
            if not calls or self._rounds is None:
                return
            if number == most:
                self._rounds.refuse_all(calls)
                raise TooManyRounds
            await self._rounds.run(calls)
            self._reply.begin_round()

    def decide(self, call_id: str, approval: Approval, words: str) -> None:
        """Answer a call that waits for approval; any other is ignored."""
        if self._rounds is not None:
            self._rounds.decide(call_id, approval, words)

    def _check_target(self) -> None:
        if self._parts.connections.get(self._options.connection_id) is None:
            raise NoConnection
        if not self._options.model:
            raise NoModel

    async def _find_tools(self) -> None:
        if not self._options.tools:
            return
        parts = self._parts
        self._tools = await parts.toolbox.find(self._options.tools)
        self._reply.tools = {tool.name: tool for tool in self._tools}
        servers = {server.name for server in parts.preferences.settings.tool_servers if server.enabled}
        missing = set(self._options.tools) - {tool.id for tool in self._tools}
        if any(each.partition("/")[0] in servers for each in missing):
            self._take(LeftOutDelta((LeftOut.TOOL_SERVERS,)))
        self._rounds = ToolRounds(
            self._reply.message.conversation_id,
            self._tools,
            toolbox=parts.toolbox,
            approvals=parts.approvals,
            blobs=parts.blobs,
            tell=self._tell,
        )

    async def _prompt(self, *, going_on: bool) -> Prompt:
        settings = self._parts.preferences.settings
        if callable(self._above):
            self._above = await asyncio.to_thread(self._above)
        path = (*self._above, self._reply.so_far())
        self._contents = await load_contents(self._parts.blobs, path, self._contents)
        build = build_prompt(
            path,
            self._options,
            contents=self._contents,
            tools=self._tools,
            idle_limit_s=settings.idle_limit_s,
            patience_s=settings.patience_s,
            going_on=going_on,
        )
        if self._contents:  # documents may have megabytes
            return await asyncio.to_thread(finished, build)
        return await in_slices(build)  # there may be thousands of messages

    async def _stream(self, prompt: Prompt) -> None:
        """Stream one request; it is sent again as long as nothing has arrived."""
        reply = self._reply
        for attempt in count(1):
            try:
                await self._stream_once(prompt)
            except ProviderError as error:
                settings = self._parts.preferences.settings
                delay = retry_delay(error, attempt, settings.retries, settings.idle_limit_s)
                if delay is None or reply.has_content:
                    raise
                reply.schedule_retry(delay, error.failure())
                self._emit(RetryScheduled(reply.message.id, attempt, delay, error.failure()))
                await asyncio.sleep(delay)
                reply.begin_attempt()
                self._emit(RetryStarted(reply.message.id))
            else:
                return

    async def _stream_once(self, prompt: Prompt) -> None:
        self._check_target()
        provider = await self._parts.providers.provider_for(self._options.connection_id)
        async with aclosing(provider.stream(prompt)) as deltas:
            async for delta in deltas:
                if isinstance(delta, ImageDelta):
                    await self._take_image(delta)
                else:
                    self._take(delta)

    def _take(self, delta: PlainDelta) -> None:
        reply = self._reply
        reply.take(delta)
        if reply.must_be_noted:
            self._note(reply.noted())
        self._emit(ReplyDelta(reply.message.id, delta))

    async def _take_image(self, image: ImageDelta) -> None:
        """Store an image before the reply names it; it is told as the text that does. If it cannot be stored now, the
        text contains it, and is kept like any other until it can."""
        reply = self._reply
        name = f"image-{len(reply.attachments) + 1}"
        try:
            stored = await stored_image(self._parts.blobs, image.media_type, image.content, name)
        except StoreError:
            data = await asyncio.to_thread(b64encode, image.content)
            text = reply.add_image_at(f"data:{image.media_type};base64,{data.decode('ascii')}")
        else:
            text = reply.add_image(stored)
        self._note(reply.noted())
        self._emit(ReplyDelta(reply.message.id, TextDelta(text)))

    def _tell(self, call: RunningCall) -> None:
        self._note(self._reply.noted())
        self._emit(ToolCallChanged(self._reply.message.id, call.id))
