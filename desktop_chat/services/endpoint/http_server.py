"""Listens and speaks HTTP: uvicorn on the loop that runs already, with limits on connections and on slow headers."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from desktop_chat.core.endpoint_errors import AddressUnavailable, PortTaken
from desktop_chat.services.endpoint.caller_request import Limits
from desktop_chat.services.endpoint.gate import App

BACKLOG = 1_024
IDLE_S = 75
"""How long a connection is kept for another request."""
MAX_JOINED = 64 * 1024
"""Bytes that wait for the end of a turn."""
GRACE_S = 1
"""How long answers may still be sent when the server ends."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises PortTaken, AddressUnavailable."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(str(port)) from error
        raise AddressUnavailable(os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)) from error
    except (OverflowError, UnicodeError) as error:
        raise AddressUnavailable(str(error)) from error


def url_of(listener: socket.socket) -> str:
    """Return the address of the endpoint."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class HttpServer(uvicorn.Server):
    """Serves an application until `should_exit` is set. `when_ready` is called once it listens."""

    def __init__(self, app: App, listener: socket.socket, limits: Limits, when_ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="none",
                lifespan="off",
                http=type("BoundedProtocol", (_BoundedProtocol,), {"limits": limits}),
                ws="none",
                interface="asgi3",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,
                timeout_keep_alive=IDLE_S,
                timeout_graceful_shutdown=GRACE_S,
                h11_max_incomplete_event_size=limits.headers,
            )
        )
        self._listener = listener
        self._when_ready = when_ready

    async def run_until_ended(self) -> None:
        """Serve until the end."""
        await self.serve(sockets=[self._listener])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets=sockets)
        self._when_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the program."""
        yield


class JoinedWrites:
    """A transport that sends what is written in one turn of the loop as one piece: an answer's headers with its first
    words, its last words with its end. A system call costs more than all else that a piece needs."""

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._waiting = bytearray()

    def write(self, data: bytes) -> None:
        """Send soon; at once if much is waiting."""
        if not self._waiting:
            self._loop.call_soon(self._flush)
        self._waiting += data
        if len(self._waiting) > MAX_JOINED:
            self._flush()

    def close(self) -> None:
        """Send what is waiting, and close."""
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def _flush(self) -> None:
        if self._waiting:
            data, self._waiting = self._waiting, bytearray()
            self._transport.write(data)


class _BoundedProtocol(H11Protocol):
    """uvicorn's protocol with limits: it has none on connections that send no request, or only half of one."""

    limits: ClassVar[Limits]
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        joined: Any = JoinedWrites(transport, self.loop)
        super().connection_made(joined)
        # asyncio leaves this to listeners that it makes itself; without it, the first words wait 40 ms for the headers'
        # acknowledgement.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if len(self.connections) > self.limits.connections:
            transport.abort()
        else:
            self._expect_request()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        super().connection_lost(exc)

    def _expect_request(self) -> None:
        """Allow so long for the rest of a request's headers."""
        if self._deadline is None and self._waits():
            self._deadline = self.loop.call_later(self.limits.headers_s, self._give_up)

    def _give_up(self) -> None:
        self._deadline = None
        if self._waits():
            self.transport.abort()

    def _waits(self) -> bool:
        """Return whether a request is expected, or has begun to arrive."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or (cycle.response_complete and self.conn.trailing_data[0] != b"")
