"""What a provider streams: the typed pieces of a reply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from desktop_chat.core.entities import Source, Usage
from desktop_chat.core.left_out import LeftOut


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """A piece of the model's reasoning, kept apart from the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class RecastDelta:
    """All text of this request so far was reasoning; it is appended to the reasoning."""


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
class ImageDelta:
    """An image that the model made, whole; its content is not decoded and may be anything."""

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class SourcesDelta:
    """The sources of the answer: all that the server has named so far."""

    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class UsageDelta:
    """The server's token count."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class FinishDelta:
    """The server says that the reply is finished and why, in its own word (see `finish_reasons`). More text, or another
    reason, may follow: some servers send one with every chunk."""

    reason: str


@dataclass(frozen=True, slots=True)
class SkippedDelta:
    """An unreadable event was skipped."""

    count: int = 1


@dataclass(frozen=True, slots=True)
class LeftOutDelta:
    """Parts left out of the request, because the server refuses them for this model."""

    parts: tuple[LeftOut, ...]


PlainDelta: TypeAlias = (
    TextDelta
    | ReasoningDelta
    | RecastDelta
    | RefusalDelta
    | ToolCallDelta
    | SourcesDelta
    | UsageDelta
    | FinishDelta
    | SkippedDelta
    | LeftOutDelta
)
"""All deltas but images, which are stored before the reply names them."""

Delta: TypeAlias = PlainDelta | ImageDelta
