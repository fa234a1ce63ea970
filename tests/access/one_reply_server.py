"""A model server on loopback that streams the same reply to every request."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress


class OneReplyServer:
    """Answers each request with `reply`, word by word."""

    def __init__(self, reply: str) -> None:
        self._reply = reply

    async def start(self) -> str:
        """Listen; returns the base URL."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    async def aclose(self) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = next((line.split(":")[1] for line in head.split("\r\n") if line.startswith("content-length")), "0")
            await reader.readexactly(int(length))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
            for word in self._reply.split(" "):
                writer.write(_event({"delta": {"content": f"{word} "}}))
            writer.write(_event({"delta": {}, "finish_reason": "stop"}) + b"data: [DONE]\n\n")
            await writer.drain()
        writer.close()


def _event(choice: dict[str, object]) -> bytes:
    chunk = {"id": "1", "object": "chat.completion.chunk", "model": "m", "choices": [{"index": 0, **choice}]}
    return f"data: {json.dumps(chunk)}\n\n".encode()
