"""What a provider streams: the typed pieces of a reply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from desktop_chat.core.entities import Usage


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """A piece of the model's reasoning, kept apart from the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class RefusalDelta:
    """A piece of the model's refusal to answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A fragment of a tool call; `index` says which call it belongs to."""

    index: int
    call_id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class UsageDelta:
    """The server's count of tokens."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class FinishDelta:
    """The server says that the reply is finished, and why ("stop", "length", "content_filter", ...)."""

    reason: str


@dataclass(frozen=True, slots=True)
class SkippedDelta:
    """An unreadable event was passed over."""

    count: int = 1


Delta: TypeAlias = TextDelta | ReasoningDelta | RefusalDelta | ToolCallDelta | UsageDelta | FinishDelta | SkippedDelta
