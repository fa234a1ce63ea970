"""What is told of recorded requests: all of the question, and the answer while it arrives, over real sockets."""

from __future__ import annotations

import asyncio
import base64
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from endpoint_world import BEARER, World, endpoint, question
from hostile_server import HostileServer
from prompt_loop import PromptLoop

from desktop_chat.core.attachments import Attachment
from desktop_chat.core.caller_record import AnswerPiece, AskedCall, AskedMessage
from desktop_chat.core.deltas import (
    FinishDelta,
    ImageDelta,
    ReasoningDelta,
    RecastDelta,
    RefusalDelta,
    SourcesDelta,
    TextDelta,
    ToolCallDelta,
    UsageDelta,
)
from desktop_chat.core.endpoint_control import AnswerGrew, QuestionAnswered, QuestionAsked
from desktop_chat.core.entities import Api, Role, Status, Usage
from desktop_chat.core.errors import StoreFull
from desktop_chat.core.prompt import PromptImage, PromptMessage
from desktop_chat.services.endpoint import recorded_question
from desktop_chat.services.endpoint.answer_recorder import INTERVAL_S, LARGE_ANSWER, LONGEST_TEXT, AnswerRecorder
from desktop_chat.services.endpoint.recorded_question import LONGEST_OTHER, QuestionReader
from desktop_chat.services.memory_blobs import MemoryBlobs
from desktop_chat.services.provider import reply_reader
from desktop_chat.services.provider.dialects import DIALECTS

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n not really").decode()
DATA = f"data:image/png;base64,{PNG}"
CHAT = DIALECTS[Api.CHAT_COMPLETIONS]


class FullBlobs(MemoryBlobs):
    """A disk that is full."""

    async def put(self, content: bytes) -> str:
        raise StoreFull(str(len(content)))


def answers_in(told: list[Any]) -> list[AnswerPiece]:
    return [piece for event in told if isinstance(event, AnswerGrew) for piece in event.pieces]


def text_in(pieces: list[AnswerPiece]) -> str:
    return "".join(piece.text for piece in pieces if isinstance(piece, TextDelta))


async def record(
    world: World, path: str, body: dict[str, Any]
) -> tuple[QuestionAsked, list[AnswerPiece], QuestionAnswered]:
    """Ask while requests are recorded; return what is told of it."""
    world.told.clear()
    world.server.requests.records = True
    assert (await world.post(path, body)).status_code == 200
    [asked] = [event for event in world.told if isinstance(event, QuestionAsked)]
    [answered] = [event for event in world.told if isinstance(event, QuestionAnswered)]
    assert asked.id == answered.id
    return asked, answers_in(world.told), answered


async def test_what_is_recorded_is_what_was_said(world: World) -> None:
    asked, pieces, answered = await record(world, "/v1/chat/completions", question("reasoning"))
    assert asked.messages == (AskedMessage("user", "hi"),)
    assert (text_in(pieces), answered.status) == ("Hello", "complete")
    assert any(isinstance(piece, ReasoningDelta) for piece in pieces)
    assert pieces[-1] == FinishDelta("stop")
    asked, pieces, _ = await record(world, "/api/chat/stream", {"message": "hi", "system": "be kind"})
    assert asked.messages == (AskedMessage("system", "be kind"), AskedMessage("user", "hi"))
    assert (text_in(pieces), pieces[-1]) == ("Hello", FinishDelta("stop"))
    world.told.clear()
    world.server.requests.records = False
    await world.post("/api/chat/stream", {"message": "hi"})
    assert not any(isinstance(event, QuestionAsked | AnswerGrew | QuestionAnswered) for event in world.told)


async def test_an_answer_in_one_piece_is_recorded_too(world: World) -> None:
    _, pieces, answered = await record(world, "/v1/chat/completions", question("whole", stream=False))
    assert (text_in(pieces), answered.status) == ("Hello", "complete")


