"""Talks to a tool server over its standard streams: one JSON message a line, bounded in size and in rate.

The library's own transport keeps a line of any length and logs each unreadable one; a hostile server could fill the
memory with either.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

import anyio
import mcp_types
from anyio.abc import ByteReceiveStream, ByteSendStream
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.message import SessionMessage

from desktop_chat.services.tools.child_process import ChildProcess
from desktop_chat.services.tools.server_log import MAX_LINE, ServerLog

MAX_MESSAGE = 16 * 1024 * 1024
MAX_UNREADABLE = 200
"""Lines in a row that are not messages; then it is not a tool server."""
MAX_LEVELS = 100
"""Levels of a message that are kept, if the library cannot read it as it is; more than a schema may have."""
_PER_S = 1_000.0
"""Messages a second that are read for long; a burst may be faster."""
_BURST = 1_000.0
_BYTES_AS_MESSAGE = 16 * 1024
"""A message counts once more for each of these bytes."""
_CLOSED = (anyio.ClosedResourceError, anyio.BrokenResourceError, anyio.EndOfStream, OSError)

Incoming = MemoryObjectSendStream[SessionMessage | Exception]
Streams = tuple[MemoryObjectReceiveStream[SessionMessage | Exception], MemoryObjectSendStream[SessionMessage]]


class Link:
    """What happened to a connection: `closed` is set when the server's output ended, `too_much` when it sent a message
    that is too large, `unreadable` when it does not speak the protocol, `refused` when it wants a login."""

    def __init__(self) -> None:
        self.closed = asyncio.Event()
        self.too_much = False
        self.unreadable = False
        self.refused = False


@asynccontextmanager
async def stdio_transport(
    command: list[str], environment: dict[str, str], folder: str, log: ServerLog, link: Link
) -> AsyncGenerator[Streams, None]:
    """Run a program as a tool server; it has ended when this ends. Raises OSError, ValueError if it cannot start."""
    child = await ChildProcess.start(command, environment, folder)
    to_session, incoming = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    outgoing, from_session = anyio.create_memory_object_stream[SessionMessage](0)
    process = child.process
    async with anyio.create_task_group() as tasks:
        if process.stdout is not None and process.stdin is not None and process.stderr is not None:
            tasks.start_soon(_read_messages, process.stdout, to_session, log, link)
            tasks.start_soon(_write_messages, process.stdin, from_session, to_session)
            tasks.start_soon(_read_log, process.stderr, log)
        try:
            yield incoming, outgoing
        finally:
            with anyio.CancelScope(shield=True):
                incoming.close()
                outgoing.close()
                await child.end()
            tasks.cancel_scope.cancel()


async def _read_messages(stdout: ByteReceiveStream, to_session: Incoming, log: ServerLog, link: Link) -> None:
    lines, pace, unreadable = _Lines(), _Pace(), 0
    try:
        async with to_session:
            while True:
                for line in lines.take(await stdout.receive()):
                    await pace.wait(len(line))
                    message = _message_of(line)
                    if message is not None:
                        unreadable = 0
                        await to_session.send(message)
                    elif line.strip():
                        unreadable += 1
                        log.add(line[:MAX_LINE].decode(errors="replace"))
                        if unreadable > MAX_UNREADABLE:
                            link.unreadable = True
                            return
    except _TooMuchError:
        link.too_much = True
    except _CLOSED:
        pass
    finally:
        link.closed.set()


async def _write_messages(
    stdin: ByteSendStream, from_session: MemoryObjectReceiveStream[SessionMessage], to_session: Incoming
) -> None:
    try:
        async with from_session:
            async for outgoing in from_session:
                line = outgoing.message.model_dump_json(by_alias=True, exclude_unset=True)
                await stdin.send(line.encode() + b"\n")
    except _CLOSED:
        await to_session.aclose()  # otherwise a request could wait forever


async def _read_log(stderr: ByteReceiveStream, log: ServerLog) -> None:
    rest = b""
    pace = _Pace()
    with suppress(*_CLOSED):
        while True:
            *lines, rest = (rest + await stderr.receive()).split(b"\n")
            rest = rest[-MAX_LINE:]
            await pace.wait(sum(map(len, lines)))
            if lines:
                log.add(b"\n".join(line[: 4 * MAX_LINE] for line in lines[-20:]).decode(errors="replace"))
    if rest:
        log.add(rest.decode(errors="replace"))


def _message_of(line: bytes) -> SessionMessage | None:
    adapter = mcp_types.jsonrpc_message_adapter
    try:
        return SessionMessage(adapter.validate_json(line, by_name=False))
    except ValueError:
        pass
    try:  # the library refuses a message with a deeply nested value, as the schema of one of many tools may be
        return SessionMessage(adapter.validate_python(_pruned(json.loads(line)), by_name=False))
    except (ValueError, RecursionError):
        return None


def _pruned(value: Any, levels: int = MAX_LEVELS) -> Any:
    """Return a JSON value without what is nested more deeply."""
    if isinstance(value, dict):
        return {name: _pruned(member, levels - 1) for name, member in value.items()} if levels else None
    if isinstance(value, list):
        return [_pruned(member, levels - 1) for member in value] if levels else None
    return value


class _TooMuchError(Exception):
    """A message is larger than MAX_MESSAGE."""


class _Lines:
    """Splits pieces into lines, each byte looked at once. Raises _TooMuchError."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def take(self, piece: bytes) -> list[bytes]:
        if b"\n" not in piece:
            self._rest += piece
            if len(self._rest) > MAX_MESSAGE:
                raise _TooMuchError
            return []
        first, *others = piece.split(b"\n")
        lines = [bytes(self._rest + first), *others[:-1]]
        self._rest = bytearray(others[-1])
        return lines


class _Pace:
    """Lets a burst of messages through at once, and then so many a second: a flood must not take all of the
    processor from the window."""

    def __init__(self) -> None:
        self._left = _BURST
        self._at = time.monotonic()

    async def wait(self, size: int) -> None:
        now = time.monotonic()
        self._left = min(_BURST, self._left + (now - self._at) * _PER_S) - 1 - size / _BYTES_AS_MESSAGE
        self._at = now
        if self._left < 0:
            await asyncio.sleep(min(1.0, -self._left / _PER_S))
