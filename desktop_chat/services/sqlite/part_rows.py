"""Maps attachments and tool calls to the JSON of their columns. What another program wrote there is ignored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from enum import StrEnum
from typing import Any, TypeVar

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.tools import CallStatus, ToolCall

Part = TypeVar("Part", Attachment, ToolCall)

_TYPES: Mapping[str, tuple[type, ...]] = {"int": (int,), "str": (str,), "float | None": (float, int)}
_TOO_LARGE = 2**31
_ENUMS: Mapping[str, type[StrEnum]] = {"kind": AttachmentKind, "status": CallStatus}


def attachments_value(attachments: tuple[Attachment, ...]) -> str | None:
    """Return a column's value; None for none."""
    return _value([_plain(attachment) for attachment in attachments])


def attachments_from(value: object) -> tuple[Attachment, ...]:
    """Return the attachments of a column's value; unreadable ones are left out."""
    return tuple(found for plain in _objects_in(value) if (found := _attachment(plain)) is not None)


def tool_calls_value(calls: tuple[ToolCall, ...]) -> str | None:
    """Return a column's value; None for none."""
    return _value([_plain(call) for call in calls])


def tool_calls_from(value: object) -> tuple[ToolCall, ...]:
    """Return the tool calls of a column's value; unreadable ones are left out."""
    return tuple(found for plain in _objects_in(value) if (found := _tool_call(plain)) is not None)


def tools_value(ids: tuple[str, ...]) -> str | None:
    """Return a column's value; None for none."""
    return _value(list(ids))


def tools_from(value: object) -> tuple[str, ...]:
    """Return the ids of a column's value."""
    return tuple(each for each in _list_in(value) if isinstance(each, str))


def _plain(part: Attachment | ToolCall) -> dict[str, Any]:
    """Return a part's values by field, without those that it has if nothing is said."""
    usual = {each.name: each.default for each in fields(part)}
    return {name: value for name, value in asdict(part).items() if value != usual[name]}


def _value(plain: list[Any]) -> str | None:
    # ASCII: a lone half of a surrogate pair stays as it is.
    return json.dumps(plain, separators=(",", ":")) if plain else None


def _list_in(value: object) -> list[Any]:
    try:
        found = json.loads(value) if isinstance(value, str) else []
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []


def _objects_in(value: object) -> list[dict[str, Any]]:
    return [each for each in _list_in(value) if isinstance(each, dict)]


def _attachment(plain: dict[str, Any]) -> Attachment | None:
    pages = plain.pop("page_sha256s", None)
    names = [each for each in pages if isinstance(each, str)] if isinstance(pages, list) else []
    return _made(Attachment, plain, page_sha256s=tuple(names))


def _tool_call(plain: dict[str, Any]) -> ToolCall | None:
    images = plain.pop("images", None)
    found = [_attachment(each) for each in images if isinstance(each, dict)] if isinstance(images, list) else []
    return _made(ToolCall, plain, images=tuple(each for each in found if each is not None))


def _made(kind: type[Part], plain: dict[str, Any], **parts: Any) -> Part | None:
    """Return the part with these values; None if one is missing or of another type."""
    values: dict[str, Any] = {}
    for each in fields(kind):
        if each.name not in plain:
            continue
        value, expected = plain[each.name], str(each.type)
        if each.name in _ENUMS:
            try:
                value = _ENUMS[each.name](value)
            except ValueError:
                return None
        elif type(value) not in _TYPES[expected] or not _is_usable(value):
            return None
        values[each.name] = value
    try:
        return kind(**values, **parts)
    except TypeError:  # a value is missing
        return None


def _is_usable(value: object) -> bool:
    """Return whether a number is one that we write: the window could not show others."""
    return not isinstance(value, int | float) or 0 <= value < _TOO_LARGE
