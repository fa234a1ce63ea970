"""Sends single, anonymous requests to addresses that a model named, never to this computer or its network.

No key, cookie, referrer or header of a connection is sent. The host is resolved once, all of its addresses are checked,
and the connection is made to exactly the address that was checked, so a name that changes in between changes nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_chat.core.errors import BadResponse, ConnectionRefused, ConnectTimedOut
from desktop_chat.core.hosts import is_on_internet
from desktop_chat.core.image_errors import AddressForbidden, ImageMissing
from desktop_chat.core.public_hosts import is_public_number
from desktop_chat.services.provider.translate_errors import translate_errors
from desktop_chat.services.proxies import has_proxy

if TYPE_CHECKING:
    import ssl

    import httpx2

MAX_REDIRECTS = 5
CONNECT_S = 10.0
READ_S = 15.0
AGENT = "Mozilla/5.0 (compatible; Desktop Chat)"

Resolver = Callable[[str, int], Awaitable[list[str]]]
"""Resolves a host for a port. Raises AddressForbidden for addresses that are not on the internet."""


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


@dataclass(frozen=True, slots=True)
class PublicRequests:
    """Sends requests with these headers, over connections that trust `context`."""

    context: ssl.SSLContext
    resolve: Resolver
    headers: Mapping[str, str]

    @asynccontextmanager
    async def get(self, url: httpx2.URL) -> AsyncGenerator[httpx2.Response]:
        """Request an address; the response's body is not read yet, and redirects are not followed. Each request has a
        client of its own, so no cookies are kept. Raises ImageMissing if it is not an http(s) address,
        AddressForbidden and ProviderError."""
        import httpx2  # noqa: PLC0415  (already loaded on a thread)

        from desktop_chat.services.provider.http_client import BoundedClient  # noqa: PLC0415  (imports httpx2)

        if url.scheme not in {"http", "https"} or not url.host:
            raise ImageMissing
        url = url.copy_with(username=None, password=None, fragment=None)
        proxied = has_proxy(str(url))
        limits = httpx2.Timeout(READ_S, connect=CONNECT_S)
        async with BoundedClient(
            verify=self.context, trust_env=proxied, follow_redirects=False, timeout=limits
        ) as client:
            response = await self._send(client, url, proxied=proxied)
            async with aclosing(response):
                yield response

    async def _send(self, client: httpx2.AsyncClient, url: httpx2.URL, *, proxied: bool) -> httpx2.Response:
        """Send the request to the first of the host's addresses that accepts a connection."""
        if proxied:
            check_name(str(url))
            return await client.send(client.build_request("GET", url, headers=dict(self.headers)), stream=True)
        host = url.raw_host.decode("ascii")
        port = url.port or (443 if url.scheme == "https" else 80)
        addresses = await self.resolve(host.strip("[]"), port)
        last: ConnectionRefused | ConnectTimedOut = ConnectionRefused()
        for numeric in addresses:
            request = client.build_request(
                "GET",
                url.copy_with(host=numeric),
                headers={**self.headers, "Host": url.netloc.decode("ascii")},
                extensions={"sni_hostname": host.strip("[]")},
            )
            try:
                with translate_errors(()):
                    return await client.send(request, stream=True)
            except (ConnectionRefused, ConnectTimedOut) as error:
                last = error
        raise last


def check_uncompressed(response: httpx2.Response) -> None:
    """Raise BadResponse for a compressed body, which nobody asked for and which could be of any size."""
    if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise BadResponse
