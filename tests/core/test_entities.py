"""Small questions about messages."""

from __future__ import annotations

import pytest

from desktop_chat.core.entities import Message, Role, Source, Status, is_only_reasoning, joined_sources

ONE, TWO = Source("https://one.example", "One"), Source("https://two.example", "Two")


def test_sources_of_both_parts_are_listed_once() -> None:
    assert joined_sources((), (ONE, TWO)) == (ONE, TWO)
    assert joined_sources((ONE,), (Source(ONE.url, "the same again"), TWO)) == (ONE, TWO)


@pytest.mark.parametrize(
    ("reasoning", "text", "is_only"), [("hm", "", True), ("hm", "42", False), ("", "42", False), ("", "", False)]
)
def test_a_reply_may_be_nothing_but_reasoning(reasoning: str, text: str, is_only: bool) -> None:
    message = Message("m", "c", None, Role.ASSISTANT, text, Status.COMPLETE, 1.0, reasoning=reasoning)
    assert is_only_reasoning(message) is is_only
