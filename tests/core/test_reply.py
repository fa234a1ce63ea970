"""A reply in mid-stream and at its end: one text, one reasoning, its progress, and the numbers they add up to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.deltas import (
    Delta,
    FinishDelta,
    LeftOutDelta,
    ReasoningDelta,
    RecastDelta,
    RefusalDelta,
    SkippedDelta,
    SourcesDelta,
    TextDelta,
    ToolCallDelta,
    UsageDelta,
)
from desktop_chat.core.entities import Failure, Message, Role, Source, Status, Timing, Usage, tokens_per_second
from desktop_chat.core.errors import INTERNAL
from desktop_chat.core.growing_text import GrowingText
from desktop_chat.core.left_out import LeftOut
from desktop_chat.core.reply import Reply
from desktop_chat.core.tools import CallStatus, Tool, ToolCall

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


def test_a_growing_text_gives_its_end_without_joining_all() -> None:
    text = GrowingText("ab")
    for piece in ("cd", "", "efg"):
        text.add(piece)
    assert [text.after(position) for position in (0, 1, 3, 4, 7)] == ["abcdefg", "bcdefg", "defg", "efg", ""]
    assert len(text._pieces) == 4, "nothing was joined"
    assert (text.whole(), len(text)) == ("abcdefg", 7)
    assert text.whole() is text.whole()
    assert GrowingText().whole() == ""


class Clock:
    """Goes on when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def running(**more: object) -> Message:
    return Message("m1", "c1", "m0", Role.ASSISTANT, "", Status.RUNNING, 1.0, **more)  # type: ignore[arg-type]


def test_the_progress_of_a_reply_is_read_while_it_runs() -> None:
    clock = Clock()
    reply = Reply(running(), clock)
    clock.now += 2
    reply.schedule_retry(3.0, Failure("provider_fault"))
    assert (reply.progress.retry_at, reply.progress.failure) == (105.0, Failure("provider_fault"))
    clock.now += 3
    reply.begin_attempt()
    assert (reply.progress.retry_at, reply.progress.failure, reply.progress.started_at) == (None, None, 105.0)
    assert not reply.has_content
    clock.now += 1
    reply.take(ReasoningDelta("a"))
    assert reply.has_content
    clock.now += 2
    assert (reply.progress.heard_at, reply.progress.answer_at) == (106.0, None)
    assert reply.timing() == Timing(1.0, 2.0, 3.0), "it thinks as long as there is no answer"
    clock.now += 2
    reply.take(TextDelta("b"))
    clock.now += 9
    assert reply.timing() == Timing(1.0, 4.0, 14.0)
    reply.take(SkippedDelta())
    assert reply.progress.heard_at == clock.now, "a sign of life, if no more"


def test_a_reply_whose_server_goes_on_behind_its_last_word_is_not_believed_again() -> None:
    reply = Reply(running())
    for delta, finished in (
        (TextDelta("a"), False),
        (FinishDelta("stop"), True),
        (UsageDelta(USAGE), True),
        (TextDelta("b"), False),
        (FinishDelta("stop"), False),
    ):
        reply.take(delta)
        assert reply.progress.finished is finished


def test_what_is_told_about_a_reply_is_read_at_once() -> None:
    reply = Reply(running(left_out=(LeftOut.STREAMING,)))
    reply.take(LeftOutDelta((LeftOut.SYSTEM_ROLE, LeftOut.TEMPERATURE)))
    assert reply.left_out == (LeftOut.TEMPERATURE, LeftOut.SYSTEM_ROLE, LeftOut.STREAMING)
    reply.take(SourcesDelta((Source("https://example.com", "One"),)))
    assert [source.title for source in reply.sources] == ["One"]
    assert (reply.so_far().sources, reply.so_far().left_out) == (reply.sources, reply.left_out)


def test_the_answer_begins_behind_a_recast() -> None:
    whole = ended(cut(""), 1.0, TextDelta("So, "), 2.0, RecastDelta(), 3.0, TextDelta("yes."), FinishDelta("stop"))
    assert whole.timing == Timing(first_token_s=1.0, reasoning_s=5.0, total_s=6.0)


def test_reasoning_behind_text_that_moves_there_is_journalled_before_it() -> None:
    reply = Reply(running())
    reply.take(TextDelta("moved "))
    assert reply.take_unjournalled() == [("moved ", "", False)]
    for delta in (ReasoningDelta("thought "), TextDelta("too "), RecastDelta(), TextDelta("answer")):
        reply.take(delta)
    assert reply.reasoning.whole() == "thought moved too "
    assert reply.take_unjournalled() == [("", "thought ", False), ("answer", "too ", True)]
    assert reply.take_unjournalled() == [("", "", False)]


TEXTS = st.text("ab \n", min_size=1, max_size=4)
DELTAS = st.one_of(
    st.builds(TextDelta, TEXTS),
    st.builds(TextDelta, TEXTS),
    st.builds(ReasoningDelta, TEXTS),
    st.builds(RefusalDelta, TEXTS),
    st.just(RecastDelta()),
    st.just(FinishDelta("stop")),
    st.just(ToolCallDelta(0, "", "", "")),
    st.just(UsageDelta(USAGE)),
)
BEFORE = st.sampled_from(["", "Before. "])
JOURNAL, LOOK = "journal", "look"
STEPS = st.lists(st.one_of(DELTAS, st.sampled_from([JOURNAL, LOOK, 0.5, 2.0])), max_size=25)


