"""A planted key goes through every failure known to leak keys, and is then searched for: it is found nowhere."""

from __future__ import annotations

import asyncio
import base64
import gc
import logging
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Self

import key_search
import pytest
from hostile_chat import SDK, Chat
from hostile_server import MODES, HostileServer
from key_search import KEY

from desktop_chat.core.entities import Api, Connection, Role
from desktop_chat.core.errors import ProviderError
from desktop_chat.core.key_errors import KeyInvalid
from desktop_chat.core.prompt import Prompt, PromptMessage
from desktop_chat.services.environment import take_environment
from desktop_chat.services.logs import Bug, CrashHandlers, LogFile
from desktop_chat.services.paths import Paths
from desktop_chat.services.provider.openai_provider import OpenAIProvider
from desktop_chat.services.secrets.keyring_secrets import KeyringSecrets
from desktop_chat.services.secrets.keys import KnownKeys, clean_key

ECHOES = sorted(mode for mode in MODES if "echo" in mode)
HI = (PromptMessage(Role.USER, "hi"),)


@pytest.fixture
def keys() -> KnownKeys:
    keys = KnownKeys()
    keys.add(KEY)
    return keys


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path / "data")
    paths.make_directories()
    return paths


@pytest.fixture
def log(paths: Paths, keys: KnownKeys, caplog: pytest.LogCaptureFixture) -> Iterator[Path]:
    """The complete log, including the libraries' debug messages."""
    file = LogFile(paths, keys, logging.DEBUG)
    names = ["", "openai", "httpx2", "httpcore2", "asyncio"]
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield paths.log_file
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)
    file.close()


async def test_no_echo_gets_into_a_message_or_the_log(server: HostileServer, log: Path) -> None:
    for mode in ECHOES:
        api = Api.RESPONSES if mode.startswith("r-") else Api.CHAT_COMPLETIONS
        async with aclosing(Chat(server.base_url, api=api, idle_limit_s=30.0)) as chat:
            chat.secrets.keys["c1"] = KEY
            reply = await chat.send(mode)
            stored = await chat.store.messages(chat.conversation.id)
            shown = [repr(reply), repr(stored), repr(chat.store.batches), repr(chat.pool), repr(chat.session)]
        assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
        assert reply.failure is not None, mode
        assert key_search.words_with_it(shown) == [], mode
    assert "httpcore2" in await asyncio.to_thread(log.read_text), "the libraries spoke of their requests"
    assert key_search.files_with_it(log.parent) == []


