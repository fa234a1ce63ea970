"""A running reply: its text and progress for all readers, and the message that it becomes at the end."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace

from desktop_chat.core.deltas import (
    Delta,
    FinishDelta,
    ImageDelta,
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
from desktop_chat.core.entities import Failure, Message, Status, Timing, Usage, joined_sources
from desktop_chat.core.errors import INTERNAL, ChatError, ConnectionLost, EmptyReply, ProviderFault, ToolUnavailable
from desktop_chat.core.finish_reasons import REFUSAL, Ending, ending_of
from desktop_chat.core.left_out import LeftOut
from desktop_chat.core.ports import TextIncrement

_STATUSES = {Ending.LENGTH: Status.TRUNCATED, Ending.FILTERED: Status.FILTERED}
_FAULTS = {Ending.LOST: ConnectionLost, Ending.FAULT: ProviderFault}


class GrowingText:
    """A text stored as the pieces that arrived; they are joined only when the whole text is needed."""

    def __init__(self, text: str = "") -> None:
        self._pieces = [text] if text else []
        self._length = len(text)

    def __len__(self) -> int:
        return self._length

    def add(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)

    def after(self, position: int) -> str:
        """Return the text after the first `position` characters; the cost depends only on that part's length."""
        missing = self._length - position
        found: list[str] = []
        for piece in reversed(self._pieces):
            if missing <= 0:
                break
            found.append(piece[-missing:] if missing < len(piece) else piece)
            missing -= len(piece)
        return "".join(reversed(found))

    def whole(self) -> str:
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""


@dataclass(slots=True)
class Progress:
    """The state of the request for a reply. Times are seconds of the reply's clock."""

    started_at: float
    heard_at: float
    """When something last arrived, or the wait began."""
    first_token_at: float | None = None
    answer_at: float | None = None
    finished: bool = False
    """The server reported the end of the reply and no text followed; token counts may still come."""
    stopping: bool = False
    retry_at: float | None = None
    """When the request will be retried, while a retry is scheduled."""
    failure: Failure | None = None
    """Why the request will be retried, while a retry is scheduled."""


