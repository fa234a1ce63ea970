"""A server of images on a real loopback socket; the path selects its behaviour. Also used by journeys."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
"""One red pixel."""
MANY = 21 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """A request."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)


class ImageServer:
    """`asked` records every request; `left` is set when a client disconnects before its answer is complete."""

    def __init__(self, image: bytes = PNG) -> None:
        self.image = image
        self.asked: list[Asked] = []
        self.arrived = asyncio.Event()
        self.left = asyncio.Event()
        self.other_port = 0
        """The target of `/away`."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]

    async def aclose(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(tuple(self._tasks))

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer), name="pictures")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, EOFError):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                method, path, _ = head[0].split(" ")
                lines = (line.partition(":") for line in head[1:] if line)
                self.asked.append(Asked(method, path, {name.lower(): value.strip() for name, _, value in lines}))
                self.arrived.set()
                way = _WAYS.get(path.split("?")[0].strip("/").split("/")[0].partition(".")[0], _missing)
                await way(self, reader, writer)
                await writer.drain()
                writer.close()
                await writer.wait_closed()
        finally:
            writer.transport.abort()


Way = Callable[[ImageServer, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def _answer(status: str, kind: str, body: bytes, *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close", *more]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _plain(status: str, kind: str, body: bytes = b"", *more: str) -> Way:
    async def send(_server: ImageServer, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_answer(status, kind, body, *more))

    return send


async def _image(server: ImageServer, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(_answer("200 OK", "image/png; x=1", server.image, "Set-Cookie: spy=1; Path=/"))


async def _away(server: ImageServer, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    to = f"Location: http://localhost:{server.other_port}/picture"
    writer.write(_answer("302 Found", "text/plain", b"", to))


async def _loop(server: ImageServer, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(_answer("301 Moved", "text/plain", b"", f"Location: /loop?{len(server.asked)}"))


async def _endless(server: ImageServer, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nConnection: close\r\n\r\n")
    try:
        while True:
            writer.write(bytes(256 * 1024))
            await writer.drain()
    except ConnectionError:
        server.left.set()
        raise


async def _slow(server: ImageServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 5000\r\n\r\n" + PNG[:20])
    await writer.drain()
    with suppress(ConnectionError):
        while await reader.read(1_000):
            pass
    server.left.set()


async def _cut(_server: ImageServer, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 5000\r\n\r\n" + PNG[:20])


_missing = _plain("404 Not Found", "image/png", PNG)

_WAYS: dict[str, Way] = {
    "picture": _image,
    "away": _away,
    "loop": _loop,
    "endless": _endless,
    "slow": _slow,
    "cut": _cut,
    "moved": _plain("302 Found", "text/plain", b"", "Location: /picture", "Set-Cookie: spy=1; Path=/"),
    "to-file": _plain("302 Found", "text/plain", b"", "Location: file:///etc/passwd"),
    "svg": _plain("200 OK", "image/svg+xml", b"<svg/>"),
    "page": _plain("200 OK", "text/html", b"<html>"),
    "nothing-said": _plain("200 OK", "", PNG),
    "packed": _plain("200 OK", "image/png", PNG, "Content-Encoding: gzip"),
    "large": _plain("200 OK", "image/png", bytes(MANY)),
    "forbidden": _plain("403 Forbidden", "image/png", PNG),
    "fault": _plain("503 Service Unavailable", "text/plain"),
    "limited": _plain("429 Too Many Requests", "text/plain"),
}
