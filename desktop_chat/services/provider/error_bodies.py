"""Parses error bodies of any format: their message, codes, the parameter they concern, and when to retry.

Formats seen in the wild: an object with `error`, a list around it, flat `code` and `message`, MiniMax's `base_resp`,
FastAPI's `detail` (a sentence, or pydantic's list), `errors`, a `message` that contains an object or JSON as text,
OpenRouter's `metadata.raw`, Google's `details` with `retryDelay`, Azure's `innererror`, and HTML pages.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

WORDS_LIMIT = 300
"""Maximum characters of a server's message."""

_MAX_DEPTH = 8
"""Maximum nesting of errors: each gateway on the way wraps them once more."""
_MAX_OBJECTS = 40
_MAX_ENTRIES = 3
"""How many problems of a list are included."""
_INNER = ("error", "errors", "detail", "message", "msg", "base_resp", "metadata", "raw", "innererror", "details")
_TEXTS = (
    *("message", "detail", "msg", "status_msg", "error_msg", "error_message", "errmsg", "error_description", "errors"),
    *("error", "title", "reason"),
)
_CODES = ("code", "type", "status", "reason", "error", "error_code", "errcode", "status_code")
_DELAYS = (("retryDelay", 1.0), ("retry_delay", 1.0), ("retry_after", 1.0), ("retry_after_seconds", 1.0),
           ("retryAfter", 1.0), ("retry_after_ms", 0.001))  # fmt: skip
_TITLE = re.compile(r"(?is)<title[^>]*>([^<]{1,200})</title>")
_MARKUP = re.compile(r"(?i)<\s*(!doctype|html|head|body|script|\?xml)\b")
_decode = json.JSONDecoder().raw_decode


def objects_in(body: object) -> list[dict[str, Any]]:
    """Return the objects that an error consists of, outer before inner."""
    found: list[dict[str, Any]] = []
    level = list(_dicts(body))
    for _ in range(_MAX_DEPTH):
        found += level[: _MAX_OBJECTS - len(found)]
        level = [inner for one in level[:_MAX_OBJECTS] for name in _INNER for inner in _dicts(one.get(name))]
    return found


def words_of(body: object) -> str:
    """Return the server's message, short and without control characters; for an HTML page, its title."""
    return _plain(_text_of(body, _MAX_DEPTH))


def codes_in(body: object) -> list[str]:
    """Return the codes of an error, innermost first, reduced to lower-case letters and digits."""
    members = [(name, one.get(name)) for one in reversed(objects_in(body)) for name in _CODES]
    codes = [
        f"base_resp_{value}" if name == "status_code" else str(value)
        for name, value in members
        if isinstance(value, (str, int)) and not isinstance(value, bool)
    ]
    return [re.sub(r"[^a-z0-9]", "", code.lower()) for code in codes if 0 < len(code) < 100]


def parameter_in(body: object) -> str:
    """Return the request field that an error concerns ("stream", "messages[0].role"); empty if none is named."""
    for one in reversed(objects_in(body)):
        if isinstance(one.get("param"), str) and one["param"]:
            return _plain(one["param"])
        if isinstance(one.get("loc"), list):
            return _plain(_place(one["loc"]))
    return ""


def delay_in(body: object) -> float | None:
    """Return the retry delay in seconds from an error's body ("retryDelay": "41s"), or None."""
    for one in reversed(objects_in(body)):
        for name, scale in _DELAYS:
            seconds = _seconds(one.get(name), scale)
            if seconds is not None:
                return seconds
    return None


def is_page(text: str) -> bool:
    """Return whether a body is a web page."""
    return _MARKUP.search(text[:20_000]) is not None


def json_or_none(text: str) -> object:
    """Return parsed JSON; None for text that is not JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _seconds(value: object, scale: float) -> float | None:
    if isinstance(value, str) and (number := re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*s?\s*", value)):
        value = float(number.group(1))
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < math.inf:
        return float(value) * scale
    return None


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, str):
        value = _object_in(value)
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        yield from (entry for entry in value[:_MAX_DEPTH] if isinstance(entry, dict))


def _object_in(text: str) -> object:
    """Return JSON contained in a text, alone or after a few words ("BadRequestError: {...}"); None if there is none."""
    start = re.search(r"[\[{]", text[:WORDS_LIMIT])
    if start is None:
        return None
    try:
        value, _ = _decode(text, start.start())
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) or (isinstance(value, list) and start.start() == 0) else None


def _text_of(value: object, depth: int) -> str:
    if depth == 0:
        return ""
    if isinstance(value, str):
        inner = _object_in(value)
        return (_text_of(inner, depth - 1) if inner is not None else "") or value
    if isinstance(value, list):
        return _joined(_text_of(entry, depth - 1) for entry in value[:_MAX_ENTRIES])
    return _text_of_object(value, depth) if isinstance(value, dict) else ""


def _text_of_object(one: dict[str, Any], depth: int) -> str:
    if isinstance(one.get("loc"), list) and isinstance(one.get("msg"), str):
        return f"{_place(one['loc'])}: {one['msg']}"
    for name in ("metadata", "raw", "error", "errors", "base_resp"):
        if isinstance(one.get(name), (dict, list)) or name == "raw":
            text = _text_of(one.get(name), depth - 1)
            if text:
                return text
    for name in _TEXTS:
        value = one.get(name)
        text = _text_of(value, depth - 1)
        if text:
            return text
        if value and isinstance(value, (dict, list)) and name != "error":
            return _json_of(value)
    return ""


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text))


def _place(loc: list[Any]) -> str:
    return ".".join(str(step) for step in loc[:_MAX_DEPTH] if isinstance(step, (str, int)))


def _plain(text: str) -> str:
    head = text[:20_000]
    if _MARKUP.search(head):
        title = _TITLE.search(head)
        head = title.group(1) if title else ""
    if "\ufffd" in head or "\0" in head:
        return ""  # binary
    printable = "".join(c if c.isprintable() else " " for c in head[: 4 * WORDS_LIMIT])
    words = " ".join(printable.split())[:WORDS_LIMIT]
    return words if any(letter.isalnum() for letter in words) else ""  # only punctuation


def _json_of(value: object) -> str:
    """Return a value as JSON; empty if it is nested too deeply."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return ""
