"""What is recorded of a caller of the local endpoint, as it is told to the window: what it asked, and the pieces of the
answer. Images are blobs, so that each line stays short."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.deltas import (
    FinishDelta,
    ReasoningDelta,
    RecastDelta,
    RefusalDelta,
    SourcesDelta,
    TextDelta,
    ToolCallDelta,
)
from desktop_chat.core.entities import Source


@dataclass(frozen=True, slots=True)
class AskedCall:
    """A tool call of an earlier answer, as the caller repeats it; `arguments` is text."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class AskedMessage:
    """One message of a request. `role` is OpenAI's word; with "tool", `text` is the result of the call `call_id`."""

    role: str
    text: str = ""
    images: tuple[Attachment, ...] = ()
    calls: tuple[AskedCall, ...] = ()
    call_id: str = ""


AnswerPiece: TypeAlias = (
    TextDelta | ReasoningDelta | RecastDelta | RefusalDelta | ToolCallDelta | SourcesDelta | FinishDelta | Attachment
)
"""A piece of an answer; an attachment is an image."""


def plain_message(message: AskedMessage) -> dict[str, Any]:
    """Return a message as JSON, without what is empty."""
    body: dict[str, Any] = {"role": message.role, "text": message.text}
    if message.images:
        body["images"] = [_plain_image(image) for image in message.images]
    if message.calls:
        body["calls"] = [[call.id, call.name, call.arguments] for call in message.calls]
    if message.call_id:
        body["call_id"] = message.call_id
    return body


def read_message(body: Any) -> AskedMessage:
    """Return the message in JSON. Raises KeyError, TypeError, ValueError."""
    role, text, call_id = texts([body["role"], body["text"], body.get("call_id", "")], 3)
    images = tuple(_image(image) for image in body.get("images", ()))
    return AskedMessage(
        role, text, images, tuple(AskedCall(*texts(call, 3)) for call in body.get("calls", ())), call_id
    )


def plain_piece(piece: AnswerPiece) -> list[Any]:
    """Return a piece as JSON: what it is, then its values."""
    match piece:
        case RecastDelta():
            return ["recast"]
        case ToolCallDelta(index, call_id, name, arguments):
            return ["call", index, call_id, name, arguments]
        case SourcesDelta(sources):
            return ["sources", *([source.url, source.title] for source in sources)]
        case FinishDelta(reason):
            return ["finish", reason]
        case Attachment():
            return ["image", _plain_image(piece)]
        case _:
            return [_TEXTS[type(piece)], piece.text]


def read_piece(body: Any) -> AnswerPiece:
    """Return the piece in JSON. Raises KeyError, TypeError, ValueError."""
    kind, *values = body
    return _READERS[kind](values)


def texts(values: Any, count: int) -> tuple[str, ...]:
    """Return so many strings. Raises TypeError, ValueError."""
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError
    if len(values) != count:
        raise ValueError(count)
    return tuple(values)


def _plain_image(image: Attachment) -> list[Any]:
    return [image.name, image.media_type, image.sha256, image.size, image.width, image.height]


def _image(values: Any) -> Attachment:
    name, media_type, sha256 = texts(values[:3], 3)
    size, width, height = (int(number) for number in values[3:])
    return Attachment(AttachmentKind.IMAGE, name, media_type, size, sha256, width, height)


_TEXTS: Mapping[type, str] = {TextDelta: "text", ReasoningDelta: "reasoning", RefusalDelta: "refusal"}
_READERS: Mapping[str, Callable[[Any], AnswerPiece]] = {
    "text": lambda values: TextDelta(*texts(values, 1)),
    "reasoning": lambda values: ReasoningDelta(*texts(values, 1)),
    "refusal": lambda values: RefusalDelta(*texts(values, 1)),
    "recast": lambda _: RecastDelta(),
    "call": lambda values: ToolCallDelta(int(values[0]), *texts(values[1:], 3)),
    "sources": lambda values: SourcesDelta(tuple(Source(*texts(value, 2)) for value in values)),
    "finish": lambda values: FinishDelta(*texts(values, 1)),
    "image": lambda values: _image(*values),
}
