"""Messages in our own JSON, which docs/formats.md describes: of objects, and of rows without making objects.

Members that have their usual value are left out.
"""

from __future__ import annotations

import json
import math
from dataclasses import fields
from functools import cache, lru_cache
from typing import Any, ClassVar, Protocol

from desktop_chat.core.entities import Message, Timing, Usage

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_ASCII_ENCODER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))


class _Value(Protocol):
    """Any of our frozen dataclasses."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


def message_json(message: Message) -> bytes:
    """Return a message as an object, without the contents of its attachments."""
    return encoded(_message(message))


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
            values[name] = plain_value(value)
    for name in ("sources", "attachments", "tool_calls"):
        parts = getattr(message, name)
        if parts:
            values[name] = [plain_value(part) for part in parts]
    return values


def row_end(columns: list[Any]) -> bytes:
    """Return what follows the status in `message_json`, of the columns that `plain_rows` reads for it."""
    created_at, reasoning, connection_name, model, skipped_events, finish_reason, *numbers = columns
    thought = f',"reasoning":{_ENCODER.encode(reasoning)}' if reasoning else ""
    origin = _origin(connection_name, model, skipped_events, finish_reason)
    used = "" if numbers == _NO_NUMBERS else _used(numbers)
    return f',"created_at":{_number(created_at)}{thought}{origin}{used}}}'.encode()


@lru_cache(maxsize=1_000)
def _origin(connection_name: str, model: str, skipped_events: int, finish_reason: str | None) -> str:
    """Return the members that most replies of a model share."""
    values = {"connection_name": connection_name, "model": model, "skipped_events": skipped_events}
    present = {name: value for name, value in values.items() if value}
    if finish_reason is not None:
        present["finish_reason"] = finish_reason
    return "".join([f',"{name}":{_ENCODER.encode(value)}' for name, value in present.items()])


def _used(numbers: list[Any]) -> str:
    """Return the usage and the timing."""
    return _known("usage", _OF_USAGE, numbers[:4]) + _known("timing", _OF_TIMING, numbers[4:])


def _known(name: str, members: list[str], values: list[Any]) -> str:
    known = [f'"{member}":{_number(value)}' for member, value in zip(members, values, strict=True) if value is not None]
    return f',"{name}":{{{",".join(known)}}}' if known else ""


def _number(value: float) -> str:
    """Return a number as the encoder writes it, which takes several times as long. Another program may have stored
    something else."""
    if type(value) in _NUMBERS and -math.inf < value < math.inf:
        return repr(value)
    return encoded(value).decode()


_NUMBERS = (float, int)
_OF_USAGE, _OF_TIMING = [each.name for each in fields(Usage)], [each.name for each in fields(Timing)]
_NO_NUMBERS = [None] * 7
_SELDOM_EMPTY = ("reasoning", "connection_name", "model", "skipped_events", "left_out")


def plain_value(value: _Value) -> dict[str, Any]:
    """Return a value's members by name, without those that have their default."""
    plain = {}
    for name, default in _defaults(type(value)):
        member = getattr(value, name)
        if member != default:
            plain[name] = _member(member)
    return plain


@cache
def _defaults(kind: type[_Value]) -> list[tuple[str, Any]]:
    """Return the members of a class with their defaults; one without is never equal to `MISSING`."""
    return [(each.name, each.default) for each in fields(kind)]


def _member(member: Any) -> Any:
    if isinstance(member, tuple):
        return [_member(each) for each in member]
    return plain_value(member) if hasattr(member, "__dataclass_fields__") else member


def encoded(value: Any) -> bytes:
    """Return JSON. Halves of surrogate pairs are written as escapes; numbers that JSON has not as null."""
    try:
        text = _ENCODER.encode(value)
    except ValueError:
        return encoded(_finite(value))
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
