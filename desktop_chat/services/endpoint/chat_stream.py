"""`POST /api/chat/stream`: the stream that pages read.

One event for each delta, `data: {"content": "..."}`, and `data: {"done": true}` at the end. Besides these, which
clients may rely on, there are `reasoning`, `error`, and in the last event how the reply ended.
"""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from json.encoder import encode_basestring_ascii
from typing import Any

from desktop_chat.core.deltas import Delta, ImageDelta, ReasoningDelta, RefusalDelta, TextDelta
from desktop_chat.core.entities import Connection, Message, Role, Status, Usage
from desktop_chat.core.errors import ChatError
from desktop_chat.core.prompt import Prompt
from desktop_chat.core.reply import Reply
from desktop_chat.services.endpoint.caller_request import CallerRequest, Receive, Scope, Send, read_body
from desktop_chat.services.endpoint.caller_requests import CallerRequests
from desktop_chat.services.endpoint.chat_request import messages_in, prompt_of
from desktop_chat.services.endpoint.error_answers import Words, error_object
from desktop_chat.services.endpoint.model_member import RequestBody
from desktop_chat.services.endpoint.recorded_question import QuestionReader
from desktop_chat.services.endpoint.targets import Targets

LARGE_BODY = 256 * 1024
"""Bodies above this are read on a thread."""


class ChatStream:
    """An ASGI application for one path."""

    def __init__(self, requests: CallerRequests, targets: Targets, words: Words) -> None:
        self._requests = requests
        self._targets = targets
        self._words = words

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = CallerRequest(scope["caller"], scope["path"], send, self._words)

        async def read() -> Callable[[], Awaitable[None]]:
            content = await read_body(scope, receive, self._requests.limits)
            body = await asyncio.to_thread(RequestBody, content) if len(content) > LARGE_BODY else RequestBody(content)
            messages = messages_in(body.members)
            connection, request.model = self._targets.find(body.model)
            await self._requests.check_budget(request, connection, body.members)
            request.connection, request.connection_id = connection.name, connection.id
            records = self._requests.records
            self._requests.began(
                request, await QuestionReader(self._requests.blobs).of_prompt(messages) if records else ()
            )
            prompt = prompt_of(messages, request.model, self._targets.preferences.settings)
            conversation_id = body.members.get("conversation_id")
            return lambda: self._stream(request, connection, prompt, conversation_id)

        await self._requests.run(request, receive, read)

    async def _stream(
        self, request: CallerRequest, connection: Connection, prompt: Prompt, conversation_id: str | None
    ) -> None:
        reply = Reply(_empty(request), offers_tools=False)
        own = {} if conversation_id is None else {"conversation_id": conversation_id}

        def last(status: Status, reason: str | None, usage: Usage | None) -> bytes:
            return _event(
                {"done": True, "status": status.value, "finish_reason": reason, "usage": _counts(usage)} | own
            )

        request.ended_stream = lambda: last(request.status, None, request.usage)
        await request.begin_stream(b"text/event-stream; charset=utf-8")
        error: ChatError | None = None
        try:
            await self._targets.with_retries(
                lambda: self._send_deltas(request, connection, prompt, reply), lambda: reply.has_content
            )
        except ChatError as failed:
            error = failed
        message = reply.ended(error, cancelled=False)
        request.status, request.usage = message.status, message.usage
        ending = b""
        if message.failure is not None:
            request.detail = message.failure.code
            ending = _event({"error": error_object(message.failure, self._words)})
        await request.end_stream(ending + last(message.status, message.finish_reason, message.usage))

    async def _send_deltas(self, request: CallerRequest, connection: Connection, prompt: Prompt, reply: Reply) -> None:
        reply.begin_attempt()
        provider = await self._targets.provider_for(connection)
        async with aclosing(provider.stream(prompt)) as deltas:
            async for delta in deltas:
                if request.recorder is not None:
                    await request.recorder.take((delta,))
                if type(delta) is TextDelta:
                    reply.take(delta)
                    request.tokens += 1
                    await request.send(b'data: {"content": ' + encode_basestring_ascii(delta.text).encode() + b"}\n\n")
                elif event := _take_other(reply, delta):
                    request.tokens += 1
                    await request.send(event)


def _take_other(reply: Reply, delta: Delta) -> bytes:
    """Take a delta that is not text; return what is sent of it."""
    if isinstance(delta, ImageDelta):
        before = len(reply.text)
        reply.add_image_at(f"data:{delta.media_type};base64,{b64encode(delta.content).decode('ascii')}")
        return _event({"content": reply.text.after(before)})
    reply.take(delta)
    if isinstance(delta, RefusalDelta):
        return _event({"content": delta.text})
    return _event({"reasoning": delta.text}) if isinstance(delta, ReasoningDelta) else b""


def _event(body: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(body).encode() + b"\n\n"


def _counts(usage: Usage | None) -> dict[str, int | None] | None:
    if usage is None:
        return None
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "cached_tokens": usage.cached_tokens,
    }


def _empty(request: CallerRequest) -> Message:
    return Message(request.id, "", None, Role.ASSISTANT, "", Status.RUNNING, request.started_at, model=request.model)
