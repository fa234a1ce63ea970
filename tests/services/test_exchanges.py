"""The request inspector's record: what was sent, what came back and when, and never a key."""

from __future__ import annotations

import asyncio
import json
import shutil
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hostile_chat import SDK
from hostile_dialects import DONE, chunk
from hostile_server import HostileServer
from turn_world import SCRIPTS, Step, says

from desktop_chat.core import exchange_formats
from desktop_chat.core.entities import Api, Connection, Role
from desktop_chat.core.errors import AuthenticationFailed, ConnectionRefused
from desktop_chat.core.exchange_formats import as_curl, as_node, as_python, har_of, phases_of, request_json
from desktop_chat.core.exchanges import Exchange, ExchangeLog, Mark, timed_events
from desktop_chat.core.prompt import Prompt, PromptImage, PromptMessage
from desktop_chat.services.provider.openai_provider import OpenAIProvider
from desktop_chat.services.provider.sdk import Sdk
from desktop_chat.services.secrets.redact import redact

TLS = Path(__file__).parents[1] / "data" / "tls"
KEY = "sk-inspected/Key+with=signs-0123456789"
SECRET_HEADER = "tenant-secret-4711"
WORDS = PromptMessage(Role.USER, 'Grüß Gott, 你好; it\'s "quoted"')
PROMPT = Prompt((WORDS,), "plain", reply_id="r1")


@pytest.fixture
async def log() -> ExchangeLog:
    return ExchangeLog()


@pytest.fixture
async def provider(server: HostileServer, log: ExchangeLog) -> AsyncIterator[OpenAIProvider]:
    connection = Connection("c1", "Here", server.base_url, (("X-Tenant", SECRET_HEADER),))
    async with aclosing(OpenAIProvider(connection, KEY, SDK, log)) as provider:
        yield provider


async def ask(provider: OpenAIProvider, prompt: Prompt = PROMPT) -> None:
    async for _ in provider.stream(prompt):
        pass


def script(*steps: Step) -> Prompt:
    SCRIPTS[:] = [steps]
    return replace(PROMPT, model="scripted")


async def test_a_request_and_its_answer_byte_for_byte(
    provider: OpenAIProvider, server: HostileServer, log: ExchangeLog
) -> None:
    steps = says(Api.CHAT_COMPLETIONS, "Hello")
    await ask(provider, script(*steps))
    (exchange,) = log.of("r1")
    assert json.loads(request_json(exchange)) == server.requests[0].body
    assert exchange.content.decode() == "".join(steps)
    assert exchange.url == f"{server.base_url}/chat/completions"
    assert (exchange.status, exchange.header("content-type")) == (200, "text/event-stream")
    assert (exchange.finish_reason, exchange.error_code, exchange.is_stopped) == ("stop", "", False)
    assert {name.lower(): value for name, value in exchange.request_headers}["x-tenant"] == SECRET_HEADER
    times = [exchange.marks[mark] for mark in (Mark.CONNECTED, Mark.SENT, Mark.ANSWERED, Mark.FIRST_BYTE, Mark.ENDED)]
    assert times == sorted(times)
    assert Mark.SECURED not in exchange.marks
    assert [event.text for event in timed_events(exchange.pieces)] == [step.strip() for step in steps]


@pytest.fixture
async def secure() -> AsyncIterator[str]:
    """Serve one short reply again and again over connections that stay open; yields the address."""
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(TLS / "server.pem", TLS / "server-test-only-key.pem")
    body = "".join(says(Api.CHAT_COMPLETIONS, "Hello"))
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nX-Request-Id: q7\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            while asked := (await reader.readuntil(b"\r\n\r\n")).lower():
                length = int(asked.partition(b"content-length: ")[2].split(b"\r\n")[0])
                await reader.readexactly(length)
                writer.write((head + body).encode())
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=server_side)
    yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    server.close()


async def test_the_handshake_is_a_phase_of_the_first_request_only(log: ExchangeLog, secure: str) -> None:
    connection = Connection("c1", "Secure", secure)
    async with aclosing(OpenAIProvider(connection, KEY, Sdk(str(TLS / "ca.pem")), log)) as provider:
        await ask(provider)
        await ask(provider)
    first, second = log.of("r1")
    assert first.marks[Mark.CONNECTED] < first.marks[Mark.SECURED] < first.marks[Mark.SENT]
    assert first.request_id == "q7"
    timings = json.loads("".join(har_of([first], "1")))["log"]["entries"][0]["timings"]
    assert timings["ssl"] > 0
    parts = [timings[name] for name in ("dns", "connect", "send", "wait", "receive") if timings[name] >= 0]
    assert sum(parts) == pytest.approx(first.marks[Mark.ENDED] * 1000, abs=0.01)
    assert [mark for mark, _, _ in phases_of(second)][:2] == [Mark.SENT, Mark.ANSWERED]
    assert json.loads("".join(har_of([second], "1")))["log"]["entries"][0]["timings"]["connect"] == -1


