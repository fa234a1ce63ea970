"""A reply's statistics: from the clock and the server, and their sum when it is continued."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop_chat.core.deltas import (
    Delta,
    FinishDelta,
    ReasoningDelta,
    RecastDelta,
    SkippedDelta,
    SourcesDelta,
    TextDelta,
    UsageDelta,
)
from desktop_chat.core.entities import Failure, Message, Role, Source, Status, Timing, Usage
from desktop_chat.core.errors import INTERNAL
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


def test_a_continued_reply_lists_the_sources_of_both_parts() -> None:
    one, two = Source("https://one.example"), Source("https://two.example")
    whole = ended(replace(cut(), sources=(one,)), TextDelta("is 42."), SourcesDelta((two, one)), FinishDelta("stop"))
    assert whole.sources == (one, two)
    assert ended(replace(cut(), sources=(one,)), TextDelta("is 42."), FinishDelta("stop")).sources == (one,)


def test_a_bug_ends_a_reply_with_its_name() -> None:
    reply = Reply(cut(""))
    assert reply.ended(LookupError("secret"), cancelled=False).failure == Failure(INTERNAL, "LookupError")


def test_events_that_could_not_be_read_are_counted_in_both_parts() -> None:
    whole = ended(cut(), SkippedDelta(3), TextDelta("is 42."), SkippedDelta(1), FinishDelta("stop"))
    assert whole.skipped_events == 6


@pytest.mark.parametrize("timing", [None, Timing(1.0, None, None)], ids=["not at all", "not to its end"])
def test_without_timing_of_the_first_part_the_second_keeps_its_own(timing: Timing | None) -> None:
    whole = ended(cut(timing=timing), 7.0, TextDelta("is 42."), 6.0, FinishDelta("stop"))
    assert whole.timing == Timing(first_token_s=7.0, reasoning_s=None, total_s=13.0)


STEPS = st.lists(
    st.builds(TextDelta, st.text("ab", min_size=1, max_size=3))
    | st.builds(ReasoningDelta, st.text("cd", min_size=1, max_size=3))
    | st.just(RecastDelta())
    | st.none(),
    max_size=12,
)
"""What a reply takes; None: what is new is journalled."""


@given(STEPS)
@example([TextDelta("a"), None, *[TextDelta(text) for text in "bcd"], RecastDelta(), None, TextDelta("e")])
@example([ReasoningDelta("a"), TextDelta("b"), None, ReasoningDelta("c"), TextDelta("d"), RecastDelta(), None])
def test_the_journal_says_what_the_reply_says(steps: list[TextDelta | ReasoningDelta | RecastDelta | None]) -> None:
    """Also where text that was journalled turns out to be reasoning."""
    reply = Reply(replace(cut("Before. "), reasoning="Hm. "))
    text, reasoning = "", ""
    for step in [*steps, None]:
        if step is not None:
            reply.take(step)
            continue
        new = reply.take_unjournalled()
        if new.recast:
            text, reasoning = "", reasoning + text
        text, reasoning = text + new.text, reasoning + new.reasoning
        now = reply.ended(None, cancelled=True)
        assert (now.text, now.reasoning) == (f"Before. {text}", f"Hm. {reasoning}")
    said = [step for step in steps if isinstance(step, TextDelta | ReasoningDelta)]
    assert sorted(text + reasoning) == sorted("".join(step.text for step in said)), "nothing is lost or doubled"
    answer = steps[max((at for at, step in enumerate(steps) if isinstance(step, RecastDelta)), default=-1) + 1 :]
    assert text == "".join(step.text for step in answer if isinstance(step, TextDelta))
    assert not any(reply.take_unjournalled())


def test_text_that_turns_out_to_be_reasoning_is_no_answer() -> None:
    """The answer begins later, and what was thought before took until then."""
    whole = ended(cut(""), 1.0, TextDelta("hm"), 2.0, RecastDelta(), 3.0, TextDelta("42"), FinishDelta("stop"))
    assert (whole.reasoning, whole.text) == ("hm", "42")
    assert whole.timing == Timing(first_token_s=1.0, reasoning_s=5.0, total_s=6.0)
