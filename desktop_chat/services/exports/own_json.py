"""Writes our own format: JSON without loss. docs/formats.md describes it, `services/imports/own_json.py` reads it.

Members that have their usual value are left out, which the description allows for.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, ClassVar, Protocol

from desktop_chat.core.attachments import Attachment
from desktop_chat.core.entities import Message, Timing, Usage
from desktop_chat.services.exports.source import StoredConversation
from desktop_chat.services.sqlite.plain_rows import PlainRow

NAME = "desktop-chat"
VERSION = 1

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_ASCII_ENCODER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))


class _Value(Protocol):
    """Any of our frozen dataclasses."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


def own_json(
    conversations: Iterable[StoredConversation], content_of: Callable[[str], bytes | None] | None, *, now: float
) -> Iterator[bytes]:
    """Yield the pieces of a file with these conversations. `content_of` returns the content of a blob, or None for one
    that is missing; without it, the contents are left to files beside this one. `now` is in seconds since the epoch."""
    head = {"format": NAME, "version": VERSION, "exported_at": datetime.fromtimestamp(now, UTC).isoformat()}
    yield _encoded(head)[:-1] + b',"conversations":['
    blobs: dict[str, None] = {}
    separator = b"\n"
    for each in conversations:
        blobs.update(dict.fromkeys(blobs_of(each)))
        yield separator + conversation_json(each)
        separator = b",\n"
    yield b"\n]"
    if content_of is not None:
        yield from _contents(blobs, content_of)
    yield b"}\n"


def conversation_json(exported: StoredConversation) -> bytes:
    """Return a conversation as an object, without the contents of its attachments."""
    values = _encoded(_plain(exported.conversation))
    messages = [_row(each) if isinstance(each, tuple) else _encoded(_message(each)) for each in exported.messages]
    return b"".join([values[:-1], b',"messages":[', b",".join(messages), b"]}"])


def blobs_of(exported: StoredConversation) -> Iterator[str]:
    """Yield the names of all contents that a conversation refers to, in order and perhaps twice."""
    for attachment in exported.conversation.draft_attachments:
        yield from _names(attachment)
    for message in exported.messages:
        if isinstance(message, tuple):
            continue
        for attachment in message.attachments:
            yield from _names(attachment)
        for call in message.tool_calls:
            for attachment in call.images:
                yield from _names(attachment)


def _names(attachment: Attachment) -> Iterator[str]:
    yield attachment.sha256
    if attachment.text_sha256:
        yield attachment.text_sha256
    yield from attachment.page_sha256s


def _contents(names: Iterable[str], content_of: Callable[[str], bytes | None]) -> Iterator[bytes]:
    yield b',"blobs":{'
    separator = b"\n"
    for name in names:
        content = content_of(name)
        if content is not None:
            yield separator + _encoded(name) + b':"' + base64.b64encode(content) + b'"'
            separator = b",\n"
    yield b"}"


def _message(message: Message) -> dict[str, Any]:
    """Return a message's values; the usual ones are named here, because there are many messages."""
    values: dict[str, Any] = {
        "id": message.id,
        "parent_id": message.parent_id,
        "role": message.role,
        "text": message.text,
        "status": message.status,
        "created_at": message.created_at,
    }
    for name in _SELDOM_EMPTY:
        value = getattr(message, name)
        if value:
            values[name] = value
    if message.finish_reason is not None:
        values["finish_reason"] = message.finish_reason
    for name in ("failure", "usage", "timing", "summary"):
        value = getattr(message, name)
        if value is not None:
            values[name] = _plain(value)
    for name in ("sources", "attachments", "tool_calls"):
        parts = getattr(message, name)
        if parts:
            values[name] = [_plain(part) for part in parts]
    return values


def _row(row: PlainRow) -> bytes:
    """Return the JSON of a row in `Shape.JSON`, as `_message` has it."""
    begin, created_at, reasoning = row[2:5]
    thought = f',"reasoning":{_ENCODER.encode(reasoning)}' if reasoning else ""
    numbers = row[9:]
    used = "" if numbers == _NO_NUMBERS else _used(numbers)
    end = f',"created_at":{_number(created_at)}{thought}{_origin(*row[5:9])}{used}}}'
    return b"%b%b" % (begin[:-1], end.encode())


@lru_cache(maxsize=1_000)
def _origin(connection_name: str, model: str, skipped_events: int, finish_reason: str | None) -> str:
    """Return the members that most replies of a model share."""
    values = {"connection_name": connection_name, "model": model, "skipped_events": skipped_events}
    present = {name: value for name, value in values.items() if value}
    if finish_reason is not None:
        present["finish_reason"] = finish_reason
    return "".join([f',"{name}":{_ENCODER.encode(value)}' for name, value in present.items()])


def _used(numbers: tuple[Any, ...]) -> str:
    """Return the usage and the timing."""
    return _known("usage", _OF_USAGE, numbers[:4]) + _known("timing", _OF_TIMING, numbers[4:])


def _known(name: str, members: list[str], values: tuple[Any, ...]) -> str:
    known = [f'"{member}":{_number(value)}' for member, value in zip(members, values, strict=True) if value is not None]
    return f',"{name}":{{{",".join(known)}}}' if known else ""


def _number(value: float) -> str:
    """Return a number as the encoder writes it, which takes several times as long. Another program may have stored
    something else."""
    if type(value) in _NUMBERS and -math.inf < value < math.inf:
        return repr(value)
    return _encoded(value).decode()


_NUMBERS = (float, int)
_OF_USAGE, _OF_TIMING = [each.name for each in fields(Usage)], [each.name for each in fields(Timing)]
_NO_NUMBERS = (None,) * 7
_SELDOM_EMPTY = ("reasoning", "connection_name", "model", "skipped_events", "left_out")


def _plain(value: _Value) -> dict[str, Any]:
    """Return a value's members by name, without those that have their default."""
    plain = {}
    for name, default in _defaults(type(value)):
        member = getattr(value, name)
        if member != default:
            plain[name] = _plain_member(member)
    return plain


@cache
def _defaults(kind: type[_Value]) -> list[tuple[str, Any]]:
    """Return the members of a class with their defaults; one without is never equal to `MISSING`."""
    return [(each.name, each.default) for each in fields(kind)]


def _plain_member(member: Any) -> Any:
    if isinstance(member, tuple):
        return [_plain_member(each) for each in member]
    return _plain(member) if hasattr(member, "__dataclass_fields__") else member


def _encoded(value: Any) -> bytes:
    """Return JSON. Halves of surrogate pairs are written as escapes; numbers that JSON has not as null."""
    try:
        text = _ENCODER.encode(value)
    except ValueError:
        return _encoded(_finite(value))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _ASCII_ENCODER.encode(value).encode()


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_finite(member) for member in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
