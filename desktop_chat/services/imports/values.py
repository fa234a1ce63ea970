"""Takes values of the expected types out of JSON that another program wrote."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

_EARLIEST = 0.0
_MILLISECONDS_FROM = 1e11
"""Larger numbers of seconds are in the year 5138 and later, so they are milliseconds (or smaller units)."""
_LATEST_AHEAD_S = 366 * 86_400.0
_STARTED = min(time.time(), _MILLISECONDS_FROM)


def obj(value: Any) -> dict[str, Any]:
    """Return an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects in a list."""
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, dict))


def text(value: Any) -> str:
    """Return a string; an empty one for anything else."""
    return value if isinstance(value, str) else ""


def name(value: Any) -> str:
    """Return a string or a whole number as a string."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)


def count(value: Any) -> int | None:
    """Return a number of tokens or bytes; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None


def seconds(value: Any) -> float | None:
    """Return a moment in seconds since the epoch, from seconds, milliseconds, smaller units or ISO 8601. None for
    anything else, and for moments before 1970 or more than a year ahead, which are mistakes."""
    if type(value) is float and _EARLIEST < value < _STARTED:  # nearly always
        return value
    if isinstance(value, str):
        found = _from_text(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found = _from_number(value)
    else:
        return None
    return found if found is not None and _EARLIEST < found < time.time() + _LATEST_AHEAD_S else None


def _from_number(value: float) -> float | None:
    try:
        moment = float(value)
    except OverflowError:
        return None
    if not math.isfinite(moment):
        return None
    while moment >= _MILLISECONDS_FROM:
        moment /= 1000
    return moment


def _from_text(value: str) -> float | None:
    try:
        return _from_number(float(value))
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(value.strip()[:40])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def as_json(value: Any) -> str:
    """Return any value as JSON; a text as it is."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except (ValueError, TypeError, RecursionError):
        return ""


def fenced(code: str, language: str = "") -> str:
    """Return code as a Markdown block, with a fence that the code does not contain."""
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}{language}\n{code}\n{fence}"
