"""Bytes of an answer are decoded to deltas: arbitrary bytes and splits, limited memory."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.deltas import (
    Delta,
    FinishDelta,
    ReasoningDelta,
    SkippedDelta,
    TextDelta,
    ToolCallDelta,
    UsageDelta,
)
from desktop_chat.core.entities import Api, Usage
from desktop_chat.core.errors import AuthenticationFailed, BadResponse, EmptyAnswer, ProviderError, ReplyTooLarge
from desktop_chat.services.provider import reply_reader
from desktop_chat.services.provider.dialects import DIALECTS
from desktop_chat.services.provider.reply_reader import ReplyReader
from desktop_chat.services.provider.think_tags import _EDGES

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["choices", "delta", "message", "content", "index", "usage", "error", "finish_reason",
                         "tool_calls", "function", "reasoning", "refusal", "text", "thinking", "type", "code"]),
        inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
events = st.lists(json_values.map(lambda v: f"data: {json.dumps(v)}\n\n".encode()) | st.binary(max_size=20), max_size=6)


def read(*pieces: bytes, kind: str = "text/event-stream") -> tuple[list[Delta], ReplyReader]:
    reader = ReplyReader(kind)
    deltas: list[Delta] = []
    for piece in pieces:
        deltas += reader.feed(piece)
        if reader.failure is not None or reader.done:
            return deltas, reader
    return deltas + reader.end(), reader


def said(deltas: list[Delta]) -> list[tuple[type, str]]:
    """Return the text deltas, merged."""
    joined: list[tuple[type, str]] = []
    for delta in deltas:
        if isinstance(delta, (TextDelta, ReasoningDelta)):
            if joined and joined[-1][0] is type(delta):
                joined[-1] = (type(delta), joined[-1][1] + delta.text)
            else:
                joined.append((type(delta), delta.text))
    return joined


def chunk(**delta: object) -> bytes:
    return f"data: {json.dumps({'choices': [{'delta': delta}]})}\n\n".encode()


@given(events.map(b"".join) | st.binary(max_size=200), st.lists(st.integers(0, 300), max_size=8))
def test_arbitrary_bytes_in_arbitrary_pieces(data: bytes, places: list[int]) -> None:
    whole, one = read(data)
    ends = sorted({min(place, len(data)) for place in places} | {len(data)})
    cut, other = read(*(data[start:end] for start, end in zip([0, *ends], ends, strict=False)))
    assert said(cut) == said(whole)
    assert type(one.failure) is type(other.failure)
    assert (one.done, one.finished) == (other.done, other.finished)
    for _, text in said(whole):
        text.encode()


@given(st.text().filter(lambda text: not set(text).intersection(_EDGES)))
def test_one_json_answer(text: str) -> None:
    """Of any text without a tag of reasoning, which Hypothesis may take from the code."""
    body = json.dumps({"choices": [{"message": {"content": text}}]}).encode()
    deltas, reader = read(body[:9], body[9:], kind="application/json")
    assert "".join(t for _, t in said(deltas)) == text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert FinishDelta("stop") in deltas
    assert reader.failure is None


def test_pieces_that_arrive_together_are_one_delta() -> None:
    deltas, _ = read(chunk(content="a") + chunk(content="b") + chunk(reasoning="c") + chunk(content="d"), b"")
    assert deltas == [TextDelta("ab"), ReasoningDelta("c"), TextDelta("d")]


def test_fragments_of_tool_calls_keep_their_order() -> None:
    calls = [{"index": 1, "id": "x", "function": {"name": "f", "arguments": "{"}}]
    deltas, _ = read(chunk(tool_calls=calls) + chunk(function_call={"name": "g", "arguments": "}"}))
    assert deltas == [ToolCallDelta(1, "x", "f", "{"), ToolCallDelta(0, "", "g", "}")]


@pytest.mark.parametrize("kind", ["text/event-stream", "application/json", "text/html"])
def test_an_empty_answer_is_an_error(kind: str) -> None:
    for nothing in (b"", b"\n\n", b": comment\n\n"):
        assert isinstance(read(nothing, kind=kind)[1].failure, EmptyAnswer if not nothing.strip() else ProviderError)


def test_only_broken_events_are_an_error() -> None:
    deltas, reader = read(b"data: {\n\ndata: [}\n\n")
    assert deltas == [SkippedDelta(2)]
    assert isinstance(reader.failure, BadResponse)


def test_memory_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply_reader, "MAX_REPLY_BYTES", 10_000)
    for one in (chunk(content="x" * 50), chunk(tool_calls=[{"function": {"arguments": "x" * 50}}])):
        deltas, reader = read(*[one] * 1_000)
        assert isinstance(reader.failure, ReplyTooLarge)
        assert len(deltas) < 200, "what came before is kept"
    assert isinstance(read(b"{" + b" " * 20_000)[1].failure, ReplyTooLarge)


def test_nothing_is_read_after_the_end() -> None:
    deltas, reader = read(chunk(content="a") + b"data: [DONE]\n\n" + chunk(content="b"))
    assert deltas == [TextDelta("a"), FinishDelta("stop")]
    assert reader.done


def test_a_function_call_of_the_responses_api_is_read_streamed_and_whole() -> None:
    """The arguments follow in pieces in a stream; in one answer they are part of the item."""
    item = {"type": "function_call", "call_id": "x", "name": "f", "arguments": "{}"}
    pieces = [
        {"type": "response.output_item.added", "output_index": 2, "item": item},
        {"type": "response.function_call_arguments.delta", "output_index": 2, "delta": "{}"},
    ]
    reader = ReplyReader("text/event-stream", DIALECTS[Api.RESPONSES])
    deltas = reader.feed(b"".join(f"data: {json.dumps(piece)}\n\n".encode() for piece in pieces))
    assert deltas == [ToolCallDelta(2, "x", "f", "{}")]
    whole = ReplyReader("application/json", DIALECTS[Api.RESPONSES])
    whole.feed(json.dumps({"object": "response", "status": "completed", "output": [item]}).encode())
    assert ToolCallDelta(0, "x", "f", "{}") in whole.end()


def test_a_whole_answer_says_what_it_used() -> None:
    """The usage of an answer that is not streamed, by either API."""
    answer = {"choices": [{"message": {"content": "hi"}}], "usage": {"prompt_tokens": 5, "completion_tokens": 2}}
    assert UsageDelta(Usage(5, 2)) in read(json.dumps(answer).encode(), kind="application/json")[0]
    reader = ReplyReader("application/json", DIALECTS[Api.RESPONSES])
    used = {"input_tokens": 5, "output_tokens": 2}
    reader.feed(json.dumps({"object": "response", "status": "completed", "output": [], "usage": used}).encode())
    assert UsageDelta(Usage(5, 2)) in reader.end()


def test_the_text_of_an_old_completion_is_read() -> None:
    deltas, _ = read(b'data: {"choices": [{"text": "once"}]}\n\n', b'data: {"choices": [{"text": " more"}]}\n\n')
    assert said(deltas) == [(TextDelta, "once more")]


@pytest.mark.parametrize("key", ["item_id", "output_index"])
def test_pieces_of_two_calls_of_the_responses_api_stay_apart(key: str) -> None:
    """Some servers name the item of a piece, some its place, and some tell a name only at the end."""
    names = {"item_id": ("a", "b"), "output_index": (0, 1)}[key]
    items = [{"type": "function_call", "id": each, "call_id": f"call-{each}", "name": "f"} for each in "ab"]
    pieces = [
        *({"type": "response.output_item.added", "output_index": at, "item": item} for at, item in enumerate(items)),
        *({"type": "response.function_call_arguments.delta", key: names[at], "delta": f"{at}"} for at in (1, 0, 1, 0)),
    ]
    reader = ReplyReader("text/event-stream", DIALECTS[Api.RESPONSES])
    deltas = reader.feed(b"".join(f"data: {json.dumps(piece)}\n\n".encode() for piece in pieces))
    found = {0: "", 1: ""}
    for delta in deltas:
        if isinstance(delta, ToolCallDelta):
            found[delta.index] += delta.arguments
    assert found == {0: "00", 1: "11"}


def test_whole_arguments_find_their_call_by_item_and_by_place() -> None:
    items = [{"type": "function_call", "id": each, "call_id": f"call-{each}", "name": "f"} for each in "ab"]
    done = "response.function_call_arguments.done"
    pieces = [
        *({"type": "response.output_item.added", "output_index": at, "item": item} for at, item in enumerate(items)),
        {"type": done, "item_id": "a", "arguments": "first"},
        {"type": done, "output_index": 1, "arguments": "second"},
    ]
    reader = ReplyReader("text/event-stream", DIALECTS[Api.RESPONSES])
    deltas = reader.feed(b"".join(f"data: {json.dumps(piece)}\n\n".encode() for piece in pieces))
    told = {delta.index: delta.arguments for delta in deltas if isinstance(delta, ToolCallDelta)}
    assert told == {0: "first", 1: "second"}


def test_an_error_inside_any_event_of_the_responses_api_is_one() -> None:
    reader = ReplyReader("text/event-stream", DIALECTS[Api.RESPONSES])
    reader.feed(b'data: {"type": "response.in_progress", "error": {"code": "invalid_api_key", "message": "no"}}\n\n')
    assert isinstance(reader.failure, AuthenticationFailed)
