"""The demo: canned, labelled, over a real socket, and only for this program."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.deltas import Delta, FinishDelta, ReasoningDelta, TextDelta, UsageDelta
from desktop_chat.core.entities import Connection, ConnectionKind, Role
from desktop_chat.core.errors import ConnectionLost, ModelNotFound, ProviderFault, WrongAddress
from desktop_chat.core.prompt import Prompt, PromptMessage
from desktop_chat.services.demo.demo_provider import DemoServer
from desktop_chat.services.demo.demo_replies import MODELS, READING_SPEED, TRIGGERS, reply_for, texts_in, tokens_of
from desktop_chat.services.provider.openai_provider import OpenAIProvider
from desktop_chat.services.provider.sdk import Sdk

SDK = Sdk()
LABEL = {"en": "Canned reply.", "zh": "预设回复。"}


class Demo:
    """The demo server with a provider for it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.provider = OpenAIProvider(connection, "", SDK)

    async def ask(self, question: str, model: str = "demo", *, streaming: bool = True) -> list[Delta]:
        prompt = Prompt((PromptMessage(Role.USER, question),), model, streaming=streaming)
        return [delta async for delta in self.provider.stream(prompt)]


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    server = DemoServer(speed=1_000)
    demo = Demo(await server.start())
    yield demo
    await demo.provider.aclose()
    await server.aclose()
    await server.aclose()


def text(deltas: list[Delta], kind: type[TextDelta | ReasoningDelta] = TextDelta) -> str:
    return "".join(delta.text for delta in deltas if isinstance(delta, kind))


async def test_the_connection(demo: Demo) -> None:
    assert (demo.connection.id, demo.connection.name) == ("demo", "Demo (no AI)")
    assert demo.connection.kind is ConnectionKind.DEMO
    assert demo.connection.default_model in await demo.provider.models() == list(MODELS)


@pytest.mark.parametrize(("question", "label"), [("Hello", LABEL["en"]), ("你好", LABEL["zh"])])
async def test_a_reply(question: str, label: str, demo: Demo) -> None:
    for streaming in (True, False):
        deltas = await demo.ask(question, streaming=streaming)
        assert label in text(deltas)
        assert text(deltas) == reply_for("demo", question).text
        assert FinishDelta("stop") in deltas
        assert any(isinstance(delta, UsageDelta) and delta.usage.completion_tokens for delta in deltas)


async def test_reasoning_is_separate(demo: Demo) -> None:
    deltas = await demo.ask("hello", "demo-reasoning")
    assert text(deltas, ReasoningDelta) == texts_in("en")["thoughts"]


async def test_a_cut_off_reply(demo: Demo) -> None:
    assert FinishDelta("length") in await demo.ask("cut it")


async def test_an_error_after_some_words(demo: Demo) -> None:
    arrived: list[Delta] = []
    prompt = Prompt((PromptMessage(Role.USER, "x"),), "demo-error")

    async def ask() -> None:
        async for delta in demo.provider.stream(prompt):
            arrived.append(delta)  # noqa: PERF401 -- keeps what came before the error

    with pytest.raises(ProviderFault, match="canned error"):
        await ask()
    assert LABEL["en"] in text(arrived)


async def test_an_unknown_model(demo: Demo) -> None:
    with pytest.raises(ModelNotFound):
        await demo.ask("hello", "gpt")


async def test_other_programs_get_no_answer(demo: Demo) -> None:
    address = re.sub(r"/[^/]+/v1$", "/guessed/v1", demo.connection.base_url)
    stranger = OpenAIProvider(Connection("s", "Stranger", address), "", SDK)
    with pytest.raises(WrongAddress):
        await stranger.models()
    await stranger.aclose()


@pytest.mark.parametrize("sent", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b""])
async def test_invalid_requests_are_ignored(sent: bytes, demo: Demo) -> None:
    port = int(demo.connection.base_url.split(":")[2].split("/")[0])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    writer.write_eof()
    assert await reader.read() == b""
    writer.close()
    assert await demo.provider.models()


async def asked(server: DemoServer) -> None:
    async with asyncio.timeout(60):
        while not server._tasks:  # noqa: ASYNC110  (there is no event for it)
            await asyncio.sleep(0.01)


async def test_stop_ends_the_reply_at_the_server() -> None:
    server = DemoServer()
    demo = Demo(await server.start())
    task = asyncio.create_task(demo.ask("a long one"), name="ask")
    await asked(server)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    if server._tasks:
        _, pending = await asyncio.wait(tuple(server._tasks), timeout=20)
        assert not pending
    await demo.provider.aclose()
    await server.aclose()


async def test_closing_aborts_running_replies() -> None:
    server = DemoServer()
    demo = Demo(await server.start())
    task = asyncio.create_task(demo.ask("slow"), name="ask")
    await asked(server)
    await server.aclose()
    with pytest.raises(ConnectionLost):
        await task
    await demo.provider.aclose()


@given(st.text(), st.sampled_from(MODELS))
def test_every_question_has_a_labelled_reply(question: str, model: str) -> None:
    reply = reply_for(model, question)
    assert reply.text.startswith((texts_in("en")["notice"], texts_in("zh")["notice"]))
    assert reply.error or reply.finish_reason


@given(st.text())
def test_tokens_join_to_the_text(source: str) -> None:
    assert "".join(tokens_of(source)) == source


def test_every_kind_can_be_requested_in_both_languages() -> None:
    assert set(texts_in("en")) == set(texts_in("zh"))
    for kind, (word, *_) in TRIGGERS.items():
        assert reply_for("demo", word).text.removeprefix(texts_in("en")["notice"]).startswith(texts_in("en")[kind])
        chinese = next(word for word in TRIGGERS[kind] if not word.isascii())
        assert reply_for("demo", chinese).text.removeprefix(texts_in("zh")["notice"]).startswith(texts_in("zh")[kind])
        assert f"`{word}`" in texts_in("en")["help"]
        assert any(f"`{other}`" in texts_in("zh")["help"] for other in TRIGGERS[kind])


def test_the_pace() -> None:
    assert 60 <= READING_SPEED <= 80
    assert len(tokens_of(reply_for("demo-long", "x").text)) > 4_000
