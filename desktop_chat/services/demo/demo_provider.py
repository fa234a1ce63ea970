"""A server for trying the window without a model: it sends canned replies over a real loopback socket, so that they
take the same path as any others. Only this application knows its address."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from desktop_chat.core.connections import DEMO_NAME
from desktop_chat.core.entities import Connection, ConnectionKind
from desktop_chat.services.demo.demo_prompt import DemoPrompt, read_prompt
from desktop_chat.services.demo.demo_replies import MODELS, TEXT_ONLY, DemoReply, answer_after, reply_for, tokens_of

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
        task.add_done_callback(partial(_abort_if_open, writer))

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
            models = [
                {"id": name, "object": "model", "owned_by": "demo", "input_modalities": _modalities(name)}
                for name in MODELS
            ]
            _write_json(writer, "200 OK", {"object": "list", "data": models})
        elif (method, rest) == ("POST", "v1/chat/completions"):
            await self._chat(json.loads(body), reader, writer)
        else:
            _write_json(writer, "404 Not Found", {"error": {"message": "not found"}})
        await writer.drain()

    async def _chat(self, request: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        model, prompt = str(request.get("model")), read_prompt(request)
        if refusal := _refusal(model, prompt):
            _write_json(writer, *refusal)
            return
        reply = reply_for(model, prompt.question, offered=prompt.offered, images=prompt.images)
        if prompt.results:
            reply = answer_after(prompt.question, prompt.results)
        usage = _usage(prompt, reply)
        await self._pause(reply.first_token_s, reader)
        if request.get("stream"):
            await self._stream(model, reply, usage, reader, writer)
        else:
            _write_json(writer, "200 OK", _completion(model, reply, usage))

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
        pieces: list[dict[str, object]] = [{"reasoning_content": token} for token in tokens_of(reply.reasoning)]
        pieces += [{"content": token} for token in tokens_of(reply.text)]
        pieces += [{"images": _images(reply)}] if reply.image else []
        pieces += [{"tool_calls": [fragment]} for fragment in _fragments(reply)]
        started = time.monotonic()
        for number, delta in enumerate(pieces, start=1):
            _write_choice(writer, model, delta)
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


def _abort_if_open(writer: asyncio.StreamWriter, _task: asyncio.Task[None]) -> None:
    """Close the connection of a task that was cancelled before it began, which closes nothing itself."""
    if not writer.transport.is_closing():
        writer.transport.abort()


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
    writer: asyncio.StreamWriter, model: str, delta: dict[str, object], finish_reason: str | None = None
) -> None:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    _write_event(writer, {"object": "chat.completion.chunk", "model": model, "choices": [choice]})


def _write_event(writer: asyncio.StreamWriter, event: object) -> None:
    writer.write(b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n")


def _completion(model: str, reply: DemoReply, usage: dict[str, object]) -> dict[str, object]:
    if reply.error:
        return {"error": {"message": reply.error, "code": "server_error"}}
    message: dict[str, object] = {"role": "assistant", "content": reply.text}
    message["reasoning_content"] = reply.reasoning or None
    if reply.image:
        message["images"] = _images(reply)
    if reply.calls:
        message["tool_calls"] = _calls(reply)
    choice = {"index": 0, "message": message, "finish_reason": reply.finish_reason}
    return {"object": "chat.completion", "model": model, "choices": [choice], "usage": usage}


def _usage(prompt: DemoPrompt, reply: DemoReply) -> dict[str, object]:
    reasoning = len(tokens_of(reply.reasoning))
    answer = reasoning + len(tokens_of(reply.text))
    asked = sum(len(tokens_of(text)) for text in prompt.texts)
    return {
        "prompt_tokens": asked,
        "completion_tokens": answer,
        "total_tokens": asked + answer,
        "completion_tokens_details": {"reasoning_tokens": reasoning},
    }


def _refusal(model: str, prompt: DemoPrompt) -> tuple[str, object] | None:
    """Return the status and body with which a model refuses a request; None if it accepts it."""
    if model not in MODELS:
        return "404 Not Found", {"error": {"message": f"The demo has no model {model!r}", "code": "model_not_found"}}
    if model == TEXT_ONLY and prompt.images:
        return "400 Bad Request", {"error": {"message": f"{model} does not support images"}}
    if model == TEXT_ONLY and prompt.offered:
        return "400 Bad Request", {"error": {"message": f"{model} does not support tools"}}
    return None


def _modalities(model: str) -> list[str]:
    return ["text"] if model == TEXT_ONLY else ["text", "image"]


def _images(reply: DemoReply) -> list[dict[str, object]]:
    url = f"data:image/png;base64,{base64.b64encode(reply.image).decode()}"
    return [{"type": "image_url", "image_url": {"url": url}}]


def _calls(reply: DemoReply) -> list[dict[str, Any]]:
    return [
        {"id": f"call_{secrets.token_hex(8)}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for name, arguments in reply.calls
    ]


def _fragments(reply: DemoReply) -> Iterator[dict[str, object]]:
    """Yield the fragments of all calls: first who is called, then the arguments piece by piece."""
    for index, call in enumerate(_calls(reply)):
        function = call["function"]
        yield {**call, "index": index, "function": {"name": function["name"], "arguments": ""}}
        for token in tokens_of(function["arguments"]):
            yield {"index": index, "function": {"arguments": token}}
