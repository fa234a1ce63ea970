"""A server that keeps to the contract of `/api/chat/stream` and nothing more: tests say what it answers, and when."""

from __future__ import annotations

import asyncio
import json
import mimetypes
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

PAGE = Path(__file__).parents[2] / "desktop_chat/web"
TOKEN = "tok-0123456789abcdef"


@dataclass
class Asked:
    """A request: its body, and the events of its end."""

    body: dict[str, object]
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the client has gone before the end."""


class ContractServer:
    """Serves the built page, a list of models, and replies that `script` prepares."""

    def __init__(self, page: Path = PAGE) -> None:
        self.asked: list[Asked] = []
        self.new_request = asyncio.Condition()
        self.go_on = asyncio.Event()
        """While it is not set, a reply stops where its script has None."""
        self.status = 200
        self.refusal: dict[str, object] = {}
        self.models = ["OpenAI/gpt-5.5", "Local/qwen3"]
        self._script: list[bytes | None] = []
        self._page = page
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> str:
        """Listen; returns the address, which `url` has as well."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self.url

    async def aclose(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def script(self, *parts: str | dict[str, object] | bytes | None) -> None:
        """The next replies: text as content, tables as events, bytes as they are, None waits for `go_on`."""
        self._script = [part if part is None or isinstance(part, bytes) else event(part) for part in parts]

    async def request(self, number: int) -> Asked:
        """Wait for the nth request, from 1."""
        async with self.new_request:
            await asyncio.wait_for(self.new_request.wait_for(lambda: len(self.asked) >= number), 20)
        return self.asked[number - 1]

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer), name="contract server")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                method, path, _ = head.split(" ", 2)
                headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                await self._answer((method, path), headers, body, reader, writer)
        finally:
            writer.close()

    async def _answer(
        self,
        target: tuple[str, str],
        headers: dict[str, str],
        body: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        method, path = target
        if method == "GET" and not path.startswith("/v1"):
            _send_file(writer, self._page / (path.lstrip("/") or "index.html"))
        elif headers.get("authorization") != f"bearer {TOKEN}".lower():
            _send_json(writer, 401, {"error": {"code": "unauthorized", "message": "The token is not valid."}})
        elif path == "/v1/models":
            _send_json(writer, 200, {"object": "list", "data": [{"id": name} for name in self.models]})
        elif self.status != 200:
            _send_json(writer, self.status, self.refusal)
        else:
            await self._stream(json.loads(body), reader, writer)
        with suppress(ConnectionError):
            await writer.drain()

    async def _stream(
        self, body: dict[str, object], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        asked = Asked(body)
        async with self.new_request:
            self.asked.append(asked)
            self.new_request.notify_all()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        gone = asyncio.create_task(reader.read(), name="client goes")
        try:
            for part in self._script:
                if part is None:
                    waiting = asyncio.create_task(self.go_on.wait(), name="go on")
                    await asyncio.wait((waiting, gone), return_when=asyncio.FIRST_COMPLETED)
                    waiting.cancel()
                else:
                    writer.write(part)
                    await writer.drain()
                if gone.done():
                    asked.left.set()
                    return
        finally:
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)


def event(part: str | dict[str, object]) -> bytes:
    """One event of the contract."""
    value = {"content": part} if isinstance(part, str) else part
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode()


DONE_EVENT = event({"done": True})


def pieces(data: bytes, cuts: Iterable[int]) -> list[bytes]:
    """Cut bytes at positions."""
    places = [0, *sorted({cut for cut in cuts if 0 < cut < len(data)}), len(data)]
    return [data[begin:end] for begin, end in pairwise(places)]


def _send_file(writer: asyncio.StreamWriter, path: Path) -> None:
    if not path.is_file():
        _send_json(writer, 404, {})
        return
    kind = mimetypes.guess_type(path.name)[0] or "text/plain"
    _send(writer, 200, f"{kind}; charset=utf-8", path.read_bytes())


def _send_json(writer: asyncio.StreamWriter, status: int, value: object) -> None:
    _send(writer, status, "application/json", json.dumps(value).encode())


def _send(writer: asyncio.StreamWriter, status: int, kind: str, body: bytes) -> None:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode() + body)
