"""A reply while it runs: pieces as they come, and the message they make in the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

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
from desktop_chat.core.entities import Failure, Message, Source, Status, Timing, Usage, joined_sources
from desktop_chat.core.errors import INTERNAL, ChatError, ConnectionLost, EmptyReply, ProviderFault, ToolUnavailable
from desktop_chat.core.finish_reasons import REFUSAL, Ending, ending_of
from desktop_chat.core.left_out import LeftOut
from desktop_chat.core.ports import TextIncrement

_STATUSES = {Ending.LENGTH: Status.TRUNCATED, Ending.FILTERED: Status.FILTERED}
_FAULTS = {Ending.LOST: ConnectionLost, Ending.FAULT: ProviderFault}


class Reply:
    """Collects deltas without ever joining the whole text again; `clock` gives seconds, monotonic.

    What `message` has already (a reply that is continued) stays in front, and its numbers are added to.
    """

    def __init__(self, message: Message, clock: Callable[[], float] = time.monotonic) -> None:
        self.message = message
        self._clock = clock
        self._text: list[str] = [message.text]
        self._reasoning: list[str] = [message.reasoning]
        self._journalled = (1, 1)
        self._recast = False
        self._sources: tuple[Source, ...] = message.sources
        self._usage: Usage | None = None
        self._finish_reason: str | None = None
        self._goes_on = False
        self._skipped = 0
        self._asked_for_tool = False
        self._left_out = set(message.left_out)
        self.begin_attempt()

    def begin_attempt(self) -> None:
        """Start the clock of the timing."""
        self._started_at = self._clock()
        self._first_token_at: float | None = None
        self._answer_at: float | None = None

    @property
    def is_finished(self) -> bool:
        """True once the server said that the reply is over, unless it goes on talking behind that word."""
        return self._finish_reason is not None and not self._goes_on

    @property
    def has_content(self) -> bool:
        """True once anything has arrived that the model said now; from then on nothing is sent again by itself."""
        return len(self._text) > 1 or len(self._reasoning) > 1 or self._asked_for_tool

    def take(self, delta: Delta) -> None:
        """Add one delta."""
        match delta:
            case TextDelta(text) | RefusalDelta(text):
                self._mark_first_token(answer=True)
                self._text.append(text)
                if isinstance(delta, RefusalDelta):
                    self._finish_reason = REFUSAL
            case ReasoningDelta(text):
                self._mark_first_token(answer=False)
                self._reasoning.append(text)
            case RecastDelta():
                self._move_text_to_reasoning()
            case ToolCallDelta():
                self._asked_for_tool = True
            case _:
                self._note(delta)

    def _note(self, delta: SourcesDelta | FinishDelta | UsageDelta | SkippedDelta | LeftOutDelta) -> None:
        """Take what is told about the reply."""
        match delta:
            case SourcesDelta(sources):
                self._sources = joined_sources(self.message.sources, sources)
            case FinishDelta(reason):
                self._note_reason(reason)
            case UsageDelta(usage):
                self._usage = usage
            case SkippedDelta(count):
                self._skipped += count
            case LeftOutDelta(parts):
                self._left_out.update(parts)

    def take_unjournalled(self) -> TextIncrement:
        """Return what came since the last call."""
        text, reasoning = self._journalled
        recast, self._recast = self._recast, False
        self._journalled = (len(self._text), len(self._reasoning))
        return TextIncrement("".join(self._text[text:]), "".join(self._reasoning[reasoning:]), recast)

    def ended(self, error: BaseException | None, *, cancelled: bool) -> Message:
        """Return the final message. `error` is what the stream raised; `cancelled` that it was stopped."""
        status, failure = self._outcome(error, cancelled=cancelled)
        ended = replace(
            self.message,
            text="".join(self._text),
            reasoning="".join(self._reasoning),
            status=status,
            finish_reason=self._finish_reason,
            failure=failure,
            usage=self._usage,
            timing=self._timing(),
            skipped_events=self._skipped + self.message.skipped_events,
            sources=self._sources,
            left_out=tuple(part for part in LeftOut if part in self._left_out),
        )
        return with_numbers_of(self.message, ended) if self.message.text else ended

    def _outcome(self, error: BaseException | None, *, cancelled: bool) -> tuple[Status, Failure | None]:
        broken = Status.INTERRUPTED if self.has_content or self.message.text else Status.FAILED
        if cancelled:
            return Status.CANCELLED, None
        if isinstance(error, ChatError):
            return broken, error.failure()
        if error is not None:
            return broken, Failure(INTERNAL, type(error).__name__)
        return self._outcome_by_reason(broken)

    def _outcome_by_reason(self, broken: Status) -> tuple[Status, Failure | None]:
        ending = ending_of(self._finish_reason or "")
        if self._finish_reason is None or ending in _FAULTS:
            return broken, _FAULTS.get(ending, ConnectionLost)(self._finish_reason or "").failure()
        status = _STATUSES.get(ending, Status.COMPLETE)
        if status is Status.COMPLETE and not self._says_anything:
            nothing = ToolUnavailable() if self._asked_for_tool else EmptyReply()
            return Status.FAILED, nothing.failure()
        return status, None

    @property
    def _says_anything(self) -> bool:
        return any(self._text) or (any(self._reasoning) and not self._asked_for_tool)

    def _note_reason(self, reason: str) -> None:
        """Keep the last word, unless an earlier one said that something is missing and this one does not."""
        before = self._finish_reason
        plain = {Ending.NORMAL, Ending.UNKNOWN}
        if before is None or ending_of(before) in plain or ending_of(reason) not in plain:
            self._finish_reason = reason

    def _move_text_to_reasoning(self) -> None:
        moved = self._text[1:]
        del self._text[1:]
        text, reasoning = self._journalled
        if text > 1:
            # On the disk, the journalled part moves behind the reasoning that was journalled: keep the same order.
            self._recast = True
            self._reasoning[reasoning:reasoning] = moved[: text - 1]
            self._journalled = (1, reasoning + text - 1)
            moved = moved[text - 1 :]
        self._reasoning += moved
        self._answer_at = None

    def _mark_first_token(self, *, answer: bool) -> None:
        self._goes_on = self._finish_reason is not None
        if self._first_token_at is None:
            self._first_token_at = self._clock()
        if answer and self._answer_at is None:
            self._answer_at = self._clock()

    def _timing(self) -> Timing:
        now = self._clock()
        first = self._first_token_at
        reasoned = len(self._reasoning) > 1
        reasoning_s = (self._answer_at or now) - first if reasoned and first is not None else None
        return Timing(
            first_token_s=None if first is None else first - self._started_at,
            reasoning_s=reasoning_s,
            total_s=now - self._started_at,
        )


def with_numbers_of(before: Message, after: Message) -> Message:
    """Return `after`, a continued reply, with the tokens and the streaming time of both parts; tokens that were not
    counted in one of them are unknown."""
    return replace(after, usage=_sum_of(before.usage, after.usage), timing=_joined(before.timing, after.timing))


def _sum_of(first: Usage | None, second: Usage | None) -> Usage | None:
    if first is None or second is None:
        return None
    return Usage(
        _plus(first.prompt_tokens, second.prompt_tokens),
        _plus(first.completion_tokens, second.completion_tokens),
        _plus(first.reasoning_tokens, second.reasoning_tokens),
        _plus(first.cached_tokens, second.cached_tokens),
    )


def _plus(first: int | None, second: int | None) -> int | None:
    return None if first is None or second is None else first + second


def _joined(first: Timing | None, second: Timing | None) -> Timing | None:
    """Leave out the wait for the second part, so that tokens per second stay a rate of streaming."""
    if first is None or first.total_s is None or second is None or second.total_s is None:
        return second or first
    waited = second.first_token_s if second.first_token_s is not None else second.total_s
    return replace(first, total_s=first.total_s + second.total_s - waited)
