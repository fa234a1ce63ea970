"""A model server that misbehaves in every known way, on a real loopback socket. The model's name selects the mode.

Also a program for journeys and benchmarks: `python tests/services/hostile_server.py [PORT]` prints its port and serves
until its standard input closes. With `--report` it prints a second port, at which nothing is ever answered, and a line
with the monotonic time whenever a client disconnects before its reply is complete. With `--ends` it also prints "begun"
for each connection, and "over" for each reply that was sent completely.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from contextlib import suppress
from functools import partial

import hostile_dialects
import hostile_echoes
import hostile_endless
import hostile_errors
import hostile_failures
import hostile_parts
import hostile_refusals
import hostile_replies
import hostile_responses
import hostile_transport
import hostile_values
from hostile_peer import MODES, Peer, Request

__all__ = [
    "MODES",
    "HostileServer",
    "Peer",
    "Request",
    "hostile_dialects",
    "hostile_echoes",
    "hostile_endless",
    "hostile_errors",
    "hostile_failures",
    "hostile_parts",
    "hostile_refusals",
    "hostile_replies",
    "hostile_responses",
    "hostile_transport",
    "hostile_values",
]

hostile_transport.serve_in_both()


def modes_of_tables() -> set[str]:
    """Return the modes of the hostile server itself, without those that other tests have added for themselves."""
    return {name for name, play in MODES.items() if play.__module__.startswith("hostile_")}


class HostileServer:
    """Serves all modes on one port. `requests` records requests; `gone_at` when clients disconnected early."""

    def __init__(self, *, reports: bool = False, ends: bool = False) -> None:
        self.reports = reports
        self.ends = ends
        self.requests: list[Request] = []
        self.arrived = asyncio.Event()
        self.left = asyncio.Event()
        self.left_at = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._mute: asyncio.Server | None = None

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", port)
        self.port: int = self._server.sockets[0].getsockname()[1]

    async def start_mute(self) -> int:
        """Listen on a port where nothing is ever answered, and return it."""
        self._mute = await asyncio.start_server(self._accept_mute, "127.0.0.1", 0)
        port: int = self._mute.sockets[0].getsockname()[1]
        return port

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def note(self, what: str) -> None:
        """Report the progress of a reply, if requested."""
        if self.ends:
            print(what, flush=True)

    def note_left(self) -> None:
        """Record that a client disconnected."""
        self.left_at = time.perf_counter()
        self.left.set()
        if self.reports:
            print(self.left_at, flush=True)

    async def aclose(self) -> None:
        self._server.close()
        if self._mute is not None:
            self._mute.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(tuple(self._tasks))

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._own(asyncio.create_task(self._serve(reader, writer), name="hostile"), writer)

    def _accept_mute(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._own(asyncio.create_task(self._listen(reader, writer), name="mute"), writer)

    def _own(self, task: asyncio.Task[None], writer: asyncio.StreamWriter) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(partial(_abort_if_open, writer))

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.arrived.set()
        self.note("begun")
        try:
            with suppress(ConnectionError):
                while await reader.read(65_536):
                    pass
            self.note_left()
        finally:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, EOFError):
                request = await self._read(reader)
                self.requests.append(request)
                self.arrived.set()
                self.note("begun")
                await self._answer(Peer(reader, writer, request), request)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
        except BaseException:
            writer.transport.abort()
            raise

    async def _answer(self, peer: Peer, request: Request) -> None:
        if request.path.endswith("/models"):
            await peer.answer("200 OK", {"object": "list", "data": [{"id": name} for name in MODES]})
            return
        played = asyncio.create_task(MODES[request.body["model"]](peer), name="mode")
        gone = asyncio.create_task(_watch(peer), name="gone")
        try:
            await asyncio.wait({played, gone}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                self.note_left()
            else:
                self.note("over")
        finally:
            for task in (played, gone):
                task.cancel()
            await asyncio.wait({played, gone})
        if not played.cancelled() and (error := played.exception()) and not isinstance(error, ConnectionError):
            raise error

    async def _read(self, reader: asyncio.StreamReader) -> Request:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = dict(_header(line) for line in head[1:] if line)
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        parsed = json.loads(body) if body else {}
        return Request(method, path, headers, parsed, self.requests)


async def _watch(peer: Peer) -> None:
    with suppress(ConnectionError):
        while await peer.reader.read(65_536):
            pass
    peer.left.set()


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


async def _main(arguments: list[str]) -> None:
    reports = "--report" in arguments
    ports = [int(argument) for argument in arguments if argument.isdecimal()]
    server = HostileServer(reports=reports, ends="--ends" in arguments)
    await server.start(*ports)
    print(server.port, flush=True)
    if reports:
        print(await server.start_mute(), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await server.aclose()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1:]))


def _abort_if_open(writer: asyncio.StreamWriter, _task: asyncio.Task[None]) -> None:
    """Close the connection of a task that was cancelled before it began, which closes nothing itself."""
    if not writer.transport.is_closing():
        writer.transport.abort()
