"""Tool calls as they are sent back to a model: with a valid name, valid arguments and a result of bounded length.

What the model wrote may be broken; a server that reads it again would refuse every later request.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from desktop_chat.core.tools import MAX_TOOL_NAME, ToolCall, stopped

RESULT_LIMIT = 100_000
"""Characters of the results of one round that are sent; the calls made side by side share them."""
MAX_DEPTH = 100
"""Levels of nested arguments; what passes them on fails at some 250."""
_SHOWN_OF_BROKEN = 500
"""Characters of broken arguments that the model is told."""
_NOT_IN_NAMES = re.compile(r"[^a-zA-Z0-9_-]")


def sent_calls(calls: Sequence[ToolCall]) -> tuple[ToolCall, ...]:
    """Return the calls of one round in the form in which they are sent."""
    return tuple(_sent(call, len(calls)) for call in stopped(calls))


def letters_not_sent(call: ToolCall, side_by_side: int) -> int:
    """Return how many characters at the end of a call's result are not sent, if `side_by_side` calls were made in its
    round."""
    return max(0, len(call.result) - RESULT_LIMIT // side_by_side)


def arguments_of(text: str) -> tuple[dict[str, Any], str]:
    """Return a call's arguments, or what is wrong with them in words for the model."""
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
        if "\\u" in text:  # perhaps an escape for half of a surrogate pair, which no tool could be sent
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        return {}, f"the arguments are not valid JSON ({error}): {text[:_SHOWN_OF_BROKEN]}"
    if not isinstance(found, dict):
        return {}, f"the arguments are not a JSON object: {text[:_SHOWN_OF_BROKEN]}"
    if _is_too_deep(found):
        return {}, f"the arguments are nested more than {MAX_DEPTH} levels deep"
    return found, ""


def _is_too_deep(value: object) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _parts_of(outer)]
        if not level:
            return False
    return True


def _parts_of(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _refuse_constant(name: str) -> Any:
    """Refuse NaN and infinities, which Python reads although no JSON has them."""
    raise ValueError(name)


def _sent(call: ToolCall, side_by_side: int) -> ToolCall:
    name = _NOT_IN_NAMES.sub("_", call.name)[:MAX_TOOL_NAME] or "unknown"
    _, problem = arguments_of(call.arguments)
    result = call.result or "(no output)"
    if cut := letters_not_sent(call, side_by_side):
        result = f"{result[:-cut]}\n\n[The last {cut:,} of {len(result):,} characters are left out.]"
    return replace(call, name=name, arguments="{}" if problem else call.arguments, result=result)
