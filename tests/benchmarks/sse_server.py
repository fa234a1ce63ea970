"""A server that streams Markdown at a steady pace, and records when it sent the last byte."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from samples import TOKEN, text_of

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


class PacedServer:
    """Chat Completions on localhost. The model's name says what to send: "TOKENS@RATE-ANYTHING", RATE per second."""

    def __init__(self) -> None:
        self.port = 0
        self.last_byte_at: dict[str, float] = {}
        """By model: the monotonic time just after the last piece of text was passed to the system."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while body := await _request(reader):
                model = json.loads(body)["model"]
                writer.write(_HEAD)
                await self._stream(model, writer)
                writer.write(_chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client disconnected
        finally:
            writer.close()

    async def _stream(self, model: str, writer: asyncio.StreamWriter) -> None:
        count, rate = (int(number) for number in model.partition("-")[0].split("@"))
        text = text_of(count)
        pieces = [text[at : at + TOKEN] for at in range(0, len(text), TOKEN)]
        begun, sent = time.monotonic(), 0
        while sent < len(pieces):
            due = min(len(pieces), int((time.monotonic() - begun) * rate) + 1)
            for piece in pieces[sent:due]:
                writer.write(_chunk(_event(piece)))
            sent = due
            self.last_byte_at[model] = time.monotonic()
            await writer.drain()
            await asyncio.sleep(max(0.0, begun + sent / rate - time.monotonic()))
        writer.write(_chunk(_event("", "stop")))


async def _request(reader: asyncio.StreamReader) -> bytes:
    """Return the body of the next request; empty if the client disconnected."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    lines = head.lower().split(b"\r\n")
    size = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length")), 0)
    return await reader.readexactly(size)


def _event(text: str, reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": text} if text else {}, "finish_reason": reason}
    said = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "paced", "choices": [choice]}
    return b"data: " + json.dumps(said).encode() + b"\n\n"


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


@asynccontextmanager
async def paced_server() -> AsyncIterator[PacedServer]:
    """Run a server while it is needed."""
    paced = PacedServer()
    server = await asyncio.start_server(paced.serve, "127.0.0.1", 0)
    paced.port = server.sockets[0].getsockname()[1]
    try:
        yield paced
    finally:
        server.close()