async def test_tool_calls_and_images_of_an_answer_are_recorded(world: World) -> None:
    _, pieces, answered = await record(world, "/v1/chat/completions", question("image-with-calls"))
    [image] = [piece for piece in pieces if isinstance(piece, Attachment)]
    assert await world.blobs.read(image.sha256)
    assert (image.media_type, image.name) == ("image/png", "image-1.png")
    called = [piece for piece in pieces if isinstance(piece, ToolCallDelta)]
    assert {piece.call_id for piece in called if piece.call_id} == {"a"}
    assert json.loads("".join(piece.arguments for piece in called))
    assert (pieces[-1], answered.status) == (FinishDelta("tool_calls"), "complete")


async def test_embeddings_are_no_conversation(world: World) -> None:
    world.server.requests.records = True
    await world.post("/v1/embeddings", {"model": "plain", "input": "words"})
    assert not any(isinstance(event, QuestionAsked) for event in world.told)


@pytest.mark.parametrize("path", ["/api/chat/stream", "/v1/chat/completions"])
async def test_what_has_arrived_is_told_while_the_answer_runs(world: World, path: str) -> None:
    world.server.requests.records = True
    arrived = asyncio.Event()

    class Told(list[Any]):
        def append(self, event: Any) -> None:
            super().append(event)
            if isinstance(event, AnswerGrew):
                arrived.set()

    told = Told()
    world.server.requests._tell = told.append
    body = {"message": "hi", **question("silence-after-text")} if path.startswith("/v1") else {"message": "hi"}
    body["model"] = "silence-after-text"
    async with world.client.stream("POST", path, json=body, headers=BEARER):
        async with asyncio.timeout(20):
            await arrived.wait()
        assert text_in(answers_in(told)).startswith("H")
        assert not any(isinstance(event, QuestionAnswered) for event in told)


# --- the question


def body_of(*messages: dict[str, Any]) -> dict[str, Any]:
    return {"messages": list(messages)}


def image_part(url: object) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


