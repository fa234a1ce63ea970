"""`POST /v1/...`: requests in OpenAI's own shape, and their answers, handed on byte for byte.

Of the request, only the model's name is changed, if it names the connection, too. Of its headers nothing is sent on: no
cookie, no token of the caller, nothing that is for one hop. Of the answer's headers, the content type is.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress

from desktop_chat.core.entities import Api, Connection, Status
from desktop_chat.core.errors import EmptyAnswer, WrongAddress
from desktop_chat.services.endpoint.call import JSON, Call, Receive, Scope, Send, read_body
from desktop_chat.services.endpoint.calls import Calls
from desktop_chat.services.endpoint.chat_stream import LARGE_BODY
from desktop_chat.services.endpoint.error_answers import Words
from desktop_chat.services.endpoint.model_member import RequestBody
from desktop_chat.services.endpoint.recorded_question import QuestionReader
from desktop_chat.services.endpoint.targets import Targets
from desktop_chat.services.provider.dialects import DIALECTS
from desktop_chat.services.provider.pass_through import RawAnswer
from desktop_chat.services.provider.server_errors import error_in

NO_CONVERSATION = frozenset({"/embeddings"})
"""What is never recorded: nobody says anything there."""
_BOM = b"\xef\xbb\xbf"


class PassedCall:
    """An ASGI application for one path; `endpoint` is its part after `/v1`."""

    def __init__(self, endpoint: str, calls: Calls, targets: Targets, words: Words) -> None:
        self._endpoint = endpoint
        self._api = Api.RESPONSES if endpoint == "/responses" else Api.CHAT_COMPLETIONS
        self._calls = calls
        self._targets = targets
        self._words = words

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        call = Call(scope["caller"], scope["path"], send, self._words)

        async def read() -> Callable[[], Awaitable[None]]:
            content = await read_body(scope, receive, self._calls.limits)
            body = await asyncio.to_thread(RequestBody, content) if len(content) > LARGE_BODY else RequestBody(content)
            connection, call.model = self._targets.find(body.model)
            await self._calls.check_budget(call, connection, body.members)
            call.connection, call.connection_id = connection.name, connection.id
            records = self._calls.records and self._endpoint not in NO_CONVERSATION
            self._calls.began(call, await QuestionReader(self._calls.blobs).of_body(body.members) if records else ())
            sent = body.with_model(call.model)
            return lambda: self._targets.with_retries(
                lambda: self._pass(call, connection, sent), lambda: call.http_status > 0
            )

        await self._calls.run(call, receive, read)

    async def _pass(self, call: Call, connection: Connection, sent: bytes) -> None:
        settings = self._targets.preferences.settings
        limits_s = (settings.idle_limit_s if b'"stream"' in sent else settings.patience_s, settings.patience_s)
        provider = await self._targets.provider_for(connection)
        async with provider.passing(self._endpoint, sent, call.model, limits_s) as answer:
            begun = await answer.first()
            if not begun:
                raise EmptyAnswer
            kind = begun.removeprefix(_BOM).lstrip()[:1]
            if kind == b"<" or "html" in answer.content_type:
                raise WrongAddress
            try:
                if kind in {b"{", b"["}:
                    await self._answer_whole(call, answer, begun)
                else:
                    await self._answer_stream(call, answer, begun)
            finally:
                call.usage = answer.usage

    async def _answer_whole(self, call: Call, answer: RawAnswer, begun: bytes) -> None:
        content = await answer.whole(begun)
        error = None
        with suppress(ValueError, RecursionError):
            error = error_in(json.loads(content))
        if error is not None:
            raise error
        if call.recorder is not None:
            await call.recorder.read_whole(content, DIALECTS[self._api])
        call.tokens += 1
        kind = JSON if "json" in answer.content_type else (b"content-type", _header(answer.content_type))
        await call.answer(200, content, kind)

    async def _answer_stream(self, call: Call, answer: RawAnswer, begun: bytes) -> None:
        is_named = "event-stream" in answer.content_type
        await call.begin_stream(_header(answer.content_type) if is_named else b"text/event-stream")
        async with aclosing(answer.pieces(begun)) as pieces:
            async for piece in pieces:
                call.tokens += 1
                if answer.finished:  # before it is sent: the caller may leave at once
                    call.status = Status.COMPLETE
                if call.recorder is not None:
                    await call.recorder.read(piece, DIALECTS[self._api])
                await call.send(piece)
        if not answer.finished:
            call.status = Status.INTERRUPTED
        await call.end_stream()


def _header(value: str) -> bytes:
    """Return a header's value if it can be sent on, else a neutral type."""
    return value.encode() if value.isascii() and value.isprintable() and value else b"application/octet-stream"
