"""What the provider sends, where it fails before an answer, and what never gets out of it."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest
from hostile_server import MODES, HostileServer
from own_certificate import certificate_for

from desktop_chat.core.deltas import Delta, TextDelta
from desktop_chat.core.entities import Connection, Role
from desktop_chat.core.errors import (
    AuthenticationFailed,
    BadResponse,
    ConnectionRefused,
    ConnectTimedOut,
    KeyMissing,
    NameNotFound,
    ProviderError,
    ProxyRefused,
    RequestRejected,
    TlsUntrusted,
    WrongAddress,
)
from desktop_chat.core.prompt import Prompt, PromptMessage
from desktop_chat.services.provider import http_client, reply_stream
from desktop_chat.services.provider.openai_provider import OpenAIProvider
from desktop_chat.services.provider.reply_stream import PIECE_BYTES
from desktop_chat.services.provider.sdk import Sdk
from desktop_chat.services.provider.translate_errors import translate_errors

SDK = Sdk()
KEY = "sk-test/Key+with=signs-0123456789"
Make = Callable[..., OpenAIProvider]


def prompt(model: str = "plain", **options: object) -> Prompt:
    return Prompt((PromptMessage(Role.SYSTEM, "Be kind"), PromptMessage(Role.USER, "hi")), model, **options)  # type: ignore[arg-type]


async def reply(provider: OpenAIProvider, asked: Prompt | None = None) -> list[Delta]:
    return [delta async for delta in provider.stream(asked or prompt())]


async def failure(provider: OpenAIProvider, asked: Prompt | None = None) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await reply(provider, asked)
    return caught.value


@pytest.fixture
async def make(server: HostileServer) -> AsyncIterator[Make]:
    """Create providers, by default for the hostile server; they are closed after the test."""
    made: list[OpenAIProvider] = []

    def one(base_url: str = "", key: str = KEY, headers: tuple[tuple[str, str], ...] = ()) -> OpenAIProvider:
        made.append(OpenAIProvider(Connection("c1", "Here", base_url or server.base_url, headers), key, SDK))
        return made[-1]

    yield one
    for provider in made:
        await provider.aclose()
        await provider.aclose()


# --- requests ---------------------------------------------------------------------------------------------------------


async def test_the_request(make: Make, server: HostileServer) -> None:
    asked = prompt(temperature=0.0, max_tokens=9, reasoning_effort="low")
    provider = make(headers=(("X-Title", "Desktop Chat"),))
    assert "".join(d.text for d in await reply(provider, asked) if isinstance(d, TextDelta)) == "Hello"
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/v1/chat/completions")
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["x-title"] == "Desktop Chat"
    assert request.body == {
        "model": "plain",
        "messages": [{"role": "system", "content": "Be kind"}, {"role": "user", "content": "hi"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.0,
        "max_tokens": 9,
        "reasoning_effort": "low",
    }


async def test_without_a_key_no_authorization_is_sent(make: Make, server: HostileServer) -> None:
    provider = make(key="")
    await reply(provider)
    await provider.models()
    assert all("authorization" not in request.headers for request in server.requests)


async def test_a_server_that_requires_a_key_after_all(make: Make) -> None:
    error = await failure(make(key=""), prompt("401"))
    assert (type(error), error.detail) == (KeyMissing, "Incorrect API key provided.")
    assert type(await failure(make(), prompt("401"))) is AuthenticationFailed
    own = make(key="", headers=(("X-Api-Key", "own-way-of-saying-it"),))
    assert type(await failure(own, prompt("401"))) is AuthenticationFailed


async def test_a_server_on_the_local_network_is_used_without_a_key(
    make: Make, server: HostileServer, lead_home: Callable[..., None]
) -> None:
    lead_home("nas")
    provider = make(f"http://nas:{server.port}/v1", key="")
    assert await reply(provider)
    assert await provider.models()
    assert all("authorization" not in request.headers for request in server.requests)


async def test_nothing_comes_from_the_environment(
    make: Make, server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-environment")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-the-environment")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    await reply(make(key=""))
    assert "of-the-environment" not in repr(server.requests[0].headers)


async def test_models(make: Make) -> None:
    assert sorted(await make().models()) == sorted(MODES)


async def test_a_connection_is_reused_if_the_end_comes_a_moment_later(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of the body may be in a separate packet after the end marker; it is waited for."""
    monkeypatch.setattr(reply_stream, "DRAIN_S", 10.0)  # a busy machine may need longer than usual
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            assert length is not None
            await reader.readexactly(int(length[1]))
            choice = b'{"choices":[{"delta":{"content":"Hello"},"finish_reason":"stop"}]}'
            body = b"data: " + choice + b"\n\ndata: [DONE]\n\n"
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
            writer.write(f"{len(body):x}\r\n".encode() + body + b"\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)
            writer.write(b"0\r\n\r\n")

    async with serving(serve) as base_url:
        provider = make(base_url)
        for _ in range(3):
            assert TextDelta("Hello") in await reply(provider)
        assert connections == 1
        await provider.aclose()


@asynccontextmanager
async def serving(serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> AsyncIterator[str]:
    """A server with a custom handler, which runs until its clients are gone."""
    tasks: list[asyncio.Task[None]] = []

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.append(asyncio.current_task())  # type: ignore[arg-type]
        with suppress(EOFError, ConnectionError):
            await serve(reader, writer)
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    server.close()
    await asyncio.gather(*tasks)


async def test_several_at_once(make: Make) -> None:
    provider = make()
    replies = await asyncio.gather(*(reply(provider) for _ in range(20)))
    assert {"".join(d.text for d in deltas if isinstance(d, TextDelta)) for deltas in replies} == {"Hello"}
    assert not provider.is_busy


async def test_a_flood_lets_the_loop_run(make: Make) -> None:
    """Each read finds many events, so nothing is awaited between them, and the consumer of the deltas is slow."""
    longest = 0.0  # CPU seconds of this thread, so that a busy machine does not count

    async def beat() -> None:
        nonlocal longest
        while True:
            before = time.thread_time()
            await asyncio.sleep(0)
            longest = max(longest, time.thread_time() - before)

    with flooding(events=1_500) as base_url:
        provider = make(base_url)
        heart = asyncio.create_task(beat(), name="heart")
        taken = 0
        async for delta in provider.stream(prompt()):
            taken += isinstance(delta, TextDelta)
            work_until = time.thread_time() + 0.000_2
            while time.thread_time() < work_until:
                pass
        heart.cancel()
        await provider.aclose()
    assert taken == 1_500, "or there was less to do at once"
    assert longest < 0.1


@contextmanager
def flooding(events: int) -> Iterator[str]:
    """A server on its own thread that sends all events of a reply at once, each in its own HTTP chunk."""
    event = b'data: {"choices":[{"delta":{"content":"word "}}]}\n\n'
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    reply = [head, *(b"%x\r\n%b\r\n" % (len(data), data) for data in [event] * events + [b"data: [DONE]\n\n"])]

    def serve() -> None:
        client, _ = listening.accept()
        with client:
            client.recv(PIECE_BYTES)
            client.sendall(b"".join(reply) + b"0\r\n\r\n")
            while client.recv(PIECE_BYTES):
                pass

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
        thread = threading.Thread(target=serve, name="flooding")
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        thread.join()


# --- failures before an answer ----------------------------------------------------------------------------------------


async def test_a_remote_server_needs_a_key(make: Make) -> None:
    assert type(await failure(make("https://api.example.org/v1", key=""))) is KeyMissing


async def test_another_credential_counts_as_a_key(make: Make) -> None:
    provider = make("http://nowhere.invalid/v1", key="", headers=(("api-key", "0123456789"),))
    assert type(await failure(provider)) is NameNotFound


@pytest.mark.parametrize("address", ["", "nonsense", "ftp://127.0.0.1/v1", "http://", "http://127.0.0.1:99999/v1"])
async def test_an_invalid_address(address: str, make: Make) -> None:
    assert type(await failure(OpenAIProvider(Connection("c", "n", address), KEY, SDK))) is WrongAddress


@pytest.mark.parametrize("header", [("X-Bad", "a\nb"), ("X-Bad", "ü"), ("X Bad", "x"), ("X-Bad", " x"), ("", "x")])
async def test_a_header_that_cannot_be_sent(header: tuple[str, str], make: Make) -> None:
    assert type(await failure(make(headers=(header,)))) is RequestRejected


async def test_nobody_listens(make: Make) -> None:
    error = await failure(make(f"http://127.0.0.1:{free_port()}/v1"))
    assert type(error) is ConnectionRefused
    assert error.retryable


async def test_an_unknown_name(make: Make) -> None:
    assert type(await failure(make("http://nowhere.invalid/v1"))) is NameNotFound


async def test_a_missing_proxy(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    assert type(await failure(make("http://api.example.org/v1"))) is ProxyRefused


async def test_a_proxy_that_refuses(make: Make, server: HostileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    proxy = await asyncio.start_server(refuse, "127.0.0.1", 0)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
    assert type(await failure(make("https://api.example.org/v1"))) is ProxyRefused
    proxy.close()


async def test_an_unusable_proxy(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    assert type(await failure(make("https://api.example.org/v1"))) is ProxyRefused


def test_a_module_that_cannot_be_imported_is_no_proxy() -> None:
    incomplete = RuntimeError("the installation is incomplete")
    incomplete.__cause__ = ImportError("cannot import name 'thing'")
    with pytest.raises(RuntimeError), translate_errors(()):
        raise incomplete


async def test_a_connection_without_an_answer(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_chat.services.provider.sdk.CONNECT_S", 0.1)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(3)]
        for client in waiting:
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", port))
        error = await failure(make(f"http://127.0.0.1:{port}/v1"))
        for client in waiting:
            client.close()
    assert type(error) is ConnectTimedOut


async def test_an_untrusted_certificate(make: Make, tmp_path: Path) -> None:
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(certificate_for("127.0.0.1", tmp_path))

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=server_side)
    error = await failure(make(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"))
    server.close()
    assert type(error) is TlsUntrusted
    assert "self" in error.detail


async def test_tls_to_a_server_without(make: Make) -> None:
    async def complain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(complain, "127.0.0.1", 0)
    assert type(await failure(make(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"))) is WrongAddress
    server.close()


async def test_tls_that_is_never_answered(make: Make, server: HostileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_chat.services.provider.sdk.CONNECT_S", 0.1)
    assert type(await failure(make(f"https://127.0.0.1:{await server.start_mute()}/v1"))) is ConnectTimedOut


async def test_missing_certificates(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "nowhere.pem")
    provider = OpenAIProvider(Connection("c1", "Here", server.base_url), "", Sdk())
    assert await reply(provider)
    assert "nowhere" in caplog.text or "No such file" in caplog.text
    await provider.aclose()


@pytest.mark.parametrize(
    ("status", "kind", "body", "expected"),
    [
        ("200 OK", "application/json", b'{"data": "none"}', BadResponse),
        ("200 OK", "application/json", b"{", BadResponse),
        ("200 OK", "text/html", b"<html></html>", WrongAddress),
        ("200 OK", "application/json", b'{"error": {"code": "invalid_api_key"}}', AuthenticationFailed),
        ("401 Unauthorized", "application/json", b"{}", AuthenticationFailed),
        ("404 Not Found", "text/html", b"<html></html>", WrongAddress),
    ],
)
async def test_no_list_of_models(
    status: str, kind: str, body: bytes, expected: type[ProviderError], make: Make
) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    provider = make(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1")
    with pytest.raises(expected):
        await provider.models()
    server.close()


# --- what never gets out ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["401-echo", "401-text-echo", "reset", "not-http"])
async def test_no_error_contains_the_key(mode: str, make: Make) -> None:
    error = await failure(make(), prompt(mode))
    assert_clean(error)


async def test_a_header_rejected_by_the_transport_is_not_repeated(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even without our own check: the transport's message contains the whole header, including the key."""
    monkeypatch.setattr("desktop_chat.services.provider.openai_provider._is_sendable", lambda _: True)
    for value in (f"{KEY}\nmore", f"{KEY}ü", f"{KEY}\ud800"):
        provider = make(key=KEY, headers=(("X-Secret", value),))
        assert_clean(await failure(provider))


async def test_a_key_that_cannot_be_sent_is_not_repeated(make: Make) -> None:
    for key in (f"{KEY}ü", f"{KEY}\n", f"{KEY}\ud800"):
        assert_clean(await failure(make(key=key)))


async def test_an_endless_error_page_is_truncated(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_client, "ERROR_BODY_S", 0.1)
    for mode in ("500-endless", "500-silent-body"):
        assert len((await failure(make(), prompt(mode))).detail) <= 300


def test_the_sdk_is_only_imported_on_its_thread() -> None:
    program = """
import sys, threading
from desktop_chat.services.provider.provider_pool import ProviderPool
from desktop_chat.core.connections import Connections
from desktop_chat.core.settings import Preferences, Settings
import desktop_chat.services.local_servers, desktop_chat.services.demo.demo_provider, desktop_chat.services.environment
assert not {"openai", "httpx2", "anyio", "pydantic"} & sys.modules.keys()
ProviderPool(Connections(Preferences(Settings())), None, {}).warm_up()
(thread,) = [t for t in threading.enumerate() if t is not threading.main_thread()]
assert thread.daemon
print("ended")
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=False)
    assert (ended.stdout, ended.returncode) == ("ended\n", 0), ended.stderr


def assert_clean(error: BaseException) -> None:
    seen: list[BaseException | None] = [error]
    while seen:
        one = seen.pop()
        if one is not None:
            assert KEY not in f"{one} {one!r} {one.args} {getattr(one, 'detail', '')} {vars(one)}"
            seen += [one.__cause__, one.__context__]
    assert KEY not in "".join(traceback.format_exception(error))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port