CALL = {"id": "a", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Oslo"}'}}
QUESTIONS: list[tuple[dict[str, Any], list[AskedMessage]]] = [
    ({"input": "hi", "instructions": "be kind"}, [AskedMessage("system", "be kind"), AskedMessage("user", "hi")]),
    ({"messages": 7}, []),
    ({}, []),
    (body_of({"role": "user", "content": None}), [AskedMessage("user")]),
    (
        body_of({"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "input_text", "text": "b"}, "c"]}),
        [AskedMessage("user", "a\n\nb\n\nc")],
    ),
    (
        body_of({"role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]}),
        [AskedMessage("assistant", "no")],
    ),
    (
        body_of(
            {"role": "assistant", "content": None, "tool_calls": [CALL, 7]},
            {"role": "tool", "tool_call_id": "a", "content": "Rain."},
        ),
        [
            AskedMessage("assistant", calls=(AskedCall("a", "weather", '{"city": "Oslo"}'),)),
            AskedMessage("tool", "Rain.", call_id="a"),
        ],
    ),
    (
        body_of({"role": "assistant", "function_call": {"name": "old", "arguments": "{}"}}),
        [AskedMessage("assistant", calls=(AskedCall("", "old", "{}"),))],
    ),
    (
        body_of(
            {
                "role": "assistant",
                "tool_calls": [{"id": "c", "type": "custom", "custom": {"name": "run", "input": "ls"}}],
            }
        ),
        [AskedMessage("assistant", calls=(AskedCall("c", "run", "ls"),))],
    ),
    (
        body_of({"role": "assistant", "tool_calls": [{"id": "d", "type": "odd"}]}),
        [AskedMessage("assistant", calls=(AskedCall("d", "odd", '{"id": "d", "type": "odd"}'),))],
    ),
    (
        {
            "input": [
                {"role": "user", "content": [{"type": "input_text", "text": "hi"}]},
                {"type": "function_call", "call_id": "a", "name": "weather", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "a", "output": {"sky": "grey"}},
                {"type": "reasoning", "id": "r"},
                "odd",
            ]
        },
        [
            AskedMessage("user", "hi"),
            AskedMessage("assistant", calls=(AskedCall("a", "weather", "{}"),)),
            AskedMessage("tool", '{"sky": "grey"}', call_id="a"),
            AskedMessage("assistant", '{"type": "reasoning", "id": "r"}'),
            AskedMessage("user", '"odd"'),
        ],
    ),
    (
        body_of({"role": "user", "content": [image_part("https://elsewhere.example/x.png")]}),
        [AskedMessage("user", json.dumps(image_part("https://elsewhere.example/x.png")))],
    ),
    (
        body_of({"role": "user", "content": [image_part("data:image/png;base64,?")]}),
        [AskedMessage("user", json.dumps(image_part("data:image/png;base64,?")))],
    ),
    (
        body_of({"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "x" * 1_000, "n": [1]}}]}),
        [
            AskedMessage(
                "user",
                json.dumps(
                    {"type": "input_audio", "input_audio": {"data": f"{'x' * LONGEST_OTHER}... (1,000)", "n": [1]}}
                ),
            )
        ],
    ),
]


@pytest.mark.parametrize(("body", "messages"), QUESTIONS, ids=lambda value: str(value)[:60])
async def test_all_of_a_question_is_recorded(body: dict[str, Any], messages: list[AskedMessage]) -> None:
    assert await QuestionReader(MemoryBlobs()).of_body(body) == tuple(messages)


@pytest.mark.parametrize(
    "part", [image_part(DATA), {"type": "input_image", "image_url": DATA}], ids=["chat completions", "responses"]
)
async def test_an_image_is_kept_as_a_blob(part: dict[str, Any]) -> None:
    blobs = MemoryBlobs()
    text = {"type": "text", "text": "what?"}
    [asked] = await QuestionReader(blobs).of_body(body_of({"role": "user", "content": [part, text]}))
    [image] = asked.images
    assert asked.text == "what?"
    assert base64.b64encode(await blobs.read(image.sha256)).decode() == PNG


async def test_a_result_may_have_images() -> None:
    entry = {"role": "tool", "tool_call_id": "a", "content": [image_part(DATA)]}
    [asked] = await QuestionReader(MemoryBlobs()).of_body(body_of(entry))
    assert (asked.call_id, len(asked.images)) == ("a", 1)


@pytest.mark.parametrize("way", ["too many", "disk full"])
async def test_an_image_that_cannot_be_kept_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    if way == "too many":
        monkeypatch.setattr(recorded_question, "MAX_IMAGES", 0)
    blobs = FullBlobs() if way == "disk full" else MemoryBlobs()
    [asked] = await QuestionReader(blobs).of_body(body_of({"role": "user", "content": [image_part(DATA)]}))
    assert (asked.images, "image_url" in asked.text) == ((), True)
    image = PromptImage("image/png", b"x")
    [asked] = await QuestionReader(blobs).of_prompt([PromptMessage(Role.USER, "what?", (image,))])
    assert (asked.images, asked.text) == ((), "what?\n\n[image/png]")


async def test_an_image_of_the_contract_is_kept() -> None:
    blobs = MemoryBlobs()
    [asked] = await QuestionReader(blobs).of_prompt([PromptMessage(Role.USER, "", (PromptImage("image/png", b"x"),))])
    assert await blobs.read(asked.images[0].sha256) == b"x"


# --- the answer, piece by piece


def test_pieces_are_told_four_times_a_second_and_joined() -> None:
    told: list[tuple[float, AnswerGrew]] = []

    async def story() -> None:
        loop = asyncio.get_running_loop()
        recorder = AnswerRecorder("1", MemoryBlobs(), lambda event: told.append((loop.time(), event)))
        for number in range(10):
            await recorder.take([TextDelta(str(number)), UsageDelta(Usage(1, 1))])
            await asyncio.sleep(0.1)
        await asyncio.sleep(60)
        await recorder.take([ReasoningDelta("h"), ReasoningDelta("m"), RecastDelta(), TextDelta("x")])
        assert recorder.end(Status.COMPLETE) is Status.COMPLETE
        await asyncio.sleep(60)

    with asyncio.Runner(loop_factory=PromptLoop) as runner:
        runner.run(story())
    assert told[-1][1].pieces == (ReasoningDelta("hm"), RecastDelta(), TextDelta("x"))
    assert "".join(event.pieces[0].text for _, event in told[:-1]) == "0123456789"
    times = [at for at, _ in told]
    assert len(times) == 5, "nothing is told of silence"
    assert all(after - before >= INTERVAL_S for before, after in pairwise(times))
    assert times[0] == pytest.approx(INTERVAL_S)


async def test_a_part_with_an_odd_type_is_recorded_as_json() -> None:
    body = {"messages": [{"role": "user", "content": [{"type": {"odd": 1}, "text": "Hi"}]}]}
    [message] = await QuestionReader(MemoryBlobs()).of_body(body)
    assert message.text == '{"type": {"odd": 1}, "text": "Hi"}'


async def test_deeply_nested_content_is_recorded_to_a_depth() -> None:
    content: list[Any] = []
    for _ in range(900):
        content = [content]
    [message] = await QuestionReader(MemoryBlobs()).of_body({"messages": [{"role": "user", "content": [content]}]})
    assert "[[[" in message.text
    assert "..." in message.text


async def test_long_pieces_are_told_in_several_events() -> None:
    told: list[AnswerGrew] = []
    recorder = AnswerRecorder("1", MemoryBlobs(), told.append)
    long, arguments = "x" * (2 * LONGEST_TEXT + 1), "y" * (LONGEST_TEXT + 5)
    await recorder.take([TextDelta(long), RefusalDelta("no"), ToolCallDelta(0, "a", "run", arguments)])
    await recorder.take([SourcesDelta(()), FinishDelta("stop")])
    recorder.flush()
    pieces = answers_in(told)
    assert text_in(pieces) == long
    calls = [piece for piece in pieces if isinstance(piece, ToolCallDelta)]
    assert ("".join(call.arguments for call in calls), [call.name for call in calls]) == (arguments, ["run", ""])
    assert max(sum(len(getattr(each, "text", "")) for each in event.pieces) for event in told) <= LONGEST_TEXT
    assert len(told) >= 4


async def test_an_image_that_cannot_be_stored_is_said(caplog: pytest.LogCaptureFixture) -> None:
    told: list[AnswerGrew] = []
    recorder = AnswerRecorder("1", FullBlobs(), told.append)
    await recorder.take([ImageDelta("image/png", b"12345")])
    recorder.flush()
    assert text_in(answers_in(told)).strip() == "[image/png, 5 B]"
    assert "store_full" in caplog.text


async def test_a_large_answer_in_one_piece_is_read_on_a_thread() -> None:
    told: list[AnswerGrew] = []
    recorder = AnswerRecorder("1", MemoryBlobs(), told.append)
    text = "x" * LARGE_ANSWER
    choice = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    await recorder.read_whole(json.dumps({"choices": [choice]}).encode(), CHAT)
    assert recorder.end(Status.COMPLETE) is Status.COMPLETE
    assert text_in(answers_in(told)) == text


async def test_an_endless_answer_is_recorded_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply_reader, "MAX_REPLY_BYTES", 1_000)
    told: list[AnswerGrew] = []
    recorder = AnswerRecorder("1", MemoryBlobs(), told.append)
    chunk = b'data: {"choices": [{"index": 0, "delta": {"content": "0123456789"}}]}\n\n'
    for _ in range(100):
        await recorder.read(chunk, CHAT)
    assert recorder.end(Status.COMPLETE) is Status.TRUNCATED
    assert 100 < len(text_in(answers_in(told))) < 1_000


async def test_a_large_image_in_the_middle_of_a_stream_stays_in_its_place(
    server: HostileServer, tmp_path: Path
) -> None:
    async with endpoint(server.base_url, tmp_path) as world:
        _, pieces, _ = await record(world, "/api/chat/stream", {"message": "hi", "model": "image-in-content"})
    kinds = [type(piece) for piece in pieces]
    assert kinds == [TextDelta, Attachment, FinishDelta]
