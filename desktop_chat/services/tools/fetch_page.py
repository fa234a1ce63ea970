"""The built-in tool that reads a page of the internet as Markdown.

The user allows each host (`core.approval_scope`), so a redirect to another host ends the call with that address: the
model may ask for it in a new one. See `services.public_requests` for what is never reached.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from desktop_chat.core.errors import ChatError
from desktop_chat.core.hosts import host_of
from desktop_chat.core.image_errors import AddressForbidden, ImageMissing
from desktop_chat.core.text_files import decoded
from desktop_chat.core.tools import ToolResult
from desktop_chat.services.provider.translate_errors import translate_errors
from desktop_chat.services.public_requests import (
    AGENT,
    MAX_REDIRECTS,
    PublicRequests,
    Resolver,
    check_uncompressed,
    public_addresses,
)
from desktop_chat.services.tools.built_in_tool import BuiltInTool, failed, object_of
from desktop_chat.services.tools.page_text import page_text

if TYPE_CHECKING:
    import ssl

    import httpx2

MAX_BYTES = 2 * 1024 * 1024
TOTAL_S = 30.0
_HEADERS = {
    "User-Agent": AGENT,
    "Accept": "text/html,text/markdown,text/plain,application/json;q=0.9,application/xml;q=0.8,*/*;q=0.1",
    "Accept-Encoding": "identity",
}
_TEXT_KINDS = ("text/", "application/json", "application/xml", "application/xhtml+xml", "application/javascript")
_TEXT_ENDINGS = ("+json", "+xml")


def fetch_page_tool(
    ready: Callable[[], Awaitable[ssl.SSLContext]], resolve: Resolver = public_addresses
) -> BuiltInTool:
    """Return the tool. `ready` waits for the HTTP client and returns the trust store."""

    async def run(arguments: Mapping[str, Any]) -> ToolResult:
        try:
            async with asyncio.timeout(TOTAL_S):
                requests = PublicRequests(await ready(), resolve, _HEADERS)
                return await _fetched(requests, arguments["url"].strip())
        except TimeoutError:
            return failed(f"The page did not arrive within {TOTAL_S:.0f} seconds.")

    url = {"type": "string", "maxLength": 4_000, "description": "An http or https address on the internet."}
    words = "Reads a page of the internet, without scripts and without a login, and returns its text as Markdown."
    return BuiltInTool("fetch_page", words, object_of(("url",), url=url), run)


async def _fetched(requests: PublicRequests, address: str) -> ToolResult:
    import httpx2  # noqa: PLC0415  (already loaded on a thread)

    try:
        with translate_errors(()):
            url = httpx2.URL(address)
            approved = {host_of(str(url)), host_of(str(url.copy_with(scheme="https", port=None)))}
            for _ in range(MAX_REDIRECTS + 1):
                answer = await _ask(requests, url)
                if isinstance(answer, ToolResult):
                    return answer
                url = url.join(answer)
                if host_of(str(url)) not in approved:  # a step from http to https is no other place
                    return failed(f"The page redirects to another host. To read it, call fetch_page with {url}")
    except (httpx2.InvalidURL, ValueError, ImageMissing):
        return failed("This is not an http or https address.")
    except AddressForbidden:
        return failed("Addresses on this computer or its network may not be read.")
    except ChatError as error:
        return failed(f"The page could not be read ({error.code.replace('_', ' ')}).")
    return failed("The page redirects too often.")


async def _ask(requests: PublicRequests, url: httpx2.URL) -> ToolResult | str:
    """Return the page, or the address it redirects to."""
    async with requests.get(url) as response:
        if response.has_redirect_location:
            return str(response.headers["location"])
        if response.status_code != 200:
            return failed(f"The server answered with the status {response.status_code}.")
        kind = response.headers.get("content-type", "text/plain").partition(";")[0].strip().lower()
        if not kind.startswith(_TEXT_KINDS) and not kind.endswith(_TEXT_ENDINGS):
            return failed(f"The address has no page, but a file of the type {kind[:100]}.")
        check_uncompressed(response)
        body, is_whole = await _body(response)
        text = _decoded(body, response.charset_encoding)
    if text is None:
        return failed("The page is not text.")
    words = await asyncio.to_thread(page_text, text, str(url), is_html="html" in kind)
    return ToolResult(words if is_whole else f"{words}\n\n[The rest of the page was left out: it is larger than 2 MB.]")


async def _body(response: httpx2.Response) -> tuple[bytes, bool]:
    """Return the beginning of the body, and whether that is all of it."""
    body = bytearray()
    async with aclosing(response.aiter_raw()) as pieces:
        async for piece in pieces:
            body += piece
            if len(body) > MAX_BYTES:
                return bytes(body[:MAX_BYTES]), False
    return bytes(body), True


def _decoded(body: bytes, charset: str | None) -> str | None:
    if charset:
        try:
            return body.decode(charset, "replace")
        except LookupError:
            pass
    return decoded(body) if body else ""
