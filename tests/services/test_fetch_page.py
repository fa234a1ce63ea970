"""Pages are fetched from the internet only, host by host, within limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from desktop_chat.core.tools import ToolResult
from desktop_chat.services.provider.sdk import Sdk
from desktop_chat.services.public_requests import public_addresses
from desktop_chat.services.tools import fetch_page
from desktop_chat.services.tools.fetch_page import MAX_BYTES, fetch_page_tool

SDK = Sdk()
PUBLIC = "pages.test"
"""A host that passes as public, although the server is local."""
HTML = b"<html><head><title>T</title><script>evil()</script></head><body><h1>Hi</h1><p>A <b>page</b>.</p></body></html>"


class PageServer:
    """Answers each path with what `answers` has for it: status, content type, body and further headers."""

    def __init__(self) -> None:
        self.port = 0
        self.requests: list[str] = []
        self.answers: dict[str, tuple[str, str, bytes, str]] = {
            "/html": ("200 OK", "text/html; charset=utf-8", HTML, ""),
            "/json": ("200 OK", "application/json", b'{"a": 1}', ""),
            "/gbk": ("200 OK", "text/plain; charset=gbk", "你好".encode("gbk"), ""),
            "/image": ("200 OK", "image/png", b"\x89PNG", ""),
            "/missing": ("404 Not Found", "text/html", b"no", ""),
            "/long": ("200 OK", "text/plain", b"x" * (MAX_BYTES + 5), ""),
            "/zipped": ("200 OK", "text/plain", b"x", "Content-Encoding: gzip\r\n"),
            "/again": ("302 Found", "text/html", b"", "Location: /html\r\n"),
            "/loop": ("302 Found", "text/html", b"", "Location: /loop\r\n"),
            "/away": ("302 Found", "text/html", b"", "Location: https://elsewhere.test/x\r\n"),
            "/port": ("302 Found", "text/html", b"", f"Location: http://{PUBLIC}:1/\r\n"),
            "/secure": ("302 Found", "text/html", b"", f"Location: https://{PUBLIC}/secure\r\n"),
            "/home": ("302 Found", "text/html", b"", "Location: http://127.0.0.1:1/\r\n"),
        }

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.requests.append(head)
        status, kind, body, more = self.answers[head.split(" ")[1]]
        length = len(body)
        writer.write(
            f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{more}\r\n".encode() + body
        )
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[PageServer]:
    made = PageServer()
    listening = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    yield made
    listening.close()
    await listening.wait_closed()


async def resolve(host: str, port: int) -> list[str]:
    return ["127.0.0.1"] if host == PUBLIC else await public_addresses(host, port)


@pytest.fixture
def fetch(server: PageServer) -> Callable[[str], object]:
    tool = fetch_page_tool(SDK.ready, resolve)

    async def run(path: str) -> ToolResult:
        url = path if "://" in path else f"http://{PUBLIC}:{server.port}{path}"
        return await tool.run({"url": url})

    return run


@pytest.mark.parametrize(
    ("path", "words"), [("/html", "Hi"), ("/json", '{"a": 1}'), ("/gbk", "你好"), ("/again", "page")]
)
async def test_a_page_is_text(fetch, server: PageServer, path: str, words: str) -> None:
    result = await fetch(path)
    assert not result.is_error
    assert words in result.text
    assert "evil" not in result.text
    assert "ookie" not in "".join(server.requests)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/image", "image/png"),
        ("/missing", "404"),
        ("/zipped", "bad response"),
        ("/loop", "too often"),
        ("/away", "https://elsewhere.test/x"),
        ("/home", "another host"),
        ("/port", "another host"),
        ("ftp://example.org/", "not an http"),
        ("nonsense", "not an http"),
    ],
)
async def test_what_is_not_a_page(fetch, path: str, words: str) -> None:
    result = await fetch(path if path.startswith("/") or "://" in path else f"x://{path}")
    assert result.is_error
    assert words in result.text


async def test_a_step_to_https_on_the_same_host_is_taken(fetch, server: PageServer) -> None:
    result = await fetch("/secure")
    assert result.is_error
    assert "another host" not in result.text, "it was asked: nothing listens there"
    assert len(server.requests) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "192.168.1.1", "169.254.169.254", "[::1]", "0"])
async def test_this_computer_and_its_network_are_never_asked(fetch, server: PageServer, host: str) -> None:
    result = await fetch(f"http://{host}:{server.port}/html")
    assert result.is_error
    assert server.requests == []


async def test_a_long_page_is_cut(fetch) -> None:
    result = await fetch("/long")
    assert "more characters were left out" in result.text
    assert "larger than 2 MB" in result.text


async def test_a_page_that_does_not_come(fetch, server: PageServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch_page, "TOTAL_S", 0.2)

    async def silent(*_: object) -> None:
        await asyncio.Event().wait()

    tool = fetch_page_tool(silent)
    assert (await tool.run({"url": f"http://{PUBLIC}/"})).is_error
