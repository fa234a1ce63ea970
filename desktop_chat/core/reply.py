"""A running reply: its text and progress for all readers, and the message that it becomes at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING

from desktop_chat.core.deltas import (
    FinishDelta,
    LeftOutDelta,
    PlainDelta,
    ReasoningDelta,
    RecastDelta,
    RefusalDelta,
    SkippedDelta,
    SourcesDelta,
    TextDelta,
    ToolCallDelta,
    UsageDelta,
)
from desktop_chat.core.entities import Failure, Message, Status, Timing, Usage, has_answer, joined_sources
from desktop_chat.core.errors import INTERNAL, ChatError, ConnectionLost, EmptyReply, ProviderFault, ToolUnavailable
from desktop_chat.core.finish_reasons import REFUSAL, Ending, ending_of
from desktop_chat.core.growing_text import GrowingText
from desktop_chat.core.left_out import LeftOut
from desktop_chat.core.ports import TextIncrement

if TYPE_CHECKING:  # few replies have any of them
    from desktop_chat.core.attachments import Attachment
    from desktop_chat.core.call_collector import CallCollector
    from desktop_chat.core.running_call import RunningCall
    from desktop_chat.core.tools import Tool

_STATUSES = {Ending.LENGTH: Status.TRUNCATED, Ending.FILTERED: Status.FILTERED}
_FAULTS = {Ending.LOST: ConnectionLost, Ending.FAULT: ProviderFault}
_BETWEEN = "\n\n"
"""Separates paragraphs."""


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

    Collecting deltas never joins the whole text again; `clock` returns monotonic seconds. If `message` has parts
    already (a continued reply), new text is appended to it and its counts are added to; so it is with each request that
    follows a round of tool calls. Without `offers_tools`, calls are not kept. `is_taken` says whether a call's id is
    already used in the conversation.
    """

    def __init__(
        self,
        message: Message,
        clock: Callable[[], float] = time.monotonic,
        *,
        offers_tools: bool = True,
        is_taken: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.message = message
        self.text = GrowingText(message.text)
        self.reasoning = GrowingText(message.reasoning)
        self.recasts = 0
        """How often text was reclassified as reasoning and moved there. Otherwise text and reasoning only grow."""
        self.sources = message.sources
        self.left_out = message.left_out
        self.attachments = message.attachments
        self.calls: list[RunningCall] = _running(message)
        """The tool calls, in order; with those of the first part of a continued reply."""
        self.tools: Mapping[str, Tool] = {}
        """The tools that are offered, by name."""
        self.must_be_noted = False
        """Whether the journal cannot express what has happened: the next `noted` message must be stored at once."""
        self._offers_tools = offers_tools
        self._is_taken = is_taken
        self._collector: CallCollector | None = None
        self._clock = clock
        self._round_begun = (len(message.text), len(message.reasoning))
        """The lengths of text and reasoning when this request began."""
        self._noted = self._journalled = self._round_begun
        self.continues = has_answer(message)
        """Whether an earlier request has brought anything."""
        self._timing_before = message.timing if self.continues else None
        self._usages = [message.usage] if self.continues else []
        self._moved: tuple[int, int] | None = None
        """Position and length, within the reasoning, of journalled text that was moved there; None once that is
        journalled too."""
        self._usage: Usage | None = None
        self._finish_reason: str | None = None
        self._text_followed_end = False
        self._skipped = 0
        self._asked_for_tool = False
        self.begin_attempt()

    def begin_round(self) -> None:
        """Begin another request, which follows the results of tool calls."""
        self._timing_before = self.timing()
        self._usages.append(self._usage)
        self.continues = True
        self._round_begun = (len(self.text), len(self.reasoning))
        self._usage = self._finish_reason = self._collector = None
        self._text_followed_end = False
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
        """Whether the model has answered this request with anything; if so, it is not retried automatically."""
        return self.progress.first_token_at is not None

    def take(self, delta: PlainDelta) -> None:
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
            case ToolCallDelta():
                self._mark_first_token(now, answer=True)
                self._asked_for_tool = True
                self._take_call(delta)
            case _:
                self._note(delta)

    def _note(self, delta: SourcesDelta | FinishDelta | UsageDelta | SkippedDelta | LeftOutDelta) -> None:
        """Take a delta with information about the reply."""
        match delta:
            case SourcesDelta(sources):
                self.sources = joined_sources(self.message.sources, sources)
            case FinishDelta(reason):
                self.progress.finished = not self._text_followed_end and self._collector is None
                self._note_reason(reason)
            case UsageDelta(usage):
                self._usage = usage
            case SkippedDelta(count):
                self._skipped += count
            case LeftOutDelta(parts):
                self.left_out = tuple([part for part in LeftOut if part in parts or part in self.left_out])

    def add_image(self, image: Attachment) -> str:
        """Add an image that the model sent, as a paragraph of its own; return the text that this added."""
        from desktop_chat.core.attachments import ADDRESS  # noqa: PLC0415  (few replies have images)

        if all(known.sha256 != image.sha256 for known in self.attachments):
            self.attachments = (*self.attachments, image)
        return self.add_image_at(f"{ADDRESS}{image.sha256}")

    def add_image_at(self, address: str) -> str:
        """Add an image with an address of its own, which may be its data; return the text that this added."""
        is_apart = len(self.text) == 0 or self.text.after(len(self.text) - 2) == "\n\n"
        text = f"{'' if is_apart else _BETWEEN}![image]({address}){_BETWEEN}"
        self.take(TextDelta(text))
        return text

    def calls_to_run(self) -> list[RunningCall]:
        """Return the calls of the request that has just ended; none if it did not end properly."""
        ending = ending_of(self._finish_reason or "")
        is_whole = self._finish_reason is not None and ending in {Ending.NORMAL, Ending.UNKNOWN}
        if self._collector is None or not is_whole or not self._offers_tools:
            return []
        return [call for call in self.calls if not call.has_ended]

    def waiting_calls(self) -> list[RunningCall]:
        """Return the calls that wait for approval."""
        if not self.calls:
            return []
        from desktop_chat.core.tools import CallStatus  # noqa: PLC0415  (few replies have calls)

        return [call for call in self.calls if call.status is CallStatus.WAITING]

    def stop_calls(self) -> list[RunningCall]:
        """Give each call that has not ended a result that says so; return these calls. Nothing may run any more."""
        if not self.calls:
            return []
        from desktop_chat.core.tools import STOPPED_RESULT, CallStatus  # noqa: PLC0415  (few replies have calls)

        stopped = [call for call in self.calls if not call.has_ended]
        for call in stopped:
            call.end(CallStatus.STOPPED, STOPPED_RESULT)
        return stopped

    def noted(self) -> Message:
        """Return the message so far, to be stored in place of the earlier one and its journal: only what arrives from
        now on is journalled."""
        self._noted = self._journalled = (len(self.text), len(self.reasoning))
        self._moved = None
        self.must_be_noted = False
        return self.so_far()

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
        """Return the times so far. A continued reply has the times of both parts without the wait for the second, and
        one with tool calls those of all requests without the calls, so that tokens per second remain a streaming
        rate."""
        now, progress = self._clock(), self.progress
        first = progress.first_token_at
        before = self._timing_before
        if before is not None and before.total_s is not None:
            return replace(before, total_s=before.total_s + (0.0 if first is None else now - first))
        reasoned = len(self.reasoning) > self._round_begun[1]
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
            attachments=self.attachments,
            tool_calls=tuple(call.value() for call in self.calls),
        )

    def ended(self, error: BaseException | None, *, cancelled: bool) -> Message:
        """Return the final message. `error` is what the stream raised; `cancelled` says that it was stopped."""
        self.stop_calls()
        if not self._offers_tools:
            self.calls = _running(self.message)
        status, failure = self._outcome(error, cancelled=cancelled)
        return replace(
            self.so_far(),
            status=status,
            finish_reason=self._finish_reason,
            failure=failure,
            usage=reduce(_sum_of, [*self._usages, self._usage]),
            skipped_events=self._skipped + self.message.skipped_events,
        )

    def _outcome(self, error: BaseException | None, *, cancelled: bool) -> tuple[Status, Failure | None]:
        broken = Status.INTERRUPTED if self.has_content or self.continues else Status.FAILED
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
        return bool(self.text) or bool(self.calls) or (bool(self.reasoning) and not self._asked_for_tool)

    def _take_call(self, fragment: ToolCallDelta) -> None:
        if self._collector is None:
            from desktop_chat.core.call_collector import CallCollector  # noqa: PLC0415  (few replies have calls)

            number = 1 + max((call.round for call in self.calls), default=-1)
            self._collector = CallCollector(self.calls, number, self._is_taken)
        call = self._collector.take(fragment, text_at=len(self.text), reasoning_at=len(self.reasoning))
        if tool := self.tools.get(call.name):
            call.server, call.own_name = tool.server, tool.own_name

    def _note_reason(self, reason: str) -> None:
        """Keep the last finish reason, unless an earlier one said that something is missing and this one does not."""
        before = self._finish_reason
        plain = {Ending.NORMAL, Ending.UNKNOWN}
        if before is None or ending_of(before) in plain or ending_of(reason) not in plain:
            self._finish_reason = reason

    def _move_text_to_reasoning(self) -> None:
        begun, (text, reasoning) = self._round_begun[0], self._journalled
        if text > begun:
            self._moved = (len(self.reasoning), text - begun)
            self._journalled = (begun, reasoning)
        self.must_be_noted = self._noted[0] > begun
        for call in self.calls:
            if call.text_at > begun:
                call.reasoning_at = len(self.reasoning) + call.text_at - begun
                call.text_at = begun
        self.reasoning.add(self.text.after(begun))
        self.text = GrowingText(self.text.whole()[:begun])
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


def _running(message: Message) -> list[RunningCall]:
    """Return the calls of a reply that is continued."""
    if not message.tool_calls:
        return []
    from desktop_chat.core.running_call import RunningCall  # noqa: PLC0415  (few replies have calls)

    return [RunningCall.of(call) for call in message.tool_calls]


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
