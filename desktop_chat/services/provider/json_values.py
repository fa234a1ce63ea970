"""Extracts values from arbitrary JSON: each function returns its type, or that type's empty value."""

from __future__ import annotations

import json
from typing import Any


def count_in(value: object) -> int | None:
    """Return a token count; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None


def text_in(value: object) -> str:
    """Return a string; empty for anything else."""
    return value if isinstance(value, str) else ""


def dict_in(value: object) -> dict[str, Any]:
    """Return an object; empty for anything else."""
    return value if isinstance(value, dict) else {}


def dicts_in(value: object) -> list[dict[str, Any]]:
    """Return the objects in a list; empty for anything else."""
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def json_text_in(value: object) -> str:
    """Return a string as it is, nothing as an empty one, and any other value as JSON."""
    if value is None or isinstance(value, str):
        return value or ""
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return ""
