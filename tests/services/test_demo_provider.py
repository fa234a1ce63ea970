"""The demo: canned, labelled, over a real socket, and only for this program."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import validate

from desktop_chat.core.ability_errors import ImagesRefused
from desktop_chat.core.call_collector import CallCollector
from desktop_chat.core.deltas import (
    Delta,
    FinishDelta,
    ImageDelta,
    LeftOutDelta,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
    UsageDelta,
)
from desktop_chat.core.entities import Connection, ConnectionKind, Role
from desktop_chat.core.errors import ConnectionLost, ModelNotFound, ProviderFault, WrongAddress
from desktop_chat.core.image_files import format_of
from desktop_chat.core.left_out import LeftOut
from desktop_chat.core.prompt import Prompt, PromptImage, PromptMessage
from desktop_chat.core.running_call import RunningCall
from desktop_chat.core.tool_rounds import REFUSED_RESULT
from desktop_chat.core.tools import CallStatus, Tool, ToolCall
from desktop_chat.services.demo import demo_tools
from desktop_chat.services.demo.demo_image import demo_image
from desktop_chat.services.demo.demo_provider import DemoServer
from desktop_chat.services.demo.demo_replies import MODELS, READING_SPEED, TRIGGERS, reply_for, texts_in, tokens_of
from desktop_chat.services.demo.demo_tools import DEMO_TOOLS, call_demo_tool
from desktop_chat.services.provider.openai_provider import OpenAIProvider
from desktop_chat.services.provider.sdk import Sdk

SDK = Sdk()
LABEL = {"en": "Canned reply.", "zh": "预设回复。"}


class Demo:
    """The demo server with a provider for it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.provider = OpenAIProvider(connection, "", SDK)

    async def ask(self, question: str, model: str = "demo", *, streaming: bool = True, **more: Any) -> list[Delta]:
        messages = (PromptMessage(Role.USER, question, more.pop("images", ())), *more.pop("messages", ()))
        prompt = Prompt(messages, model, streaming=streaming, **more)
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


async def test_a_connection_that_comes_just_before_the_end_is_closed() -> None:
    server = DemoServer()
    demo = await server.start()
    connecting = asyncio.create_task(asyncio.open_connection("127.0.0.1", urlsplit(demo.base_url).port), name="connect")
    while not server._tasks:  # noqa: ASYNC110  (the turn before its first step)
        await asyncio.sleep(0)
    await server.aclose()
    reader, writer = await connecting
    async with asyncio.timeout(60):
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
    writer.close()
    with suppress(ConnectionResetError):
        await writer.wait_closed()


def calls_in(deltas: list[Delta]) -> list[tuple[str, dict[str, Any]]]:
    """Return the name and arguments of each call."""
    calls: list[RunningCall] = []
    collector = CallCollector(calls, 0, lambda _: False)
    for delta in deltas:
        if isinstance(delta, ToolCallDelta):
            collector.take(delta, text_at=0, reasoning_at=0)
    assert len({call.id for call in calls}) == len(calls)
    return [(call.name, json.loads(call.arguments.whole())) for call in calls]


@pytest.mark.parametrize("streaming", [True, False])
async def test_two_tools_are_called_side_by_side(demo: Demo, streaming: bool) -> None:
    deltas = await demo.ask("How is the weather?", tools=DEMO_TOOLS, streaming=streaming)
    assert calls_in(deltas) == [("weather", {"city": "Paris"}), ("weather", {"city": "Tokyo"})]
    assert FinishDelta("tool_calls") in deltas
    assert texts_in("en")["weather_call"] in text(deltas)


async def test_the_cities_of_the_question_are_asked_for(demo: Demo) -> None:
    deltas = await demo.ask("weather in berlin", tools=DEMO_TOOLS)
    assert calls_in(deltas) == [("weather", {"city": "Berlin"})]
    assert [city for _, city in calls_in(await demo.ask("天气", tools=DEMO_TOOLS))] == [
        {"city": "北京"},
        {"city": "上海"},
    ]