class Reply:
    """The only copy of a running reply: any number of views can read its text and progress at any time.

    Collecting deltas never joins the whole text again; `clock` returns monotonic seconds. If `message` has text already
    (a continued reply), new text is appended to it and its counts are added to.
    """

    def __init__(self, message: Message, clock: Callable[[], float] = time.monotonic) -> None:
        self.message = message
        self.text = GrowingText(message.text)
        self.reasoning = GrowingText(message.reasoning)
        self.recasts = 0
        """How often text was reclassified as reasoning and moved there. Otherwise text and reasoning only grow."""
        self.sources = message.sources
        self.left_out = message.left_out
        self._clock = clock
        self._journalled = (len(message.text), len(message.reasoning))
        self._moved: tuple[int, int] | None = None
        """Position and length, within the reasoning, of journalled text that was moved there; None once that is
        journalled too."""
        self._usage: Usage | None = None
        self._finish_reason: str | None = None
        self._text_followed_end = False
        self._skipped = 0
        self._asked_for_tool = False
        self.begin_attempt()

    def begin_attempt(self) -> None:
        """Restart the timing."""
        now = self._clock()
        self.progress = Progress(started_at=now, heard_at=now)

    def schedule_retry(self, delay_s: float, failure: Failure) -> None:
        """Note that the request failed and will be retried in `delay_s` seconds."""
        self.progress.retry_at = self._clock() + delay_s
        self.progress.failure = failure

    @property
    def has_content(self) -> bool:
        """Whether the model has sent anything in this run; if so, the request is not retried automatically."""
        return self.progress.first_token_at is not None or self._asked_for_tool

    def take(self, delta: Delta) -> None:
        """Add one delta."""
        now = self.progress.heard_at = self._clock()
        match delta:
            case TextDelta(text) | RefusalDelta(text):
                self._mark_first_token(now, answer=True)
                self.text.add(text)
                if isinstance(delta, RefusalDelta):
                    self._finish_reason = REFUSAL
            case ReasoningDelta(text):
                self._mark_first_token(now, answer=False)
                self.reasoning.add(text)
            case RecastDelta():
                self._move_text_to_reasoning()
            case ImageDelta(media_type, content):
                self._mark_first_token(now, answer=True)
                gap = "\n\n" if self.text else ""
                self.text.add(f"{gap}![](data:{media_type};base64,{b64encode(content).decode()})\n\n")
            case ToolCallDelta():
                self._asked_for_tool = True
            case _:
                self._note(delta)

    def _note(self, delta: SourcesDelta | FinishDelta | UsageDelta | SkippedDelta | LeftOutDelta) -> None:
        """Take a delta with information about the reply."""
        match delta:
            case SourcesDelta(sources):
                self.sources = joined_sources(self.message.sources, sources)
            case FinishDelta(reason):
                self.progress.finished = not self._text_followed_end
                self._note_reason(reason)
            case UsageDelta(usage):
                self._usage = usage
            case SkippedDelta(count):
                self._skipped += count
            case LeftOutDelta(parts):
                self.left_out = tuple([part for part in LeftOut if part in parts or part in self.left_out])

    def take_unjournalled(self) -> list[TextIncrement]:
        """Return what arrived since the last call, as pieces to store in this order."""
        text, reasoning = self._journalled
        self._journalled = (len(self.text), len(self.reasoning))
        if self._moved is None:
            return [TextIncrement(self.text.after(text), self.reasoning.after(reasoning))]
        (at, length), self._moved = self._moved, None
        before = self.reasoning.after(reasoning)[: at - reasoning]
        rest = TextIncrement(self.text.after(text), self.reasoning.after(at + length), recast=True)
        return [TextIncrement("", before), rest] if before else [rest]

    def timing(self) -> Timing:
        """Return the times so far. A continued reply has the times of both parts without the wait for the second, so
        that tokens per second remain a streaming rate."""
        now, progress = self._clock(), self.progress
        first = progress.first_token_at
        before = self.message.timing if self.message.text else None
        if before is not None and before.total_s is not None:
            return replace(before, total_s=before.total_s + (0.0 if first is None else now - first))
        reasoned = len(self.reasoning) > len(self.message.reasoning)
        thought_until = now if progress.answer_at is None else progress.answer_at
        return Timing(
            first_token_s=None if first is None else first - progress.started_at,
            reasoning_s=thought_until - first if reasoned and first is not None else None,
            total_s=now - progress.started_at,
        )

    def so_far(self) -> Message:
        """Return the message with everything that has arrived."""
        return replace(
            self.message,
            text=self.text.whole(),
            reasoning=self.reasoning.whole(),
            timing=self.timing(),
            sources=self.sources,
            left_out=self.left_out,
        )

    def ended(self, error: BaseException | None, *, cancelled: bool) -> Message:
        """Return the final message. `error` is what the stream raised; `cancelled` says that it was stopped."""
        status, failure = self._outcome(error, cancelled=cancelled)
        return replace(
            self.so_far(),
            status=status,
            finish_reason=self._finish_reason,
            failure=failure,
            usage=_sum_of(self.message.usage, self._usage) if self.message.text else self._usage,
            skipped_events=self._skipped + self.message.skipped_events,
        )

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
        return bool(self.text) or (bool(self.reasoning) and not self._asked_for_tool)

    def _note_reason(self, reason: str) -> None:
        """Keep the last finish reason, unless an earlier one said that something is missing and this one does not."""
        before = self._finish_reason
        plain = {Ending.NORMAL, Ending.UNKNOWN}
        if before is None or ending_of(before) in plain or ending_of(reason) not in plain:
            self._finish_reason = reason

    def _move_text_to_reasoning(self) -> None:
        begun, (text, reasoning) = len(self.message.text), self._journalled
        if text > begun:
            self._moved = (len(self.reasoning), text - begun)
            self._journalled = (begun, reasoning)
        self.reasoning.add(self.text.after(begun))
        self.text = GrowingText(self.message.text)
        self.recasts += 1
        self.progress.answer_at = None

    def _mark_first_token(self, now: float, *, answer: bool) -> None:
        progress = self.progress
        if progress.finished:
            self._text_followed_end, progress.finished = True, False
        if progress.first_token_at is None:
            progress.first_token_at = now
        if answer and progress.answer_at is None:
            progress.answer_at = now


def _sum_of(first: Usage | None, second: Usage | None) -> Usage | None:
    """Return the token counts of both parts of a continued reply; a count missing in either part is unknown."""
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
