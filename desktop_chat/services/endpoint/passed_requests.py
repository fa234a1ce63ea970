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
from desktop_chat.services.endpoint.caller_request import JSON, CallerRequest, Receive, Scope, Send, read_body
from desktop_chat.services.endpoint.caller_requests import CallerRequests
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


class PassedRequest:
    """An ASGI application for one path; `endpoint` is its part after `/v1`."""

    def __init__(self, endpoint: str, requests: CallerRequests, targets: Targets, words: Words) -> None:
        self._endpoint = endpoint
        self._api = Api.RESPONSES if endpoint == "/responses" else Api.CHAT_COMPLETIONS
        self._requests = requests
        self._targets = targets
        self._words = words

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = CallerRequest(scope["caller"], scope["path"], send, self._words)

        async def read() -> Callable[[], Awaitable[None]]:
            content = await read_body(scope, receive, self._requests.limits)
            body = await asyncio.to_thread(RequestBody, content) if len(content) > LARGE_BODY else RequestBody(content)
            connection, request.model = self._targets.find(body.model)
            await self._requests.check_budget(request, connection, body.members)
            request.connection, request.connection_id = connection.name, connection.id
            records = self._requests.records and self._endpoint not in NO_CONVERSATION
            self._requests.began(
                request, await QuestionReader(self._requests.blobs).of_body(body.members) if records else ()
            )
            sent = body.with_model(request.model)
            return lambda: self._targets.with_retries(
                lambda: self._pass(request, connection, sent), lambda: request.http_status > 0
            )

        await self._requests.run(request, receive, read)

    async def _pass(self, request: CallerRequest, connection: Connection, sent: bytes) -> None:
        settings = self._targets.preferences.settings
        limits_s = (settings.idle_limit_s if b'"stream"' in sent else settings.patience_s, settings.patience_s)
        provider = await self._targets.provider_for(connection)
        async with provider.passing(self._endpoint, sent, request.model, limits_s) as answer:
            begun = await answer.first()
            if not begun:
                raise EmptyAnswer
            kind = begun.removeprefix(_BOM).lstrip()[:1]
            if kind == b"<" or "html" in answer.content_type:
                raise WrongAddress
            try:
                if kind in {b"{", b"["}:
                    await self._answer_whole(request, answer, begun)
                else:
                    await self._answer_stream(request, answer, begun)
            finally:
                request.usage = answer.usage

    async def _answer_whole(self, request: CallerRequest, answer: RawAnswer, begun: bytes) -> None:
        content = await answer.whole(begun)
        error = None
        with suppress(ValueError, RecursionError):
            error = error_in(json.loads(content))
        if error is not None:
            raise error
        if request.recorder is not None:
            await request.recorder.read_whole(content, DIALECTS[self._api])
        request.tokens += 1
        kind = JSON if "json" in answer.content_type else (b"content-type", _header(answer.content_type))
        await request.answer(200, content, kind)

    async def _answer_stream(self, request: CallerRequest, answer: RawAnswer, begun: bytes) -> None:
        is_named = "event-stream" in answer.content_type
        await request.begin_stream(_header(answer.content_type) if is_named else b"text/event-stream")
        async with aclosing(answer.pieces(begun)) as pieces:
            async for piece in pieces:
                request.tokens += 1
                if answer.finished:  # before it is sent: the caller may leave at once
                    request.status = Status.COMPLETE
                if request.recorder is not None:
                    await request.recorder.read(piece, DIALECTS[self._api])
                await request.send(piece)
        if not answer.finished:
            request.status = Status.INTERRUPTED
        await request.end_stream()


def _header(value: str) -> bytes:
    """Return a header's value if it can be sent on, else a neutral type."""
    return value.encode() if value.isascii() and value.isprintable() and value else b"application/octet-stream"