async def test_each_event_has_the_time_at_which_it_was_read(provider: OpenAIProvider, log: ExchangeLog) -> None:
    gate = asyncio.Event()
    stream = provider.stream(script(chunk(content="one"), gate, chunk(content="two"), chunk("stop"), DONE))
    async with aclosing(stream):
        await anext(stream)
        (exchange,) = log.of("r1")
        assert not exchange.ended
        clock = exchange.clock
        exchange.clock = lambda: clock() + 100
        gate.set()
        async for _ in stream:
            pass
    one, two, *_ = timed_events(exchange.pieces)
    assert one.at_s < 100 < two.at_s
    assert exchange.marks[Mark.FIRST_TOKEN] < 100 < exchange.marks[Mark.ENDED]


async def test_an_error_keeps_its_answer(provider: OpenAIProvider, log: ExchangeLog) -> None:
    with pytest.raises(AuthenticationFailed):
        await ask(provider, replace(PROMPT, model="401"))
    (exchange,) = log.of("r1")
    assert (exchange.status, exchange.error_code) == (401, AuthenticationFailed.code)
    assert b"Incorrect API key provided" in exchange.content
    assert exchange.ended


async def test_a_server_that_is_not_there(log: ExchangeLog) -> None:
    connection = Connection("c1", "Nowhere", "http://127.0.0.1:9/v1")
    async with aclosing(OpenAIProvider(connection, "", SDK, log)) as provider:
        with pytest.raises(ConnectionRefused):
            await ask(provider)
    (exchange,) = log.of("r1")
    assert (exchange.status, exchange.error_code, exchange.ended) == (0, ConnectionRefused.code, True)
    assert (
        json.loads("".join(har_of([exchange], "1")))["log"]["entries"][0]["response"]["_error"]
        == ConnectionRefused.code
    )


async def test_a_stop_is_told_from_an_end(provider: OpenAIProvider, log: ExchangeLog) -> None:
    stream = provider.stream(script(chunk(content="one"), asyncio.Event()))
    async with aclosing(stream):
        await anext(stream)
    (exchange,) = log.of("r1")
    assert (exchange.is_stopped, exchange.ended, exchange.finish_reason) == (True, True, None)


async def test_each_attempt_without_a_refused_part_is_an_exchange(provider: OpenAIProvider, log: ExchangeLog) -> None:
    await ask(provider, replace(PROMPT, model="no-temperature-for-model", temperature=0.5))
    statuses = [exchange.status for exchange in log.of("r1")]
    assert statuses[-1] == 200
    assert set(statuses[:-1]) == {400}


async def test_what_fills_no_reply_is_not_kept(provider: OpenAIProvider, log: ExchangeLog) -> None:
    await ask(provider, replace(PROMPT, reply_id=""))
    assert log.of("") == []


async def test_the_same_request_again(provider: OpenAIProvider, server: HostileServer, log: ExchangeLog) -> None:
    await ask(provider, replace(PROMPT, temperature=0.25))
    other = Prompt((PromptMessage(Role.USER, "something else"),), "plain", reply_id="r2")
    await ask(provider, replace(other, exact_body=log.of("r1")[0].body))
    first, again = server.requests
    assert again.body == first.body


async def test_no_key_is_in_anything_that_is_shown_or_saved(provider: OpenAIProvider, log: ExchangeLog) -> None:
    said = PromptMessage(Role.USER, f"my key is {KEY}")
    steps = (chunk(content=f"so {KEY} is it"), chunk("stop"), DONE)
    await ask(provider, replace(script(*steps), messages=(said,)))
    exchanges = log.of("r1")
    for text in (
        "".join(har_of(exchanges, "1")),
        *(make(exchanges[0]) for make in (request_json, as_curl, as_python, as_node)),
    ):
        assert KEY not in text
        assert "Key+with" not in text
        assert SECRET_HEADER not in text


