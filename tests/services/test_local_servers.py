"""What counts as a model server on this computer, and how it is probed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest

from desktop_chat.core.ports import LocalServer
from desktop_chat.services import local_servers
from desktop_chat.services.local_servers import PORTS, LocalServerFinder

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]
MODELS = json.dumps({"object": "list", "data": [{"id": "b"}, {"id": "A"}, {"id": "b"}]}).encode()


def http(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Servers:
    """Small servers on free ports, and the requests they received."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self._servers: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def listen(self, answer: Answer, host: str = "127.0.0.1") -> int:
        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(self._serve(answer, reader, writer), name="server")
            self._tasks.add(task)

        server = await asyncio.start_server(accept, host, 0)
        self._servers.append(server)
        port: int = server.sockets[0].getsockname()[1]
        return port

    async def _serve(self, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, EOFError):
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                if isinstance(answer, bytes):
                    writer.write(answer)
                    await writer.drain()
                else:
                    await answer(writer)
                writer.close()
                await writer.wait_closed()
        finally:
            writer.transport.abort()

    async def aclose(self) -> None:
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)


@pytest.fixture
async def servers(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Servers]:
    """The servers may be slow, because the computer may be."""
    monkeypatch.setattr(local_servers, "CONNECT_S", 30.0)
    monkeypatch.setattr(local_servers, "TOTAL_S", 30.0)
    servers = Servers()
    yield servers
    await servers.aclose()


async def found(port: int, product: str = "Ollama") -> list[LocalServer]:
    return await LocalServerFinder({port: product}).find()


async def test_a_model_server_is_found(servers: Servers) -> None:
    port = await servers.listen(http(MODELS))
    assert await found(port) == [LocalServer("Ollama", f"http://127.0.0.1:{port}/v1", ("A", "b"))]
    (request,) = servers.requests
    assert request.startswith(b"GET /v1/models HTTP/1.1\r\n")
    assert b"authorization" not in request.lower()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x;x=y\r\n%b\r\n0\r\n\r\n" % (len(MODELS), MODELS),
        b"HTTP/1.0 200 OK\r\n\r\n" + MODELS,
    ],
    ids=["chunked", "until the end"],
)
async def test_other_body_encodings(answer: bytes, servers: Servers) -> None:
    assert (await found(await servers.listen(answer)))[0].models == ("A", "b")


async def test_a_server_without_models_is_found(servers: Servers) -> None:
    port = await servers.listen(http(b'{"object": "list", "data": null}'))
    assert (await found(port))[0].models == ()


async def test_the_second_address_is_tried_if_the_first_refuses(servers: Servers) -> None:
    try:
        port = await servers.listen(http(MODELS), "::1")
    except OSError:
        pytest.skip("this computer has no IPv6")
    assert [server.base_url for server in await found(port)] == [f"http://[::1]:{port}/v1"]


@pytest.mark.parametrize(("owner", "product"), [("vllm", "vLLM"), ("llamacpp", "llama.cpp"), ("me", "Usual")])
async def test_a_servers_own_name_takes_precedence(owner: str, product: str, servers: Servers) -> None:
    body = json.dumps({"data": [{"id": "m", "owned_by": owner}]}).encode()
    assert (await found(await servers.listen(http(body)), "Usual"))[0].product == product


async def test_a_server_may_send_nonsense_about_itself(servers: Servers) -> None:
    body = json.dumps({"data": [{"id": "m", "owned_by": ["x"]}, {"id": "n", "owned_by": {}}]}).encode()
    assert (await found(await servers.listen(http(body)), "Usual"))[0].product == "Usual"


def test_products_on_a_shared_port_are_distinguished() -> None:
    assert local_servers._product(8080, "llama.cpp", {"data": [{"owned_by": "llamacpp"}]}) == "llama.cpp"
    assert local_servers._product(8080, "llama.cpp", {"data": [{"owned_by": "me"}]}) == "LocalAI"
    assert local_servers._product(8080, "llama.cpp", {"data": None}) == "llama.cpp"


async def _nothing(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def _for_ever(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


@pytest.mark.parametrize(
    "answer",
    [
        http(b"<html>Welcome</html>"),
        http(b"[]"),
        http(b'{"data": "none"}'),
        http(b'{"data": [{"name": "m"}]}'),
        http(b'{"models": []}'),
        http(b"[" * 100_000),
        http(MODELS, "404 Not Found"),
        http(MODELS, "401 Unauthorized"),
        http(MODELS, "302 Found", "Location: http://127.0.0.1:1/"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000,
        b"HTTP/1.1\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"",
        _for_ever,
    ],
)
async def test_other_servers_are_ignored(answer: Answer, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_servers, "TOTAL_S", 1.5)
    assert await found(await servers.listen(answer)) == []


async def test_slow_servers_are_not_waited_for(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_servers, "TOTAL_S", 0.1)
    assert await found(await servers.listen(_nothing)) == []


async def test_all_are_asked_at_once(servers: Servers) -> None:
    all_are_asked = asyncio.Barrier(5)

    async def answer(writer: asyncio.StreamWriter) -> None:
        await all_are_asked.wait()
        writer.write(http(MODELS))
        await writer.drain()

    ports = {await servers.listen(answer): f"server {n}" for n in range(5)}
    assert len(await LocalServerFinder(ports).find()) == 5


def test_the_usual_ports() -> None:
    assert set(PORTS) == {11434, 1234, 8080, 9931, 1337, 4891, 5001, 5000, 8000, 4000}
    assert (local_servers.CONNECT_S, local_servers.TOTAL_S, local_servers.MAX_BYTES) == (0.4, 1.5, 256 * 1024)
