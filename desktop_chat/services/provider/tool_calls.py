"""Reads tool calls of Chat Completions: fragments in a stream and whole calls, in all shapes that servers send.

Seen: no index, an index as text, an id in each fragment or in none, arguments as an object, a call without "function"
around its name and arguments, one call instead of a list, and the legacy `function_call`. Fragments are passed on as
they are; `core` decides which of them belong together.
"""

from __future__ import annotations

from typing import Any

from desktop_chat.services.provider.delta_coalescer import DeltaCoalescer
from desktop_chat.services.provider.json_values import dicts_in, json_text_in, text_in

_FUNCTIONS = (None, "", "function", "builtin_function")
"""The types of calls that can be answered; Kimi's own tools are "builtin_function"."""
_MAX_DIGITS = 6


def read_calls(said: dict[str, Any], coalescer: DeltaCoalescer) -> bool:
    """Add the fragments in a delta or a message to `coalescer`; return whether there were any."""
    calls = said.get("tool_calls")
    found = [
        _add(call, place, coalescer)
        for place, call in enumerate(dicts_in([calls] if isinstance(calls, dict) else calls))
        if call.get("type") in _FUNCTIONS
    ]
    legacy = said.get("function_call")
    if not found and isinstance(legacy, dict):
        found = [_add({"function": legacy}, 0, coalescer)]
    return any(found)


def _add(call: dict[str, Any], place: int, coalescer: DeltaCoalescer) -> bool:
    inner = call.get("function")
    function = inner if isinstance(inner, dict) else call
    call_id, name = _id_in(call.get("id")), text_in(function.get("name"))
    arguments = json_text_in(function.get("arguments"))
    if not (call_id or name or arguments):
        return False
    coalescer.add_call(index_in(call.get("index"), place), call_id, name, arguments)
    return True


def index_in(value: object, place: int) -> int:
    """Return an index, which some servers send as text; `place` for anything else."""
    if isinstance(value, str) and value.isdecimal() and len(value) < _MAX_DIGITS:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else place


def _id_in(value: object) -> str:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text_in(value)
