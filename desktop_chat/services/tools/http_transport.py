"""Talks to a tool server at an address (streamable HTTP), with the user's headers and bounded answers.

Redirects are followed only within the same origin, so the headers go nowhere else.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from mcp.client.streamable_http import streamable_http_client

from desktop_chat.core.hosts import is_loopback
from desktop_chat.services.proxies import has_proxy
from desktop_chat.services.tools.stdio_transport import MAX_MESSAGE, Link

_LIMITS = httpx2.Timeout(connect=10.0, read=300.0, write=30.0, pool=10.0)
"""A server may keep its stream of notifications open for long without a word."""


class _AnswerBounds(httpx2.AsyncClient):
    """Refuses compressed answers, and JSON answers of more than MAX_MESSAGE bytes; a stream is bounded event by
    event. Notes in `link` when the server wants a login."""

    link: Link

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        response = await super().send(request, **options)
        self.link.refused = response.status_code in {401, 403}
        if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
            await response.aclose()
            raise httpx2.DecodingError("the answer is compressed", request=request)
        is_stream = response.headers.get("content-type", "").startswith("text/event-stream")
        if not is_stream and not response.is_stream_consumed and isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _Bounded(response.stream, request)
        return response


class _Bounded(httpx2.AsyncByteStream):
    """A body of at most MAX_MESSAGE bytes."""

    def __init__(self, stream: httpx2.AsyncByteStream, request: httpx2.Request) -> None:
        self._stream = stream
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for piece in self._stream:
            size += len(piece)
            if size > MAX_MESSAGE:
                raise httpx2.ReadError("the answer is too large", request=self._request)
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


@asynccontextmanager
async def http_transport(
    url: str, headers: Mapping[str, str], trust: ssl.SSLContext | None, link: Link
) -> AsyncGenerator[Any]:
    """Connect to a tool server at an address; `trust` is the trust store."""
    client = _AnswerBounds(
        headers={"Accept-Encoding": "identity", **headers},
        verify=trust if trust is not None else True,
        trust_env=has_proxy(url) and not is_loopback(url),
        follow_redirects=False,
        timeout=_LIMITS,
    )
    client.link = link
    async with client, streamable_http_client(url, http_client=client, max_sse_event_size=MAX_MESSAGE) as streams:
        yield streams
