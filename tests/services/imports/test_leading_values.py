"""What the standard decoder reads of a long list is what ijson reads, and what it cannot read is left whole."""

from __future__ import annotations

import io
import json
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.importing import ImportUnreadable, Unread, UnreadReason
from desktop_chat.services.imports import json_stream, leading_values
from desktop_chat.services.imports.json_stream import elements
from desktop_chat.services.imports.utf8_stream import Utf8

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
PLAIN = st.recursive(
    st.none() | st.integers(-99, 99) | st.sampled_from([0.5, -1.25]) | st.text('aé你 \\"{}[],', max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abé"), inner, max_size=3),
    max_leaves=8,
)
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 3), st.sampled_from([*'[]{},:"\\ 1e.-\x0c\xff', ""])), max_size=2
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])


class Slow(io.BytesIO):
    """A stream that returns few bytes at a time."""

    def __init__(self, content: bytes, most: int) -> None:
        super().__init__(content)
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(self._most, size) if size is not None and size >= 0 else self._most)


def in_pieces(content: bytes, most: int, at_once: int) -> list[Any]:
    """Return the elements of a list that comes in pieces of `most` bytes and is decoded in about `at_once`."""
    with patch.object(leading_values, "_PIECE", 7), patch.object(leading_values, "_AT_ONCE", at_once):
        return list(elements(Slow(content, most), "x.json"))


def by_ijson(content: bytes) -> list[Any]:
    """Return the elements that ijson alone finds."""
    return list(elements(io.BytesIO(content), "x.json", "item"))


def taken(content: bytes, ahead: int = 10_000) -> tuple[list[Any], bytes]:
    """Return the leading values, and what is read after them."""
    source = Utf8(io.BytesIO(content))
    values = list(leading_values.leading_values(source, ahead))
    return values, b"".join(iter(source.read, b""))


@given(st.lists(VALUES, max_size=6), ENCODINGS, st.sampled_from([None, 1]), st.integers(4, 50), st.integers(1, 200))
def test_pieces_do_not_matter(values: list[Any], encoding: str, indent: int | None, most: int, at_once: int) -> None:
    written = json.dumps(values, ensure_ascii=encoding == "utf-8", indent=indent)
    assert in_pieces(written.encode(encoding), most, at_once) == json.loads(written)


@given(st.lists(PLAIN, max_size=5), EDITS, st.integers(4, 50), st.integers(1, 60))
def test_damage_is_judged_as_ijson_does(
    values: list[Any], edits: list[tuple[float, int, str]], most: int, at_once: int
) -> None:
    content = json.dumps(values, ensure_ascii=False).encode()
    for share, removed, added in edits:
        place = int(share * len(content))
        content = content[:place] + added.encode("latin-1") + content[place + removed :]
    if content.lstrip().startswith(b"["):
        assert in_pieces(content, most, at_once) == by_ijson(content)


def test_a_file_cut_anywhere_gives_what_is_whole() -> None:
    whole = json.dumps([{"a": [1.5, "é\n"]}, 123, "x", [], None, -7]).encode()
    for length in range(1, len(whole)):
        assert in_pieces(whole[:length], 5, 10) == by_ijson(whole[:length])


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_json_is_left(constant: str) -> None:
    values, rest = taken(f"[1, [{constant}], 2]".encode())
    assert values == [1]
    assert rest == f"[0, [{constant}], 2]".encode()


def test_a_list_without_any_value_that_is_understood_is_left_as_it_is() -> None:
    assert taken(b" [ oops, 1]") == ([], b" [ oops, 1]")
    assert taken(b"[]") == ([], b"[]")


def test_the_end_and_what_follows_it_are_left() -> None:
    assert taken(b"[1, 2 ] x") == ([1, 2], b"[0 ] x")


def test_a_value_with_too_many_characters_is_left() -> None:
    content = json.dumps([1, "x" * 200, 2]).encode()
    values, rest = taken(content, ahead=100)
    assert values == [1]
    assert rest == b"[0" + content[2:]
    assert in_pieces(content, 10, 10) == [1, "x" * 200, 2]


def test_a_value_that_is_nested_deeply_is_left_to_ijson() -> None:
    depth = 20_000
    content = b'[1, {"a": ' + b"[" * depth + b"]" * depth + b"}, 2]"
    first, deep, last = elements(io.BytesIO(content), "x.json")
    assert (first, last) == (1, 2)
    assert isinstance(deep, dict)
    inner: Any = deep["a"]
    for _ in range(depth - 1):
        [inner] = inner
    assert inner == []


def test_half_an_emoji_and_large_numbers_do_not_end_the_reading() -> None:
    found = list(elements(io.BytesIO(rb'["cut \ude00", "cut \ud83d", 12345678901234567890123, 1e999, 2]'), "x.json"))
    assert found == ["cut \ude00", "cut \ud83d", 12345678901234567890123, float("inf"), 2]


def test_a_number_that_is_too_long_is_damage() -> None:
    found = list(elements(io.BytesIO(b"[1, " + b"9" * 100_000 + b", 2]"), "x.json"))
    assert found[0] == 1
    assert isinstance(found[1], Unread)
    assert (found[1].where, found[1].reason) == ("x.json, 2", UnreadReason.DAMAGED)


class Failing(io.BytesIO):
    """A stream whose medium fails at its end."""

    def read(self, size: int | None = -1, /) -> bytes:
        if data := super().read(size):
            return data
        raise ImportUnreadable("bad sector")


def test_what_was_read_before_the_medium_failed_is_taken() -> None:
    found = list(elements(Failing(b'[1, {"a": 2}, {"b": '), "x.json"))
    assert found == [1, {"a": 2}, Unread("x.json, 3", UnreadReason.DAMAGED, "bad sector")]


def test_large_values_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "MAX_VALUE", 100_000)
    found = list(elements(io.BytesIO(json.dumps(["x", "y" * 400_000, "z"]).encode()), "x.json"))
    assert found == ["x", Unread("x.json, 2", UnreadReason.TOO_LARGE)]
