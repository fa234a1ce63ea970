"""The Responses API through the real provider and a real session: the same outcomes as with Chat Completions."""

from __future__ import annotations

import json

import pytest
from hostile_chat import KEY, Row, chat_with
from hostile_server import HostileServer, modes_of_tables
from hostile_table import ENDLESS, PLAYED_ELSEWHERE, RESPONSES_ROWS
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.deltas import Delta
from desktop_chat.core.entities import Api, Message, Status, Usage
from desktop_chat.services.provider.dialects import DIALECTS
from desktop_chat.services.provider.reply_reader import ReplyReader

ROWS = RESPONSES_ROWS


async def reply_to(server: HostileServer, mode: str, idle_limit_s: float = 30.0, **options: object) -> Message:
    async with chat_with(server, api=Api.RESPONSES, idle_limit_s=idle_limit_s, retries="429-then" in mode) as chat:
        return await chat.send(mode, **options)


def test_every_mode_has_its_row() -> None:
    assert {row.mode for row in ROWS} | ENDLESS | PLAYED_ELSEWHERE >= {
        name for name in modes_of_tables() if name.startswith("r-")
    }
    assert len({row.mode for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.mode)
async def test_outcome(row: Row, server: HostileServer) -> None:
    reply = await reply_to(server, row.mode, 0.3 if row.code == "stream_stalled" else 30.0, reasoning_effort="high")
    code = reply.failure.code if reply.failure else ""
    assert (reply.status, reply.text, code) == (row.status, row.text, row.code)
    if row.skipped is not None:
        assert reply.skipped_events == row.skipped
    if row.detail is not None:
        assert reply.failure is not None
        assert reply.failure.detail == row.detail
    assert KEY not in repr(reply)
    assert {request.path for request in server.requests} == {"/v1/responses"}


async def test_the_request(server: HostileServer) -> None:
    await reply_to(server, "r-plain", system_prompt="Be brief.", temperature=0.5, reasoning_effort="low")
    assert server.requests[0].body == {
        "model": "r-plain",
        "input": [{"role": "user", "content": "hi"}],
        "instructions": "Be brief.",
        "stream": True,
        "store": False,
        "temperature": 0.5,
        "max_output_tokens": 50,
        "reasoning": {"effort": "low", "summary": "auto"},
    }


async def test_an_answer_without_streaming(server: HostileServer) -> None:
    reply = await reply_to(server, "r-whole", streaming=False)
    assert (reply.status, reply.text) == (Status.COMPLETE, "Hello")
    assert server.requests[0].body["stream"] is False


async def test_reasoning_and_usage_are_read(server: HostileServer) -> None:
    assert (await reply_to(server, "r-reasoning")).reasoning == "Thought 0.\n\nThought 1."
    for mode in ("r-only-at-the-end", "r-text-only-at-the-end"):
        assert (await reply_to(server, mode)).reasoning == "Hmm."
    assert (await reply_to(server, "r-plain")).usage == Usage(5, 2, 1)


async def test_what_was_refused_is_not_requested_again(server: HostileServer) -> None:
    async with chat_with(server, api=Api.RESPONSES, idle_limit_s=30.0) as chat:
        for _ in range(2):
            assert (await chat.send("r-store-refused")).text == "Hello"
    assert ["store" in request.body for request in server.requests] == [True, False, False]


KINDS = ["response.output_text.delta", "response.completed", "response.failed", "response.incomplete", "error",
         "response.output_item.added", "response.function_call_arguments.delta", "response.refusal.delta"]  # fmt: skip
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(KINDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["type", "delta", "response", "output", "content", "text", "usage", "error", "status", "item",
                         "summary", "incomplete_details", "reason", "output_index", "object", "choices"]),
        inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


@given(st.lists(json_values, max_size=6), st.lists(st.integers(0, 400), max_size=6))
def test_arbitrary_events_in_arbitrary_pieces(bodies: list[object], places: list[int]) -> None:
    data = b"".join(f"data: {json.dumps(body)}\n\n".encode() for body in bodies)
    ends = sorted({min(place, len(data)) for place in places} | {len(data)})
    reader = ReplyReader("text/event-stream", DIALECTS[Api.RESPONSES])
    deltas: list[Delta] = []
    for start, end in zip([0, *ends], ends, strict=False):
        deltas += reader.feed(data[start:end])
        if reader.done or reader.failure is not None:
            return
    deltas += reader.end()
    assert all(isinstance(getattr(delta, "text", ""), str) for delta in deltas)
