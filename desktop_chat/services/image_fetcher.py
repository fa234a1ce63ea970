"""Fetches images named in a model's text, anonymously.

No key, cookie, referrer or header of a connection is sent. Addresses of this computer and its local network are
refused, even after a redirect, and the connection is made to exactly the address that was checked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

from desktop_chat.core.errors import ProviderFault, RateLimited, WrongAddress
from desktop_chat.core.image_errors import ImageMissing, ImageTooLarge, NotAImage, TooManyRedirects
from desktop_chat.services.provider.translate_errors import translate_errors
from desktop_chat.services.proxies import has_proxy
from desktop_chat.services.public_requests import (
    AGENT,
    MAX_REDIRECTS,
    PublicRequests,
    Resolver,
    check_uncompressed,
    public_addresses,
)

if TYPE_CHECKING:
    import ssl

    import httpx2

MAX_BYTES = 20 * 1024 * 1024
TOTAL_S = 60.0

_HEADERS = {
    "User-Agent": AGENT,
    "Accept": "image/webp,image/png,image/jpeg,image/gif,image/*;q=0.5",
    "Accept-Encoding": "identity",
}


class ImageFetcher:
    """Implements `core.ports.ImageLoader`. `ready` waits for the HTTP client and returns the trust store."""

    def __init__(self, ready: Callable[[], Awaitable[ssl.SSLContext]], resolve: Resolver = public_addresses) -> None:
        self._ready = ready
        self._resolve = resolve

    async def load(self, address: str) -> bytes:
        """Fetch an image; see `core.ports.ImageLoader`."""
        with translate_errors((), via_proxy=has_proxy(address)):
            try:
                async with asyncio.timeout(TOTAL_S):
                    return await self._follow(address, await self._ready())
            except WrongAddress as error:
                raise ImageMissing(error.detail) from error.__cause__

    async def _follow(self, address: str, context: ssl.SSLContext) -> bytes:
        import httpx2  # noqa: PLC0415 -- already loaded on a thread

        requests = PublicRequests(context, self._resolve, _HEADERS)
        url = httpx2.URL(address)
        for _ in range(MAX_REDIRECTS + 1):
            with translate_errors(()):
                answer = await _ask(requests, url)
            if isinstance(answer, bytes):
                return answer
            url = url.join(answer)
        raise TooManyRedirects


async def _ask(requests: PublicRequests, url: httpx2.URL) -> bytes | str:
    """Return the image, or the address it redirects to."""
    async with requests.get(url) as response:
        if response.has_redirect_location:
            return response.headers["location"]
        _check(response)
        return await _body(response)


def _check(response: httpx2.Response) -> None:
    """Raise if the response headers rule out a displayable image."""
    status, headers = response.status_code, response.headers
    if status == 429:
        raise RateLimited
    if status >= 500:
        raise ProviderFault
    if status != 200:
        raise ImageMissing
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind.startswith("image/") or kind.startswith("image/svg"):
        raise NotAImage
    check_uncompressed(response)
    size = headers.get("content-length", "0")
    if size.isdecimal() and int(size) > MAX_BYTES:
        raise ImageTooLarge


async def _body(response: httpx2.Response) -> bytes:
    body = bytearray()
    async with aclosing(response.aiter_raw()) as pieces:
        async for piece in pieces:
            body += piece
            if len(body) > MAX_BYTES:
                raise ImageTooLarge
    return bytes(body)
