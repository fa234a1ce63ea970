"""Closes two gaps in the layers below the SDK, endless error pages and leaked connections, and sends requests in their
slots.

Import it only on the SDK's thread, because it imports httpx2.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from typing import Any, cast

import httpx2

from desktop_chat.core.errors import ProxyInvalid
from desktop_chat.services.provider.read_throttle import slow_down
from desktop_chat.services.provider.recording import mark, note_request, note_response
from desktop_chat.services.provider.request_slots import current_sending
from desktop_chat.services.proxies import variable_at_fault

ERROR_BODY_BYTES = 64 * 1024
ERROR_BODY_S = 2.0
SHORT_BYTES = 64 * 1024
"""An answer up to this length is read whole while its request has a slot."""


class BoundedClient(httpx2.AsyncClient):
    """An HTTP client whose failed responses include the beginning of their body, already read; the SDK would read
    forever. A request that is cancelled during the TLS handshake closes its connection.

    Raises ProxyInvalid if the environment names an invalid proxy.
    """

    def __init__(self, **options: Any) -> None:
        try:
            super().__init__(**options)
        except (ValueError, httpx2.InvalidURL) as error:
            if variable := variable_at_fault():
                raise ProxyInvalid(variable) from error
            raise

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send a request; keep of an error's body what arrives in ERROR_BODY_S, up to ERROR_BODY_BYTES."""
        request.extensions = {**request.extensions, "trace": _ConnectionGuard()}
        sending = current_sending()
        if sending is not None:
            await sending.begin()
        note_request(request)
        response = await super().send(request, **options)
        if not (response.is_success or response.is_stream_consumed):
            body = await _beginning(response)
            headers = [(name, value) for name, value in response.headers.raw if name.lower() not in _BODY_HEADERS]
            extensions = {"http_version": response.extensions.get("http_version", b"HTTP/1.1")}
            response = httpx2.Response(
                response.status_code, headers=headers, content=body, request=request, extensions=extensions
            )
        elif sending is not None:
            response.stream = stream = _WatchedStream(cast(httpx2.AsyncByteStream, response.stream), sending.end)
            if 0 <= _length(response) <= SHORT_BYTES:
                await stream.read_ahead()
        note_response(response)
        return response


class _WatchedStream(httpx2.AsyncByteStream):
    """The body of an answer; `ended` is called after its last byte, and not if it is closed earlier."""

    def __init__(self, stream: httpx2.AsyncByteStream, ended: Callable[[], None]) -> None:
        self._stream = stream
        self._ended = ended
        self._read: list[bytes] | None = None

    async def read_ahead(self) -> None:
        """Read all of it now, before the SDK looks at the head."""
        self._read = [piece async for piece in self]

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        if self._read is not None:
            for piece in self._read:
                yield piece
            return
        async with aclosing(cast(AsyncGenerator[bytes], aiter(self._stream))) as pieces:
            async for piece in pieces:
                yield piece
        await self._stream.aclose()  # the next request gets the connection
        self._ended()
        await asyncio.sleep(0)  # and is sent before this answer is read

    async def aclose(self) -> None:
        await self._stream.aclose()


def _length(response: httpx2.Response) -> int:
    """Return the length of a body in bytes; -1 if the head does not say it."""
    said = response.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdecimal() else -1


class _ConnectionGuard:
    """Throttles the reads of a new connection, notes its progress, and closes the socket of an aborted TLS handshake:
    until the handshake ends, httpcore2 2.16 and anyio 4.16 leave that to each other, and after a cancellation neither
    does it."""

    def __init__(self) -> None:
        self._tcp: Any = None

    async def __call__(self, event: str, info: dict[str, Any]) -> None:
        if event.endswith(".connect_tcp.complete"):
            self._tcp = info["return_value"]
            slow_down(self._tcp)
        elif event.endswith(".start_tls.complete"):
            slow_down(info["return_value"])
        elif event.endswith(".start_tls.failed") and self._tcp is not None:
            await self._tcp.aclose()
        mark(event)


_BODY_HEADERS = {b"content-encoding", b"content-length", b"transfer-encoding"}


async def _beginning(response: httpx2.Response) -> bytes:
    body = bytearray()
    with suppress(TimeoutError, httpx2.HTTPError):
        async with asyncio.timeout(ERROR_BODY_S), aclosing(response.aiter_bytes()) as pieces:
            async for piece in pieces:
                body += piece
                if len(body) >= ERROR_BODY_BYTES:
                    break
    return bytes(body[:ERROR_BODY_BYTES])
