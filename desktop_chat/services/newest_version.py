"""Fetches the number of the newest version, if the user enabled that; the request reveals nothing about them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

from desktop_chat import NEWEST_VERSION_URL
from desktop_chat.core.errors import BadResponse
from desktop_chat.services.provider.translate_errors import translate_errors
from desktop_chat.services.proxies import has_proxy

if TYPE_CHECKING:
    import ssl

    import httpx2

_LIMIT_S = 20.0
_MAX_BYTES = 4096
_HEADERS = {"User-Agent": "Desktop Chat", "Accept": "application/json", "Accept-Encoding": "identity"}
"""Without version, system, language or cookies: the request is the same for everyone."""


class NewestVersion:
    """Fetches the newest version. `ready` waits for the HTTP client and returns the trust store."""

    def __init__(self, ready: Callable[[], Awaitable[ssl.SSLContext]], address: str = NEWEST_VERSION_URL) -> None:
        self._ready = ready
        self._address = address

    async def ask(self) -> str:
        """Return the newest version. Raises ProviderError for any failure; redirects are not followed."""
        with translate_errors((), via_proxy=has_proxy(self._address)):
            async with asyncio.timeout(_LIMIT_S):
                return _version_in(await self._fetch(await self._ready()))

    async def _fetch(self, context: ssl.SSLContext) -> bytes:
        from desktop_chat.services.provider.http_client import BoundedClient  # noqa: PLC0415 -- imports httpx2

        proxied = has_proxy(self._address)
        async with BoundedClient(verify=context, trust_env=proxied, follow_redirects=False, timeout=_LIMIT_S) as client:
            request = client.build_request("GET", self._address, headers=_HEADERS)
            response = await client.send(request, stream=True)
            async with aclosing(response):
                if response.status_code != 200:
                    raise BadResponse
                return await _body(response)


async def _body(response: httpx2.Response) -> bytes:
    body = bytearray()
    async with aclosing(response.aiter_raw()) as pieces:
        async for piece in pieces:
            body += piece
            if len(body) > _MAX_BYTES:
                raise BadResponse
    return bytes(body)


def _version_in(body: bytes) -> str:
    try:
        version = json.loads(body)["version"]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise BadResponse from error
    if not isinstance(version, str):
        raise BadResponse
    return version


def is_newer(version: str, than: str) -> bool:
    """Return whether `version` is newer than `than`; both have the form 1.2.3, and any other form is never newer."""
    found, known = _numbers(version), _numbers(than)
    return found is not None and known is not None and found > known


def _numbers(version: str) -> tuple[int, ...] | None:
    parts = version.split(".")
    is_version = len(parts) == 3 and all(part.isascii() and part.isdecimal() and len(part) <= 6 for part in parts)
    return tuple(map(int, parts)) if is_version else None