async def test_without_tools_the_reply_says_how_to_offer_them(demo: Demo) -> None:
    for word in ("weather", "postcard", "broken", "wait"):
        deltas = await demo.ask(word)
        assert calls_in(deltas) == []
        assert "no tool was offered" in text(deltas)


@pytest.mark.parametrize("word", ["weather", "postcard", "broken", "wait", "天气", "明信片", "故障", "等待"])
async def test_the_answer_uses_what_the_tools_said(demo: Demo, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_tools, "WAIT_S", 0.0)
    asked = calls_in(await demo.ask(word, tools=DEMO_TOOLS))
    tools = {tool.name: tool for tool in DEMO_TOOLS}
    results = []
    for name, arguments in asked:
        validate(arguments, tools[name].schema)
        results.append(await call_demo_tool(tools[name], arguments))
    calls = tuple(
        ToolCall(str(number), name, json.dumps(arguments), CallStatus.DONE, result.text)
        for number, ((name, arguments), result) in enumerate(zip(asked, results, strict=True))
    )
    answer = text(await demo.ask(word, tools=DEMO_TOOLS, messages=(PromptMessage(Role.ASSISTANT, "", calls=calls),)))
    assert all(result.text in answer for result in results)
    assert [result.is_error for result in results] == [word in {"broken", "故障"}] * len(results)


async def test_a_refused_call_is_accepted(demo: Demo) -> None:
    call = ToolCall("1", "send_postcard", "{}", CallStatus.REFUSED, f"{REFUSED_RESULT} Their words: no")
    messages = (PromptMessage(Role.ASSISTANT, "", calls=(call,)),)
    assert text(await demo.ask("postcard", tools=DEMO_TOOLS, messages=messages)) == texts_in("en")["refused"]


async def test_after_the_results_of_another_question_a_new_one_is_answered(demo: Demo) -> None:
    call = ToolCall("1", "wait", "{}", CallStatus.DONE, "Waited.")
    messages = (PromptMessage(Role.ASSISTANT, "", calls=(call,)), PromptMessage(Role.USER, "weather in Paris"))
    assert calls_in(await demo.ask("wait", tools=DEMO_TOOLS, messages=messages)) == [("weather", {"city": "Paris"})]


async def test_an_unknown_tool_of_the_demo_is_an_error() -> None:
    assert (await call_demo_tool(Tool("x", "demo", "x", "", {}, ""), {})).is_error


async def test_the_slow_tool_can_be_stopped() -> None:
    waiting = next(tool for tool in DEMO_TOOLS if tool.name == "wait")
    task = asyncio.create_task(call_demo_tool(waiting, {}), name="wait")
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("streaming", [True, False])
async def test_a_reply_with_an_image(demo: Demo, streaming: bool) -> None:
    deltas = await demo.ask("Draw an image", streaming=streaming)
    (image,) = [delta for delta in deltas if isinstance(delta, ImageDelta)]
    assert (image.media_type, format_of(image.content)) == ("image/png", "png")
    assert text(deltas).endswith(texts_in("en")["image"])


async def test_images_of_a_question_are_counted(demo: Demo) -> None:
    image = PromptImage("image/png", demo_image())
    deltas = await demo.ask("Hello", images=(image, image))
    assert "You attached 2 image(s)" in text(deltas)
    usage = next(delta.usage for delta in deltas if isinstance(delta, UsageDelta))
    assert usage.prompt_tokens == len(tokens_of("Hello"))


async def test_one_model_reads_no_images_and_calls_no_tools(demo: Demo) -> None:
    await demo.provider.models()
    assert (demo.provider.reads_images("demo"), demo.provider.reads_images("demo-text")) == (True, False)
    with pytest.raises(ImagesRefused):
        await demo.ask("Hello", "demo-text", images=(PromptImage("image/png", demo_image()),))
    deltas = await demo.ask("weather", "demo-text", tools=DEMO_TOOLS)
    assert LeftOutDelta((LeftOut.TOOLS,)) in deltas
    assert "no tool was offered" in text(deltas)


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
