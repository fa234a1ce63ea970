"""What tool calls show: JSON as it arrives, arguments to read, hidden characters made visible."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.markdown.argument_lines import (
    ADDED,
    MAX_CHARACTERS,
    MAX_LINES,
    NAME,
    REMOVED,
    Line,
    argument_lines,
    has_many_values,
    pieces_of,
    result_lines,
    summary,
)
from desktop_chat.markdown.json_printer import JsonPrinter
from desktop_chat.markdown.visible_text import visible, visible_line

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


def printed(source: str, cuts: list[int]) -> str:
    printer = JsonPrinter()
    places = sorted({min(cut, len(source)) for cut in cuts})
    return "".join([printer.feed(source[a:b]) for a, b in zip([0, *places], [*places, len(source)], strict=True)])


@given(st.dictionaries(st.text(max_size=6), JSON, max_size=4), st.lists(st.integers(0, 80), max_size=8), st.booleans())
def test_json_is_printed_the_same_in_whatever_pieces_it_arrives(
    value: dict[str, object], cuts: list[int], ascii_only: bool
) -> None:
    source = json.dumps(value, ensure_ascii=ascii_only)
    assert printed(source, cuts) == printed(source, [])


@given(JSON.filter(lambda value: isinstance(value, dict | list)))
def test_printed_json_says_the_same(value: object) -> None:
    text = printed(json.dumps(value), [])
    if "\\n" not in text:
        assert json.loads(text) == value


@given(st.text(alphabet='{}[]",:\\ n1a', max_size=60), st.lists(st.integers(0, 60), max_size=6))
def test_nothing_of_broken_json_is_lost(source: str, cuts: list[int]) -> None:
    assert "".join(printed(source, cuts).split()) == "".join(source.split())


def test_brackets_without_an_end_are_printed_in_bounded_room() -> None:
    assert len(printed("[" * 5_000, [])) < 5_000 * 50


def test_arguments_are_typed_and_texts_are_shown_in_full() -> None:
    source = json.dumps({"path": "/tmp/a", "count": 3, "deep": {"on": True}, "code": "one\ntwo"})
    assert argument_lines(source) == [
        Line('path: "/tmp/a"', NAME),
        Line("count: 3", NAME),
        Line("deep:", NAME),
        Line("  {", "json"),
        Line('    "on": true', "json"),
        Line("  }", "json"),
        Line("code:", NAME),
        Line("  one"),
        Line("  two"),
    ]


@pytest.mark.parametrize(
    ("old", "new"), [("old_text", "new_text"), ("old_string", "new_string"), ("oldText", "newText")]
)
@pytest.mark.parametrize("nested", [False, True])
def test_a_replacement_is_a_diff(old: str, new: str, nested: bool) -> None:
    pair = {old: "same\nbefore", new: "same\nafter"}
    lines = argument_lines(json.dumps({"edits": [pair]} if nested else pair))
    assert lines is not None
    assert [(line.text.strip(), line.style) for line in lines if line.style in {REMOVED, ADDED}] == [
        ("- before", REMOVED),
        ("+ after", ADDED),
    ]


@given(st.text(max_size=40))
def test_a_value_never_begins_at_the_left_edge_like_a_name(value: str) -> None:
    lines = argument_lines(json.dumps({"first": value, "second": 1}))
    assert lines is not None
    assert [line.text.split(":")[0] for line in lines if not line.text.startswith(" ")] == ["first", "second"]


@pytest.mark.parametrize("source", ["", "[1]", "nonsense", '{"a": ', "[" * 100_000])
def test_what_is_no_object_has_no_arguments(source: str) -> None:
    assert argument_lines(source) is None
    assert summary(source) == ""


def test_a_result_in_json_is_printed_and_any_other_shown_as_it_is() -> None:
    assert [line.text for line in result_lines('{"a": 1}')] == ["{", '  "a": 1', "}"]
    assert [line.text for line in result_lines("# no *Markdown*\n<b>")] == ["# no *Markdown*", "<b>"]


@given(st.text(max_size=2_000))
def test_a_long_line_is_divided_without_losing_a_letter(text: str) -> None:
    pieces = pieces_of(Line(text * 3))
    assert "".join(piece.text for piece in pieces) == text * 3
    assert [piece.joins for piece in pieces] == [False] + [True] * (len(pieces) - 1)


def test_hidden_characters_are_shown() -> None:
    assert visible("a\u202eb\u200b\x1b[0m\r\nc\td") == "a\\u202eb\\u200b\\u001b[0m\nc\td"
    assert (
        visible("e\u0301 \u5929\u6c14 \U0001f468\u200d\U0001f469") == "e\u0301 \u5929\u6c14 \U0001f468\u200d\U0001f469"
    )
    assert visible_line(" two\nlines ") == "two lines"


@pytest.mark.parametrize("text", ["z\n" * 500_000, "[" * 300_000, json.dumps(list(range(60_000)))])
def test_millions_of_lines_are_not_shown_one_below_the_other(text: str) -> None:
    lines = result_lines(text)
    assert len(lines) <= MAX_LINES + 1
    shown = "".join(line.text for line in lines).replace("\u21b5", "")
    assert shown == text.replace("\n", "")
    assert argument_lines(json.dumps({"a": [0] * 60_000})) is None
    assert argument_lines(json.dumps({"a": "1,2,3\n" * 30_000})) is not None, "commas in a text are no values"


def test_quotes_that_never_end_take_no_longer_than_others() -> None:
    assert has_many_values('"' + '\\"[' * 100_000) is False
    assert has_many_values("[" + '\\"[' * 100_000) is False
    assert has_many_values("[{," * 10_000) is True


def test_a_long_line_in_pieces_is_whole() -> None:
    text = "e\u0301" * 5_000 + "x"
    pieces = pieces_of(Line(text))
    assert "".join(piece.text for piece in pieces) == text
    assert all(len(piece.text) <= MAX_CHARACTERS for piece in pieces)
    assert [piece.joins for piece in pieces] == [False, *[True] * (len(pieces) - 1)]
