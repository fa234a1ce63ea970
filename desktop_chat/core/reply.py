"""A reply while it runs: pieces as they come, and the message they make in the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from desktop_chat.core.entities import Failure, Message, Status, Timing, Usage
from desktop_chat.core.errors import INTERNAL, ChatError, ConnectionLost, EmptyReply, ToolUnavailable
from desktop_chat.core.events import (
    Delta,
    FinishDelta,
    ReasoningDelta,
    RefusalDelta,
    SkippedDelta,
    TextDelta,
    ToolCallDelta,
    UsageDelta,
)

REFUSAL = "refusal"
"""The finish reason recorded when the model declined in so many words."""

_STATUS_BY_REASON = {"length": Status.TRUNCATED, "content_filter": Status.FILTERED, REFUSAL: Status.FILTERED}


class Reply:
    """Collects deltas without ever joining the whole text again; `clock` gives seconds, monotonic."""

    def __init__(self, message: Message, clock: Callable[[], float] = time.monotonic) -> None:
        self.message = message
        self._clock = clock
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._journalled = (0, 0)
        self._usage: Usage | None = None
        self._finish_reason: str | None = None
        self._skipped = 0
        self._asked_for_tool = False
        self.begin_attempt()

    def begin_attempt(self) -> None:
        """Start the clock of the timing."""
        self._started_at = self._clock()
        self._first_token_at: float | None = None
        self._answer_at: float | None = None

    @property
    def has_content(self) -> bool:
        """True once anything the model said has arrived; from then on nothing is sent again by itself."""
        return bool(self._text or self._reasoning or self._asked_for_tool)

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
            case FinishDelta(reason):
                self._finish_reason = self._finish_reason or reason
            case UsageDelta(usage):
                self._usage = usage
            case SkippedDelta(count):
                self._skipped += count
            case ToolCallDelta():
                self._asked_for_tool = True

    def take_unjournalled(self) -> tuple[str, str]:
        """Return the text and the reasoning that came since the last call."""
        text, reasoning = self._journalled
        self._journalled = (len(self._text), len(self._reasoning))
        return "".join(self._text[text:]), "".join(self._reasoning[reasoning:])

    def ended(self, error: BaseException | None, *, cancelled: bool) -> Message:
        """Return the final message. `error` is what the stream raised; `cancelled` that it was stopped."""
        status, failure = self._outcome(error, cancelled=cancelled)
        return replace(
            self.message,
            text="".join(self._text),
            reasoning="".join(self._reasoning),
            status=status,
            finish_reason=self._finish_reason,
            failure=failure,
            usage=self._usage,
            timing=self._timing(),
            skipped_events=self._skipped,
        )

    def _outcome(self, error: BaseException | None, *, cancelled: bool) -> tuple[Status, Failure | None]:
        broken = Status.INTERRUPTED if self.has_content else Status.FAILED
        if cancelled:
            return Status.CANCELLED, None
        if isinstance(error, ChatError):
            return broken, error.failure()
        if error is not None:
            return broken, Failure(INTERNAL, type(error).__name__)
        if self._finish_reason is None:
            return broken, ConnectionLost().failure()
        status = _STATUS_BY_REASON.get(self._finish_reason, Status.COMPLETE)
        if status is Status.COMPLETE and not any(piece for piece in self._text):
            nothing = ToolUnavailable() if self._asked_for_tool else EmptyReply()
            return Status.FAILED, nothing.failure()
        return status, None

    def _mark_first_token(self, *, answer: bool) -> None:
        if self._first_token_at is None:
            self._first_token_at = self._clock()
        if answer and self._answer_at is None:
            self._answer_at = self._clock()

    def _timing(self) -> Timing:
        now = self._clock()
        first = self._first_token_at
        reasoning_s = (self._answer_at or now) - first if self._reasoning and first is not None else None
        return Timing(
            first_token_s=None if first is None else first - self._started_at,
            reasoning_s=reasoning_s,
            total_s=now - self._started_at,
        )
