"""The events that a session emits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from desktop_chat.core.deltas import Delta
from desktop_chat.core.entities import Failure, Message


@dataclass(frozen=True, slots=True)
class MessageAdded:
    """A message was appended to the path; a reply starts empty and RUNNING."""

    message: Message


@dataclass(frozen=True, slots=True)
class ReplyDelta:
    """A running reply grew by one delta; by an image as the text that refers to it."""

    message_id: str
    delta: Delta


@dataclass(frozen=True, slots=True)
class ToolCallChanged:
    """A tool call of a running reply (see `Reply.calls`) has another status or a result."""

    message_id: str
    call_id: str


@dataclass(frozen=True, slots=True)
class RetryScheduled:
    """The request failed before its first token and will be sent again in `delay_s` seconds."""

    message_id: str
    attempt: int
    delay_s: float
    failure: Failure


@dataclass(frozen=True, slots=True)
class RetryStarted:
    """The countdown is over; the request is being sent again."""

    message_id: str


@dataclass(frozen=True, slots=True)
class ReplyStopping:
    """The user asked to stop. Emitted immediately, before the connection is closed."""

    message_id: str


@dataclass(frozen=True, slots=True)
class ReplyEnded:
    """A reply reached its final status; `message` is complete."""

    message: Message


@dataclass(frozen=True, slots=True)
class PathChanged:
    """Another path of the tree is shown: its messages, first to last."""

    messages: tuple[Message, ...]


SessionEvent: TypeAlias = (
    MessageAdded
    | ReplyDelta
    | ToolCallChanged
    | RetryScheduled
    | RetryStarted
    | ReplyStopping
    | ReplyEnded
    | PathChanged
)
