"""The newest version is asked for by one request that says nothing, and whatever answers may say one thing only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from desktop_chat import NEWEST_VERSION_URL, __version__
from desktop_chat.core.errors import BadResponse, ProviderError
from desktop_chat.services.newest_version import NewestVersion, is_newer
from desktop_chat.services.provider.sdk import Sdk

SDK = Sdk()


class Answering:
    """A server that gives one answer and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked = b""
        self.answer = b""

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}/newest.json"

    async def aclose(self) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked += await reader.readuntil(b"\r\n\r\n")
        writer.write(self.answer)
        await writer.drain()
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[Answering]:
    server = Answering()
    yield server
    await server.aclose()


def says(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


async def test_one_request_that_says_nothing_about_who_asks(server: Answering) -> None:
    address = await server.start()
    server.answer = says(b'{"version": "9.8.7", "more": true}')
    assert await NewestVersion(SDK.ready, address).ask() == "9.8.7"
    first, *headers = server.asked.decode().strip().split("\r\n")
    assert first == "GET /newest.json HTTP/1.1"
    names = {header.partition(":")[0].lower() for header in headers}
    assert names == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert __version__ not in server.asked.decode()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(says(b"<html>"), id="no JSON"),
        pytest.param(says(b'["1.0.0"]'), id="no object"),
        pytest.param(says(b'{"version": 3}'), id="no text"),
        pytest.param(says(b"{}"), id="no version"),
        pytest.param(says(b'{"version": "1.0.0"}' + b" " * 5000), id="too long"),
        pytest.param(says(b"[" * 4000), id="too deep"),
        pytest.param(says(b"", "404 Not Found"), id="not there"),
        pytest.param(says(b"", "302 Found", "Location: http://127.0.0.1:1/"), id="elsewhere"),
    ],
)
async def test_anything_else_is_a_bad_response(server: Answering, answer: bytes) -> None:
    address = await server.start()
    server.answer = answer
    with pytest.raises(BadResponse):
        await NewestVersion(SDK.ready, address).ask()


async def test_a_server_that_is_not_there_is_an_error_and_nothing_more(server: Answering) -> None:
    address = await server.start()
    await server.aclose()
    with pytest.raises(ProviderError):
        await NewestVersion(SDK.ready, address).ask()


def test_the_address_is_encrypted_and_has_no_parameters() -> None:
    assert NEWEST_VERSION_URL.startswith("https://")
    assert not set("?#@") & set(NEWEST_VERSION_URL)


@pytest.mark.parametrize(
    ("version", "than", "newer"),
    [
        ("1.0.0", "0.9.9", True),
        ("0.10.0", "0.9.0", True),
        ("0.9.0", "0.10.0", False),
        ("1.2.3", "1.2.3", False),
        ("1.2", "1.1.0", False),
        ("9.9.9-beta", "1.0.0", False),
        ("９.9.9", "1.0.0", False),
        ("9999999.0.0", "1.0.0", False),
        ("", "1.0.0", False),
    ],
)
def test_versions_are_compared_as_numbers(version: str, than: str, newer: bool) -> None:
    assert is_newer(version, than) is newer
