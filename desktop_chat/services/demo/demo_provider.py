"""A server for trying the window without a model: it sends canned replies over a real loopback socket, so that they
take the same path as any others. Only this application knows its address."""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
import time
from contextlib import suppress
from typing import Any

from desktop_chat.core.connections import DEMO_NAME
from desktop_chat.core.entities import Connection, ConnectionKind
from desktop_chat.services.demo.demo_replies import MODELS, DemoReply, reply_for, tokens_of

DEMO_ID = "demo"
REQUEST_BYTES = 64 * 1024 * 1024
HEAD_BYTES = 64 * 1024
REQUEST_S = 10.0
_HEAD = "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nCache-Control: no-store\r\nConnection: close\r\n{length}\r\n"


class DemoServer:
    """Serves Chat Completions and a list of models below a secret path.

    `speed` multiplies the speed of the replies, for tests.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._token = secrets.token_urlsafe(24)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> Connection:
        """Listen on a free port, and return a connection to it."""
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=HEAD_BYTES)
        port = self._server.sockets[0].getsockname()[1]
        return Connection(
            DEMO_ID,
            DEMO_NAME,
            f"http://127.0.0.1:{port}/{self._token}/v1",
            default_model=MODELS[0],
            kind=ConnectionKind.DEMO,
        )

    async def aclose(self) -> None:
        """Stop listening and abort running replies. May be called twice."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(tuple(self._tasks))

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer), name="demo reply")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, EOFError, TimeoutError, ValueError, asyncio.LimitOverrunError):
                async with asyncio.timeout(REQUEST_S):
                    method, path, body = await _read_request(reader)
                await self._answer(method, path, body, reader, writer)
                writer.close()
                await writer.wait_closed()
        finally:
            writer.transport.abort()

    async def _answer(
        self, method: str, path: str, body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        token, _, rest = path.removeprefix("/").partition("/")
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            _write_json(writer, "404 Not Found", {"error": {"message": "not found"}})
        elif (method, rest) == ("GET", "v1/models"):
            models = [{"id": name, "object": "model", "owned_by": "demo"} for name in MODELS]
            _write_json(writer, "200 OK", {"object": "list", "data": models})
        elif (method, rest) == ("POST", "v1/chat/completions"):
            await self._chat(json.loads(body), reader, writer)
        else:
            _write_json(writer, "404 Not Found", {"error": {"message": "not found"}})
        await writer.drain()

    async def _chat(self, request: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        model, messages = str(request.get("model")), request.get("messages", [])
        if model not in MODELS:
            error = {"message": f"The demo has no model {model!r}", "code": "model_not_found"}
            _write_json(writer, "404 Not Found", {"error": error})
            return
        question = next((str(m["content"]) for m in reversed(messages) if m["role"] == "user"), "")
        reply = reply_for(model, question)
        await self._pause(reply.first_token_s, reader)
        if request.get("stream"):
            await self._stream(model, reply, _usage(messages, reply), reader, writer)
        else:
            _write_json(writer, "200 OK", _completion(model, reply, _usage(messages, reply)))

    async def _stream(
        self,
        model: str,
        reply: DemoReply,
        usage: dict[str, object],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        """Send a reply, timing each piece from the start so that delays do not add up."""
        writer.write(_HEAD.format(status="200 OK", kind="text/event-stream", length="").encode())
        pieces = [("reasoning_content", token) for token in tokens_of(reply.reasoning)]
        pieces += [("content", token) for token in tokens_of(reply.text)]
        started = time.monotonic()
        for number, (kind, token) in enumerate(pieces, start=1):
            _write_choice(writer, model, {kind: token})
            await writer.drain()
            due = started + number / (reply.tokens_per_s * self._speed)
            await self._pause((due - time.monotonic()) * self._speed, reader)
        if reply.error:
            _write_event(writer, {"error": {"message": reply.error, "code": "server_error"}})
            return
        _write_choice(writer, model, {}, reply.finish_reason)
        _write_event(writer, {"model": model, "choices": [], "usage": usage})
        writer.write(b"data: [DONE]\n\n")

    async def _pause(self, seconds: float, reader: asyncio.StreamReader) -> None:
        """Wait, but notice at once if the client disconnects. Raises ConnectionResetError."""
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, seconds / self._speed)):
                await reader.read(1)
                raise ConnectionResetError


async def _read_request(reader: asyncio.StreamReader) -> tuple[str, str, bytes]:
    """Return method, path and body. Raises ValueError and EOFError for an invalid HTTP request."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    method, path, _version = first.split(" ")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    size = int(headers.get("content-length", "0"))
    if not 0 <= size <= REQUEST_BYTES:
        raise ValueError(size)
    return method, path, await reader.readexactly(size)


def _write_json(writer: asyncio.StreamWriter, status: str, body: object) -> None:
    encoded = json.dumps(body, ensure_ascii=False).encode()
    length = f"Content-Length: {len(encoded)}\r\n"
    writer.write(_HEAD.format(status=status, kind="application/json", length=length).encode() + encoded)


def _write_choice(
    writer: asyncio.StreamWriter, model: str, delta: dict[str, str], finish_reason: str | None = None
) -> None:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    _write_event(writer, {"object": "chat.completion.chunk", "model": model, "choices": [choice]})


def _write_event(writer: asyncio.StreamWriter, event: object) -> None:
    writer.write(b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n")


def _completion(model: str, reply: DemoReply, usage: dict[str, object]) -> dict[str, object]:
    if reply.error:
        return {"error": {"message": reply.error, "code": "server_error"}}
    message = {"role": "assistant", "content": reply.text, "reasoning_content": reply.reasoning or None}
    choice = {"index": 0, "message": message, "finish_reason": reply.finish_reason}
    return {"object": "chat.completion", "model": model, "choices": [choice], "usage": usage}


def _usage(messages: list[dict[str, str]], reply: DemoReply) -> dict[str, object]:
    reasoning = len(tokens_of(reply.reasoning))
    answer = reasoning + len(tokens_of(reply.text))
    asked = sum(len(tokens_of(str(message["content"]))) for message in messages)
    return {
        "prompt_tokens": asked,
        "completion_tokens": answer,
        "total_tokens": asked + answer,
        "completion_tokens_details": {"reasoning_tokens": reasoning},
    }
