"""Phrases and snippets."""

from __future__ import annotations

import pytest

from desktop_chat.services.sqlite.search_text import AFTER, BEFORE, as_phrase, snippet


@pytest.mark.parametrize(
    ("text", "match", "shown"),
    [
        ("short text", "text", "short text"),
        ("line one\u2028  line   two", "two", "line one line two"),
        ("x" * 100 + "here" + "y" * 200, "here", "…" + "x" * BEFORE + "here" + "y" * (AFTER - 4) + "…"),
    ],
)
def test_a_snippet_is_one_line_around_the_match(text: str, match: str, shown: str) -> None:
    at = text.index(match)
    assert snippet(text, (at, at + len(match))) == shown


def test_a_phrase_is_quoted() -> None:
    assert as_phrase('say "hi" OR x*') == '"say ""hi"" OR x*"'