@given(BEFORE, BEFORE, st.sampled_from([None, TIMING]), STEPS)
def test_views_journal_and_final_message_agree(
    text: str, reasoning: str, timing: Timing | None, steps: list[Delta | str | float]
) -> None:
    """Whoever reads a reply piece by piece, from wherever, has at its end what the message and the journal have."""
    clock = Clock()
    begun = running(reasoning=reasoning, timing=timing)
    begun = replace(begun, text=text)
    reply, journalled, views = Reply(begun, clock), Journalled(begun), list[View]()
    for step in [*steps, JOURNAL]:
        match step:
            case float():
                clock.now += step
            case "journal":
                journalled.take(reply)
                assert (journalled.text, journalled.reasoning) == (reply.text.whole(), reply.reasoning.whole())
            case "look":
                views.append(View(reply))
            case _:
                reply.take(step)
        for view in views:
            view.read(reply)
    seen, ended = reply.so_far(), reply.ended(None, cancelled=True)
    for view in views:
        assert (view.text, view.reasoning) == (ended.text, ended.reasoning)
    assert (journalled.text, journalled.reasoning) == (ended.text, ended.reasoning)
    assert (seen.text, seen.reasoning, seen.timing) == (ended.text, ended.reasoning, ended.timing)
    assert reply.timing() == ended.timing


class View:
    """Reads only what is new; its answer begins anew after a recast, its reasoning never."""

    def __init__(self, reply: Reply) -> None:
        self.text = self.reasoning = ""
        self._recasts = reply.recasts

    def read(self, reply: Reply) -> None:
        if self._recasts != reply.recasts:
            self._recasts, self.text = reply.recasts, ""
        self.text += reply.text.after(len(self.text))
        self.reasoning += reply.reasoning.after(len(self.reasoning))


class Journalled:
    """What a crash would leave of a reply."""

    def __init__(self, begun: Message) -> None:
        self._begun = begun
        self.text, self.reasoning = begun.text, begun.reasoning

    def take(self, reply: Reply) -> None:
        for new in reply.take_unjournalled():
            if new.recast:
                self.reasoning += self.text[len(self._begun.text) :]
                self.text = self._begun.text
            self.text += new.text
            self.reasoning += new.reasoning


# --- rounds of tool calls -------------------------------------------------------------------------------------------


CALL = ToolCallDelta(0, "1", "f", "{}")


def test_the_time_of_the_tools_does_not_count_as_streaming() -> None:
    """Two seconds to the first token, three of reasoning, four of text and a call; 20 s of tools; one of text."""
    clock = Clock()
    reply = Reply(running(), clock)
    for step in (2.0, ReasoningDelta("hm"), 3.0, TextDelta("So: "), 4.0, CALL, FinishDelta("tool_calls")):
        if isinstance(step, float):
            clock.now += step
        else:
            reply.take(step)
    assert [call.id for call in reply.calls_to_run()] == ["1"]
    assert not reply.progress.finished
    reply.begin_round()
    assert not reply.has_content, "this request may be sent again"
    clock.now += 20.0
    assert reply.timing() == Timing(first_token_s=2.0, reasoning_s=3.0, total_s=9.0)
    reply.take(TextDelta("yes."))
    clock.now += 1.0
    reply.take(FinishDelta("stop"))
    assert reply.calls_to_run() == [], "those of the first request"
    assert reply.ended(None, cancelled=False).timing == Timing(first_token_s=2.0, reasoning_s=3.0, total_s=10.0)


def test_a_recast_is_about_the_text_of_its_own_request() -> None:
    reply = Reply(running(reasoning="Before. "))
    for delta in (TextDelta("One. "), CALL, FinishDelta("stop")):
        reply.take(delta)
    reply.begin_round()
    for delta in (ReasoningDelta("hm "), TextDelta("Two. "), ToolCallDelta(0, "2", "g", ""), RecastDelta()):
        reply.take(delta)
    assert (reply.text.whole(), reply.reasoning.whole()) == ("One. ", "Before. hm Two. ")
    assert [(call.text_at, call.reasoning_at, call.round) for call in reply.calls] == [(5, 8, 0), (5, 16, 1)]


def test_a_continued_reply_has_the_calls_of_both_parts() -> None:
    before = ToolCall("1", "f", "{}", CallStatus.DONE, "found", server="s", own_name="F", round=2, seconds=1.5)
    reply = Reply(replace(running(), tool_calls=(before,)))
    reply.take(ToolCallDelta(0, "1", "f", ""))
    assert reply.so_far().tool_calls[0] == before
    assert [call.round for call in reply.calls] == [2, 3]
    message = reply.ended(None, cancelled=True)
    assert [call.status for call in message.tool_calls] == [CallStatus.DONE, CallStatus.STOPPED]


def test_a_call_knows_its_tool_while_it_is_written() -> None:
    reply = Reply(running())
    reply.tools = {"files_read": Tool("files_read", "files", "read", "", {}, "1")}
    reply.take(ToolCallDelta(0, "1", "files_read", ""))
    reply.take(ToolCallDelta(1, "2", "other", ""))
    assert [(call.server, call.own_name) for call in reply.calls] == [("files", "read"), ("", "")]
