"""Fetches images named in a model's text, anonymously.

No key, cookie, referrer or header of a connection is sent. Addresses of this computer and its local network are
refused, even after a redirect, and the connection is made to exactly the address that was checked.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

from desktop_chat.core.errors import (
    BadResponse,
    ConnectionRefused,
    ConnectTimedOut,
    ProviderFault,
    RateLimited,
    WrongAddress,
)
from desktop_chat.core.hosts import is_on_internet
from desktop_chat.core.image_errors import AddressForbidden, ImageMissing, ImageTooLarge, NotAImage, TooManyRedirects
from desktop_chat.core.public_hosts import is_public_number
from desktop_chat.services.provider.translate_errors import translate_errors
from desktop_chat.services.proxies import has_proxy

if TYPE_CHECKING:
    import ssl

    import httpx2

MAX_BYTES = 20 * 1024 * 1024
MAX_REDIRECTS = 5
CONNECT_S = 10.0
READ_S = 15.0
TOTAL_S = 60.0

Resolver = Callable[[str, int], Awaitable[list[str]]]
"""Resolves a host for a port. Raises AddressForbidden for addresses that are not on the internet."""

_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; Desktop Chat)",
    "Accept": "image/webp,image/png,image/jpeg,image/gif,image/*;q=0.5",
    "Accept-Encoding": "identity",
}


async def public_addresses(host: str, port: int) -> list[str]:
    """Return the numeric addresses of a host. Raises AddressForbidden if one of them is not on the internet, and
    OSError for an unknown name."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(place[0]) for *_, place in found))
    if not all(map(is_public_number, addresses)):
        raise AddressForbidden
    return addresses


def check_name(address: str) -> None:
    """Raise AddressForbidden for a local name or number; for proxies, which resolve names themselves."""
    if not is_on_internet(address):
        raise AddressForbidden


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

        url = httpx2.URL(address)
        for _ in range(MAX_REDIRECTS + 1):
            with translate_errors(()):
                answer = await self._ask(url, context)
            if isinstance(answer, bytes):
                return answer
            url = url.join(answer)
        raise TooManyRedirects

    async def _ask(self, url: httpx2.URL, context: ssl.SSLContext) -> bytes | str:
        """Return the image, or the address it redirects to. Uses a new client each time, so no cookies are kept."""
        import httpx2  # noqa: PLC0415

        from desktop_chat.services.provider.http_client import BoundedClient  # noqa: PLC0415 -- imports httpx2

        if url.scheme not in {"http", "https"} or not url.host:
            raise ImageMissing
        url = url.copy_with(username=None, password=None, fragment=None)
        proxied = has_proxy(str(url))
        limits = httpx2.Timeout(READ_S, connect=CONNECT_S)
        async with BoundedClient(verify=context, trust_env=proxied, follow_redirects=False, timeout=limits) as client:
            response = await self._send(client, url, proxied=proxied)
            async with aclosing(response):
                if response.has_redirect_location:
                    return response.headers["location"]
                _check(response)
                return await _body(response)

    async def _send(self, client: httpx2.AsyncClient, url: httpx2.URL, *, proxied: bool) -> httpx2.Response:
        """Send the request to the first of the host's addresses that accepts a connection."""
        if proxied:
            check_name(str(url))
            return await client.send(client.build_request("GET", url, headers=_HEADERS), stream=True)
        host = url.raw_host.decode("ascii")
        port = url.port or (443 if url.scheme == "https" else 80)
        addresses = await self._resolve(host.strip("[]"), port)
        last: ConnectionRefused | ConnectTimedOut = ConnectionRefused()
        for numeric in addresses:
            request = client.build_request(
                "GET",
                url.copy_with(host=numeric),
                headers={**_HEADERS, "Host": url.netloc.decode("ascii")},
                extensions={"sni_hostname": host.strip("[]")},
            )
            try:
                with translate_errors(()):
                    return await client.send(request, stream=True)
            except (ConnectionRefused, ConnectTimedOut) as error:
                last = error
        raise last


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
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise BadResponse
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
