"""Small questions about messages."""

from __future__ import annotations

import pytest

from desktop_chat.core.entities import (
    Message,
    Role,
    Source,
    Status,
    Timing,
    Usage,
    has_answer,
    is_only_reasoning,
    joined_sources,
    tokens_per_second,
)
from desktop_chat.core.tools import CallStatus, ToolCall

COUNTED = Usage(prompt_tokens=3, completion_tokens=20)
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


def test_calls_are_an_answer() -> None:
    calls = (ToolCall("1", "f", "{}", CallStatus.DONE),)
    message = Message("m", "c", None, Role.ASSISTANT, "", Status.COMPLETE, 1.0, reasoning="hm", tool_calls=calls)
    assert has_answer(message)
    assert not is_only_reasoning(message)


def reply(usage: Usage | None, timing: Timing | None) -> Message:
    return Message("m", "c", None, Role.ASSISTANT, "text", Status.COMPLETE, 1.0, usage=usage, timing=timing)


@pytest.mark.parametrize(
    ("first_token_s", "total_s", "rate"), [(1.0, 5.0, 5.0), (0.0, 0.1, 200.0), (0.0, 0.5, 40.0), (1.0, 1.05, None)]
)
def test_the_rate_is_that_of_the_streaming(first_token_s: float, total_s: float, rate: float | None) -> None:
    timing = Timing(first_token_s=first_token_s, reasoning_s=None, total_s=total_s)
    assert tokens_per_second(reply(COUNTED, timing)) == rate


@pytest.mark.parametrize(
    ("usage", "timing"),
    [
        (None, Timing(1.0, None, 5.0)),
        (COUNTED, None),
        (Usage(prompt_tokens=3, completion_tokens=None), Timing(1.0, None, 5.0)),
        (COUNTED, Timing(None, None, 5.0)),
        (COUNTED, Timing(1.0, None, None)),
    ],
)
def test_what_was_not_measured_has_no_rate(usage: Usage | None, timing: Timing | None) -> None:
    assert tokens_per_second(reply(usage, timing)) is None
