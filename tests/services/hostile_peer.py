"""One connection of the hostile server, with helpers to misbehave, and the registry of all modes."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

Mode = Callable[["Peer"], Awaitable[None]]
MODES: dict[str, Mode] = {}


def mode(name: str) -> Callable[[Mode], Mode]:
    """Register a mode."""

    def register(function: Mode) -> Mode:
        MODES[name] = function
        return function

    return register


def both(name: str) -> Callable[[Mode], Mode]:
    """Register a mode that is the same in both protocols: by its name, and with "r-" for the Responses API."""

    def register(function: Mode) -> Mode:
        MODES[name] = MODES[f"r-{name}"] = function
        return function

    return register


@dataclass(slots=True)
class Request:
    """A client's request; `body` is the parsed JSON, `others` all requests so far."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any] = field(default_factory=dict)
    others: list[Request] = field(default_factory=list, repr=False)


class Peer:
    """One connection with its request, and helpers to misbehave."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: Request) -> None:
        self.reader = reader
        self.writer = writer
        self.request = request
        self.left = asyncio.Event()

    async def head(self, status: str = "200 OK", kind: str = "text/event-stream", **headers: str) -> None:
        lines = [f"HTTP/1.1 {status}", *([f"Content-Type: {kind}"] if kind else []), "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.send("\r\n".join([*lines, "", ""]))

    async def send(self, data: str | bytes) -> None:
        self.writer.write(data.encode() if isinstance(data, str) else data)
        await self.writer.drain()

    async def event(self, body: object) -> None:
        await self.send(f"data: {json.dumps(body)}\n\n")

    async def delta(self, **delta: object) -> None:
        await self.event({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})

    async def text(self, *pieces: str) -> None:
        for piece in pieces:
            await self.delta(content=piece)

    async def finish(self, reason: str = "stop", *, done: bool = True) -> None:
        await self.event({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
        if done:
            await self.send("data: [DONE]\n\n")

    @property
    def is_responses(self) -> bool:
        """True if the client used the Responses API."""
        return self.request.path.endswith("/responses")

    def hello(self, text: str = "Hello") -> bytes:
        """Send one text event in the client's protocol."""
        choice = {"index": 0, "delta": {"content": text}}
        said = {"type": "response.output_text.delta", "delta": text} if self.is_responses else {"choices": [choice]}
        return f"data: {json.dumps(said)}\n\n".encode()

    def bye(self) -> bytes:
        """Send the event that completes a reply, in the client's protocol."""
        ended = {"type": "response.completed", "response": {"status": "completed"}}
        body = ended if self.is_responses else {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
        return f"data: {json.dumps(body)}\n\n".encode() + (b"" if self.is_responses else b"data: [DONE]\n\n")

    async def answer(self, status: str, body: object, **headers: str) -> None:
        encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = headers.pop("kind", "application/json")
        await self.head(status, kind, Content_Length=str(len(encoded)), **headers)
        await self.send(encoded)

    async def error(self, status: str, message: str, **extra: object) -> None:
        await self.answer(status, {"error": {"message": message, **extra}})

    async def gone(self) -> None:
        """Wait until the client closes the connection."""
        await self.left.wait()

    def reset(self) -> None:
        """Reset the connection."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
