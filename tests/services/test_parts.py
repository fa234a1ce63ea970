"""Tool calls and images in all shapes in which servers send them, through the real provider, streamed over a socket."""

from __future__ import annotations

import json
from contextlib import aclosing

import pytest
from hostile_chat import chat_with
from hostile_parts import PARTS, PIXELS, Parts
from hostile_server import HostileServer
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.call_collector import CallCollector
from desktop_chat.core.deltas import Delta, FinishDelta, ImageDelta, SkippedDelta, TextDelta, ToolCallDelta
from desktop_chat.core.entities import Api, Connection, Role, Status
from desktop_chat.core.finish_reasons import Ending, ending_of
from desktop_chat.core.prompt import Prompt, PromptMessage
from desktop_chat.core.running_call import RunningCall
from desktop_chat.core.tools import CallStatus, ToolResult
from desktop_chat.services.provider.dialects import DIALECTS
from desktop_chat.services.provider.openai_provider import OpenAIProvider
from desktop_chat.services.provider.reply_reader import ReplyReader
from desktop_chat.services.provider.sdk import Sdk

SDK = Sdk()


def collected(deltas: list[Delta]) -> list[tuple[str, str, str]]:
    """Return the id, name and arguments of each call; the id is empty if it was made up here."""
    calls: list[RunningCall] = []
    collector = CallCollector(calls, 0, lambda _: False)
    sent = {delta.call_id for delta in deltas if isinstance(delta, ToolCallDelta)}
    for delta in deltas:
        if isinstance(delta, ToolCallDelta):
            collector.take(delta, text_at=0, reasoning_at=0)
    return [(call.id if call.id in sent else "", call.name, call.arguments.whole()) for call in calls]


def text_of(deltas: list[Delta]) -> str:
    return "".join(delta.text for delta in deltas if isinstance(delta, TextDelta))


@pytest.mark.parametrize("parts", PARTS, ids=lambda parts: parts.mode)
async def test_parts(parts: Parts, server: HostileServer) -> None:
    api = Api.RESPONSES if parts.mode.startswith("r-") else Api.CHAT_COMPLETIONS
    connection = Connection("c1", "Here", server.base_url, api=api)
    prompt = Prompt((PromptMessage(Role.USER, "hi"),), parts.mode, streaming=parts.kind != "application/json")
    async with aclosing(OpenAIProvider(connection, "", SDK)) as provider:
        deltas = [delta async for delta in provider.stream(prompt)]
    assert collected(deltas) == list(parts.calls)
    assert [delta.media_type for delta in deltas if isinstance(delta, ImageDelta)] == list(parts.images)
    assert all(delta.content == PIXELS for delta in deltas if isinstance(delta, ImageDelta))
    assert text_of(deltas) == parts.text
    assert sum(delta.count for delta in deltas if isinstance(delta, SkippedDelta)) == parts.skipped
    reasons = [delta.reason for delta in deltas if isinstance(delta, FinishDelta)]
    assert reasons == ["stop" if api is Api.RESPONSES else parts.finish]
    assert ending_of(reasons[0]) is Ending.NORMAL


@pytest.mark.parametrize(
    "parts", [parts for parts in PARTS if parts.text and parts.calls], ids=lambda parts: parts.mode
)
async def test_the_text_before_a_call_comes_before_it(parts: Parts) -> None:
    """A call's place in the text is where it arrives."""
    api = Api.RESPONSES if parts.mode.startswith("r-") else Api.CHAT_COMPLETIONS
    reader = ReplyReader("", DIALECTS[api])
    deltas = [delta for step in parts.script for delta in reader.feed(step.encode())]
    first = next(at for at, delta in enumerate(deltas) if isinstance(delta, ToolCallDelta))
    assert text_of(deltas[:first]) == parts.text


@pytest.mark.parametrize("parts", [parts for parts in PARTS if parts.calls], ids=lambda parts: parts.mode)
async def test_each_call_is_answered_in_the_next_request(parts: Parts, server: HostileServer) -> None:
    """With an error, because the tools that are called are not offered."""

    async def nothing(_: object) -> ToolResult:
        raise AssertionError

    is_responses = parts.mode.startswith("r-")
    async with chat_with(
        server, api=Api.RESPONSES if is_responses else Api.CHAT_COMPLETIONS, idle_limit_s=30.0
    ) as chat:
        tools = (chat.toolbox.add("another", nothing),)
        reply = await chat.send(parts.mode, streaming=parts.kind != "application/json", tools=tools)
    assert (reply.status, reply.failure) == (Status.COMPLETE, None)
    assert reply.text.endswith("Hello")
    assert [call.name for call in reply.tool_calls] == [name for _, name, _ in parts.calls]
    assert {call.status for call in reply.tool_calls} == {CallStatus.FAILED}
    body = server.requests[1].body
    sent = body["input"] if is_responses else body["messages"]
    member = "call_id" if is_responses else "tool_call_id"
    answered = [one[member] for one in sent if one.get("role") == "tool" or one.get("type") == "function_call_output"]
    assert answered == [call.id for call in reply.tool_calls]
    assert len(set(answered)) == len(answered)


SHAPES = [parts for parts in PARTS if not parts.kind.startswith("application")]


@given(st.sampled_from(SHAPES), st.lists(st.integers(0, 3_000), max_size=8))
def test_the_result_does_not_depend_on_how_the_bytes_are_split(parts: Parts, places: list[int]) -> None:
    data = "".join(parts.script).encode()
    ends = sorted({min(place, len(data)) for place in places} | {len(data)})
    api = Api.RESPONSES if parts.mode.startswith("r-") else Api.CHAT_COMPLETIONS
    reader = ReplyReader("text/event-stream", DIALECTS[api])
    deltas: list[Delta] = []
    for start, end in zip([0, *ends], ends, strict=False):
        deltas += reader.feed(data[start:end])
    deltas += reader.end()
    assert collected(deltas) == list(parts.calls)
    assert text_of(deltas) == parts.text


def test_fragments_of_arguments_that_arrive_together_are_one_delta() -> None:
    script = [{"index": 0, "id": "a", "function": {"name": "f", "arguments": ""}}]
    script += [{"index": 0, "function": {"arguments": piece}} for piece in ('{"x"', ": ", "1}")]
    data = "".join(f"data: {json.dumps({'choices': [{'delta': {'tool_calls': [one]}}]})}\n\n" for one in script)
    assert ReplyReader("").feed(data.encode()) == [ToolCallDelta(0, "a", "f", '{"x": 1}')]
