"""A reply's statistics: from the clock and the server, and their sum when it is continued."""

from __future__ import annotations

import pytest

from desktop_chat.core.deltas import Delta, FinishDelta, ReasoningDelta, TextDelta, UsageDelta
from desktop_chat.core.entities import Message, Role, Status, Timing, Usage
from desktop_chat.core.reply import Reply
from desktop_chat.core.usage import tokens_per_second

USAGE = Usage(prompt_tokens=10, completion_tokens=20, reasoning_tokens=5, cached_tokens=8)
TIMING = Timing(first_token_s=1.0, reasoning_s=None, total_s=5.0)


def cut(text: str = "The answer ", usage: Usage | None = USAGE, timing: Timing | None = TIMING) -> Message:
    """A cut-off reply whose 20 tokens took four seconds."""
    return Message(
        "m1", "c1", "m0", Role.ASSISTANT, text, Status.TRUNCATED, 1.0, usage=usage, timing=timing, skipped_events=2
    )


def ended(message: Message, *steps: float | Delta) -> Message:
    """Return the resulting reply; a number advances the clock by that many seconds."""
    now = 100.0
    reply = Reply(message, lambda: now)
    for step in steps:
        if isinstance(step, float):
            now += step
        else:
            reply.take(step)
    return reply.ended(None, cancelled=False)


def test_the_timing_of_a_reply() -> None:
    whole = ended(cut(""), 2.0, ReasoningDelta("hm"), 3.0, TextDelta("42"), 4.0, FinishDelta("stop"))
    assert whole.timing == Timing(first_token_s=2.0, reasoning_s=3.0, total_s=9.0)


def test_the_wait_for_the_second_part_does_not_count_as_streaming() -> None:
    """20 tokens in four seconds, a wait of seven seconds, 30 more in six: five tokens per second."""
    more = UsageDelta(Usage(prompt_tokens=40, completion_tokens=30, reasoning_tokens=1, cached_tokens=2))
    whole = ended(cut(), 7.0, TextDelta("is 42."), 6.0, more, FinishDelta("stop"))
    assert whole.timing == Timing(first_token_s=1.0, reasoning_s=None, total_s=11.0)
    assert whole.usage == Usage(prompt_tokens=50, completion_tokens=50, reasoning_tokens=6, cached_tokens=10)
    assert tokens_per_second(whole) == 5.0
    assert (whole.text, whole.skipped_events) == ("The answer is 42.", 2)


def test_an_empty_second_part_adds_no_time() -> None:
    whole = ended(cut(), 7.0, FinishDelta("stop"))
    assert whole.timing == TIMING


@pytest.mark.parametrize(
    ("before", "after"), [(USAGE, None), (None, USAGE), (None, None)], ids=["second", "first", "both"]
)
def test_tokens_not_counted_in_one_part_are_unknown(before: Usage | None, after: Usage | None) -> None:
    counted = [UsageDelta(after)] if after is not None else []
    whole = ended(cut(usage=before), 1.0, TextDelta("is 42."), *counted, FinishDelta("stop"))
    assert whole.usage is None
    assert tokens_per_second(whole) is None


def test_only_the_numbers_that_one_part_lacks_are_unknown() -> None:
    more = UsageDelta(Usage(prompt_tokens=1, completion_tokens=2, reasoning_tokens=None, cached_tokens=None))
    whole = ended(cut(), TextDelta("is 42."), more, FinishDelta("stop"))
    assert whole.usage == Usage(prompt_tokens=11, completion_tokens=22, reasoning_tokens=None, cached_tokens=None)


def test_without_timing_of_the_first_part_the_second_keeps_its_own() -> None:
    whole = ended(cut(timing=None), 7.0, TextDelta("is 42."), 6.0, FinishDelta("stop"))
    assert whole.timing == Timing(first_token_s=7.0, reasoning_s=None, total_s=13.0)