@pytest.mark.parametrize("indented", [True, False])
def test_a_long_request_is_searched_for_keys_in_pieces_that_cut_none(indented: bool) -> None:
    """All of it at once would hold the interpreter's lock for a second."""
    texts = [f"{number} {KEY} {'x' * (number % 977)}" for number in range(300)]
    searched: list[str] = []

    def hide(text: str) -> str:
        searched.append(text)
        return redact(text, (KEY,))

    body = {"messages": [{"role": "user", "content": text} for text in texts], "stream": True}
    exchange = Exchange("r1", "c1", "Here", Api.CHAT_COMPLETIONS, "m", "http://127.0.0.1:9/v1", body, hide=hide)
    with patch.object(exchange_formats, "_GROUP", 100):
        text = request_json(exchange, indented=indented)
        archive = "".join(har_of([exchange], "1"))
    assert max(map(len, searched)) < 1_300
    layout: dict[str, Any] = {"indent": 2} if indented else {"separators": (",", ":")}
    assert text == redact(json.dumps(body, **layout), (KEY,))
    assert KEY not in text + archive
    sent = json.loads(archive)["log"]["entries"][0]["request"]
    assert json.loads(sent["postData"]["text"]) == json.loads(text)
    assert sent["bodySize"] == len(sent["postData"]["text"].encode())


def needing(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"needs {program}")


@pytest.mark.parametrize(
    "make",
    [pytest.param(as_curl, marks=needing("curl")), as_python, pytest.param(as_node, marks=needing("node"))],
)
async def test_a_copied_program_sends_the_same_request(
    provider: OpenAIProvider, server: HostileServer, log: ExchangeLog, make: object, tmp_path: Path
) -> None:
    image = PromptImage("image/png", b"\x89PNG" * 50)
    asked = replace(PROMPT, messages=(replace(WORDS, images=(image,)),), model="plain")
    await ask(provider, asked)
    program = make(log.of("r1")[0])  # type: ignore[operator]
    file = tmp_path / {as_curl: "ask.sh", as_python: "ask.py", as_node: "ask.mjs"}[make]  # type: ignore[index]
    file.write_text(program, encoding="utf-8")
    command: Sequence[str] = {".sh": ["sh"], ".py": [sys.executable], ".mjs": ["node"]}[file.suffix]
    done = await asyncio.to_thread(
        subprocess.run, [*command, file], env={"PATH": "/usr/bin:/bin", "API_KEY": "sk-mine"}, capture_output=True,
        timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.endswith(b"[DONE]\n\n")
    first, again = server.requests
    assert again.body == first.body
    assert again.headers["authorization"] == "Bearer sk-mine"
    assert again.headers["content-type"] == "application/json"


async def test_what_was_sent_counts_as_held(provider: OpenAIProvider, server: HostileServer, log: ExchangeLog) -> None:
    image = PromptMessage(Role.USER, "look", (PromptImage("image/png", bytes(30_000)),))
    for messages in ((PromptMessage(Role.USER, "x" * 50_000),), (image,)):
        await ask(provider, replace(PROMPT, messages=messages))
        exchange = log.of("r1")[-1]
        assert exchange.sent == int(server.requests[-1].headers["content-length"]) > 40_000
        assert exchange.sent + exchange.received < exchange.size < exchange.sent + exchange.received + 5_000


def exchange_of(reply_id: str, sent: int = 0, pieces: int = 0, messages: int = 0) -> Exchange:
    body = {"messages": [{"role": "user", "content": ""}] * messages}
    exchange = Exchange(reply_id, "c", "C", Api.CHAT_COMPLETIONS, "m", "http://h/v1/chat/completions", body, str)
    exchange.sent = sent
    for _ in range(pieces):
        exchange.take(bytes(10))
    return exchange


def test_old_exchanges_make_room_but_the_newest_stays() -> None:
    log = ExchangeLog(most_bytes=2_500, most=3)
    for number in range(4):
        log.add(exchange_of(str(number)))
    assert [len(log.of(str(number))) for number in range(4)] == [0, 1, 1, 1]
    log.add(exchange_of("sent", sent=2_000))
    log.add(exchange_of("more", sent=2_000))
    assert (len(log.of("3")), len(log.of("sent")), len(log.of("more"))) == (0, 0, 1)
    log.add(exchange_of("too large", sent=9_000))
    assert (len(log.of("more")), len(log.of("too large"))) == (0, 1)


@pytest.mark.parametrize("held", [{"pieces": 20}, {"messages": 20}])
def test_small_pieces_and_messages_count_with_what_surrounds_them(held: dict[str, int]) -> None:
    """A slow stream comes in pieces of a few bytes, and a message of one word takes a dict as well."""
    exchange = exchange_of("r", **held)
    pieces = sum(8 + sum(map(sys.getsizeof, (piece, *piece))) for piece in exchange.pieces)
    messages = sum(8 + sys.getsizeof(dict(message)) for message in exchange.body["messages"])
    assert exchange.size == pytest.approx(pieces + messages, rel=0.3)
    log = ExchangeLog(most_bytes=5_000)
    log.add(exchange_of("old", **held))
    log.add(exchange_of("new", **held))
    assert (len(log.of("old")), len(log.of("new"))) == (0, 1)
