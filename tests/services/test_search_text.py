"""Folding, phrases and snippets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.services.sqlite.search_text import AFTER, BEFORE, as_phrase, folded, snippet

FOLDING = st.text(st.sampled_from("aAßẞİıΣσςﬁŉ天 \n\0x"), max_size=200)


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("short text", "text", "short text"),
        ("line one\n\n  line   two", "two", "line one line two"),
        ("x" * 100 + "here" + "y" * 200, "here", "…" + "x" * BEFORE + "here" + "y" * (AFTER - 4) + "…"),
        ("ß" * 60 + "here", "here", "…" + "ß" * BEFORE + "here"),
        ("Straße", "strasse", "Straße"),
        ("ŉﬁ", "f", "ŉﬁ"),
        ("nothing", "absent", ""),
    ],
)
def test_a_snippet_is_one_line_around_the_match(text: str, query: str, shown: str) -> None:
    assert snippet(text, query) == shown


@given(FOLDING, st.integers(0, 200), st.integers(1, 5))
def test_a_snippet_of_any_substring_holds_the_first_match(text: str, start: int, length: int) -> None:
    query = folded(text[start : start + length])
    piece = snippet(text, query)
    first_words = query.split()[:1] if len(query.split()) == 1 else []
    assert len(piece) <= BEFORE + AFTER + 2
    for word in first_words:
        assert word[:1] in folded(piece)


@given(FOLDING)
def test_folding_twice_changes_nothing_and_leaves_no_zero_byte(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert "\0" not in folded(text)


def test_a_phrase_is_quoted() -> None:
    assert as_phrase('say "hi" OR x*') == '"say ""hi"" OR x*"'