@pytest.mark.parametrize("target", ["/v1/elsewhere", "other origin"])
@pytest.mark.parametrize("status", ["301", "302", "303", "307", "308"])
async def test_a_redirect_is_never_followed(
    status: str, target: str, server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = HostileServer()
    await other.start()
    location = f"{other.base_url}/chat/completions" if target == "other origin" else target

    async def redirect(peer) -> None:  # type: ignore[no-untyped-def]
        await peer.answer(f"{status} Moved", b"", Location=location)

    monkeypatch.setitem(MODES, "plain", redirect)
    async with aclosing(Chat(server.base_url)) as chat:
        reply = await chat.send("plain")
    assert reply.failure is not None
    assert reply.failure.code == "redirected"
    assert (len(server.requests), len(other.requests)) == (1, 0)
    await other.aclose()


class Proxy:
    """Records everything it receives, and forwards nothing."""

    def __init__(self) -> None:
        self.seen = b""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._note, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _note(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.seen += await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()


async def _ask(base_url: str) -> None:
    async with aclosing(OpenAIProvider(Connection("c1", "Here", base_url), KEY, SDK)) as provider:
        async for _ in provider.stream(Prompt(HI, "plain")):
            pass


async def test_a_proxy_sees_nothing_of_loopback_and_only_the_host_of_others(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Proxy() as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.address)
        await _ask(server.base_url)
        await _ask(server.base_url.replace("127.0.0.1", "localhost"))
        assert proxy.seen == b""
        with pytest.raises(ProviderError):
            await _ask("https://api.example.org/v1")
        assert proxy.seen.startswith(b"CONNECT api.example.org:443 ")
        assert not key_search.is_in(proxy.seen)
        assert b"uthorization: Bearer" not in proxy.seen


def test_a_key_that_cannot_be_sent_is_rejected_on_input_without_repeating_it() -> None:
    for text in (f"{KEY}\nX: y", f"{KEY}é", f"{KEY}\0", f"{KEY} {KEY}", f"{KEY}\u200b"):
        with pytest.raises(KeyInvalid) as refused:
            clean_key(text)
        assert key_search.words_with_it([str(refused.value), repr(refused.value), refused.value.detail]) == []


def fall_with(key: str) -> None:
    """A bug with a key in a local variable and in its message."""
    held = {"authorization": f"Bearer {key}"}
    raise RuntimeError(f"cannot send {held}")


def test_a_bug_while_holding_the_key_is_reported_without_it(
    paths: Paths, keys: KnownKeys, log: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bugs: list[Bug] = []
    handlers = CrashHandlers(paths, keys, bugs.append)
    try:
        fall_with(KEY)
    except RuntimeError as error:
        sys.excepthook(RuntimeError, error, error.__traceback__)
        handlers.report(error, f"while sending {KEY}")
        logging.getLogger("desktop_chat.x").exception("with %r", KEY, extra={"key": KEY}, stack_info=True)
    handlers.close()
    assert bugs
    assert key_search.words_with_it(repr(bug) for bug in bugs) == []
    assert key_search.files_with_it(paths.data_dir) == []
    assert key_search.words_with_it(capfd.readouterr()) == []


async def test_no_object_with_the_key_shows_it(keys: KnownKeys, server: HostileServer) -> None:
    environment = take_environment({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.base_url})
    secrets = KeyringSecrets(keys)
    secrets.keep_in_memory("c1", KEY, "https://api.example.org:443")
    async with aclosing(Chat(server.base_url)) as chat:
        chat.secrets.keys["c1"] = KEY
        await chat.send("plain")
        provider = await chat.pool.provider_for("c1")
        client = provider._client
        ours = [keys, environment, secrets, provider, chat.pool, chat.connections, chat.preferences, client]
        alive = [one for one in gc.get_objects() if type(one).__module__.startswith("desktop_chat.")]
        # An error before its translation lives on in the frames of the next one; other tests prove what gets out.
        ours += [one for one in alive if not isinstance(one, BaseException)]
        shown = {type(one).__qualname__ for one in ours if key_search.is_in(_repr(one))}
    assert shown == set()


def _repr(one: object) -> str:
    try:
        return repr(one)
    except (AttributeError, ReferenceError, RuntimeError):
        return ""  # partially constructed or dying, or its Qt object is gone


@pytest.mark.thorough
@pytest.mark.parametrize("how", [(), ("--json",), ("--no-stream",)], ids=["text", "json", "in one piece"])
async def test_ask_does_not_repeat_the_key(how: tuple[str, ...], server: HostileServer, tmp_path: Path) -> None:
    echoes = ["401-echo", "401-echo-cut", "401-echo-in-each-member", "echo-of-the-key-in-an-error"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    words = (sys.executable, "-m", "desktop_chat", "--data-dir", str(tmp_path), "ask", "--base-url", server.base_url)

    async def told(mode: str) -> tuple[bytes, bytes]:
        process = await asyncio.create_subprocess_exec(
            *(*words, "--retries", "0", *how, "--model", mode, "hi"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment | {"OPENAI_API_KEY": KEY, "OPENAI_LOG": "debug"},
        )
        return await process.communicate()

    for out, err in await asyncio.gather(*(told(mode) for mode in echoes)):
        assert b"redacted" in out + err or how == ("--json",), "programs are told the sentence alone"
        assert not key_search.is_in(out)
        assert not key_search.is_in(err)
    assert all(request.headers["authorization"] == f"Bearer {KEY}" for request in server.requests)
    assert key_search.files_with_it(tmp_path) == []


def test_the_search_itself_works(tmp_path: Path) -> None:
    encoded = base64.b64encode(f"user:{KEY}:x".encode())
    finds = [KEY.encode(), KEY[-12:].encode(), encoded, KEY.encode("utf-16-le")]
    for number, find in enumerate(finds):
        (tmp_path / f"{number}").write_bytes(b"before " + find + b" after")
    assert len(key_search.files_with_it(tmp_path)) == len(finds)
    assert key_search.words_with_it([traceback.format_exc(), "nothing of it"]) == []
