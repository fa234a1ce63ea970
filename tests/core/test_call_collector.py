"""The fragments of tool calls become the same calls, in whatever shape and pieces a server sends them."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.call_collector import CallCollector
from desktop_chat.core.deltas import ToolCallDelta
from desktop_chat.core.growing_text import GrowingText
from desktop_chat.core.running_call import RunningCall

Calls = list[tuple[str, str, str]]
"""Wire id, name and arguments of each call."""

VALUES = st.recursive(
    st.text('ab{}[]"\\ ', max_size=4) | st.integers(0, 9), lambda inner: st.lists(inner, max_size=2), max_leaves=3
)
ARGUMENTS = st.dictionaries(st.text("xy{}", min_size=1, max_size=2), VALUES, max_size=2).map(json.dumps)


def collected(*fragments: ToolCallDelta, taken: tuple[str, ...] = ()) -> list[RunningCall]:
    calls: list[RunningCall] = []
    collector = CallCollector(calls, 0, taken.__contains__)
    for at, fragment in enumerate(fragments):
        collector.take(fragment, text_at=at, reasoning_at=0)
    return calls


def read(calls: list[RunningCall]) -> list[tuple[str, str]]:
    return [(call.name, call.arguments.whole()) for call in calls]


@st.composite
def split(draw: st.DrawFn, text: str) -> list[str]:
    """A text in pieces, some of them empty."""
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=4)))
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


@st.composite
def interleaved(draw: st.DrawFn, streams: list[list[ToolCallDelta]]) -> list[ToolCallDelta]:
    """The fragments of several calls, each in its own order; the calls begin one after another."""
    found = [stream[0] for stream in streams]
    rest = [stream[1:] for stream in streams]
    while any(rest):
        chosen = draw(st.sampled_from([stream for stream in rest if stream]))
        found.append(chosen.pop(0))
    return found


@given(st.lists(ARGUMENTS, min_size=1, max_size=3), st.data())
def test_calls_by_index_and_id_in_any_order(arguments: list[str], data: st.DataObject) -> None:
    """As OpenAI sends them, and with id and name repeated in each fragment."""
    repeats_id, repeats_name, has_index = (data.draw(st.booleans()) for _ in range(3))
    repeats_id = repeats_id or not has_index
    streams = []
    for number, text in enumerate(arguments):
        first, *rest = data.draw(split(text))
        name, index = f"f{number}", number if has_index else 0
        later_id, later_name = f"id{number}" if repeats_id else "", name if repeats_name else ""
        stream = [ToolCallDelta(index, f"id{number}", name, first)]
        streams.append(stream + [ToolCallDelta(index, later_id, later_name, piece) for piece in rest])
    calls = collected(*data.draw(interleaved(streams)))
    assert read(calls) == [(f"f{number}", text) for number, text in enumerate(arguments)]
    assert [call.id for call in calls] == [f"id{number}" for number in range(len(arguments))]


@given(st.lists(ARGUMENTS, min_size=1, max_size=3), st.data())
def test_calls_one_after_another_on_one_index(arguments: list[str], data: st.DataObject) -> None:
    """Told apart by their ids, or by nothing but a name before new arguments."""
    has_id, repeats_name = data.draw(st.booleans()), data.draw(st.booleans())
    fragments = []
    for number, text in enumerate(arguments):
        first, *rest = data.draw(split(text))
        if not has_id and not first.startswith("{"):
            first, rest = text, []
        fragments.append(ToolCallDelta(0, f"id{number}" if has_id else "", "f", first))
        fragments += [ToolCallDelta(0, "", "f" if repeats_name else "", piece) for piece in rest]
    assert read(collected(*fragments)) == [("f", text) for text in arguments]


def test_a_call_without_an_id_gets_one_that_every_server_accepts() -> None:
    one, two = collected(ToolCallDelta(0, "", "f", "{}"), ToolCallDelta(1, "", "g", "{}"))
    assert re.fullmatch("[a-z0-9]{9}", one.id)
    assert one.id != two.id


def test_an_id_that_comes_late_names_the_same_call() -> None:
    later = (ToolCallDelta(0, "late", "", '{"a":'), ToolCallDelta(0, "late", "", "1}"))
    assert read(collected(ToolCallDelta(0, "", "f", ""), *later)) == [("f", '{"a":1}')]


def test_one_id_for_two_calls_is_made_unique() -> None:
    fragments = (ToolCallDelta(0, "x", "f", "{"), ToolCallDelta(1, "x", "g", "{"), ToolCallDelta(0, "x", "", "}"))
    calls = collected(*fragments, ToolCallDelta(1, "x", "", " }"))
    assert read(calls) == [("f", "{}"), ("g", "{ }")]
    assert calls[0].id == "x" != calls[1].id


def test_an_id_of_an_earlier_reply_is_not_used_again() -> None:
    (call,) = collected(ToolCallDelta(0, "call_0", "f", "{}"), taken=("call_0",))
    assert call.id != "call_0"


def test_the_second_call_of_a_list_is_continued_alone() -> None:
    """Without an index, the place in the list of a chunk stands for it."""
    both = (ToolCallDelta(0, "a", "f", ""), ToolCallDelta(1, "b", "g", ""))
    calls = collected(*both, ToolCallDelta(0, "b", "g", "{}"), ToolCallDelta(0, "a", "f", '{"x":1}'))
    assert read(calls) == [("f", '{"x":1}'), ("g", "{}")]


@pytest.mark.parametrize("name", ["", "f"])
def test_empty_fragments_begin_nothing_new(name: str) -> None:
    assert read(collected(ToolCallDelta(0, "", "f", "{}"), ToolCallDelta(0, "", name, ""))) == [("f", "{}")]


def test_a_name_that_comes_late_is_kept() -> None:
    assert read(collected(ToolCallDelta(0, "a", "", ""), ToolCallDelta(0, "a", "f", "{}"))) == [("f", "{}")]


def test_another_name_without_an_id_is_another_call() -> None:
    assert read(collected(ToolCallDelta(0, "", "f", ""), ToolCallDelta(0, "", "g", ""))) == [("f", ""), ("g", "")]


def test_a_call_stands_where_it_began() -> None:
    fragments = [ToolCallDelta(0, "a", "f", "{"), ToolCallDelta(1, "b", "g", "{}"), ToolCallDelta(0, "a", "", "}")]
    assert [call.text_at for call in collected(*fragments)] == [0, 1]


def test_a_fragment_costs_only_its_own_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where each fragment looks as if another call began: nothing is ever joined or read twice."""
    read_again: list[int] = []
    after = GrowingText.after

    def counting(text: GrowingText, position: int) -> str:
        found = after(text, position)
        read_again.append(len(found))
        return found

    monkeypatch.setattr(GrowingText, "after", counting)
    monkeypatch.setattr(GrowingText, "whole", None)
    pieces = ['{"a":"', *['{"}"' if number % 2 else "{}" for number in range(1_000)]]
    calls = collected(*(ToolCallDelta(0, "", "f", piece) for piece in pieces))
    assert sum(read_again) <= sum(map(len, pieces))
    assert sum(len(call.arguments) for call in calls) == sum(map(len, pieces))
