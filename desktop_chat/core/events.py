"""What a session tells those who listen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from desktop_chat.core.deltas import Delta
from desktop_chat.core.entities import Failure, Message


@dataclass(frozen=True, slots=True)
class MessageAdded:
    """A message joined the end of the path; a reply starts empty and RUNNING."""

    message: Message


@dataclass(frozen=True, slots=True)
class ReplyDelta:
    """A running reply grew by one delta."""

    message_id: str
    delta: Delta


@dataclass(frozen=True, slots=True)
class RetryScheduled:
    """The request failed before its first character and is sent again in `delay_s` seconds."""

    message_id: str
    attempt: int
    delay_s: float
    failure: Failure


@dataclass(frozen=True, slots=True)
class RetryStarted:
    """The countdown is over; the request is on its way again."""

    message_id: str


@dataclass(frozen=True, slots=True)
class ReplyStopping:
    """The person asked to stop; told in the same instant, before the connection is closed."""

    message_id: str


@dataclass(frozen=True, slots=True)
class ReplyEnded:
    """A reply reached its final status; `message` is whole."""

    message: Message


@dataclass(frozen=True, slots=True)
class PathChanged:
    """Another path of the tree is shown: the messages, first to last."""

    messages: tuple[Message, ...]


SessionEvent: TypeAlias = (
    MessageAdded | ReplyDelta | RetryScheduled | RetryStarted | ReplyStopping | ReplyEnded | PathChanged
)
