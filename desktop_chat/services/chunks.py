"""Reads the JSON of Chat Completions, streamed or whole, into deltas; members it does not know are passed over."""

from __future__ import annotations

from typing import Any

from desktop_chat.core.entities import Usage
from desktop_chat.core.events import (
    Delta,
    FinishDelta,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
    ToolCallDelta,
    UsageDelta,
)
from desktop_chat.services.piece_joiner import whole_characters
from desktop_chat.services.server_errors import error_in

REASON_LIMIT = 100


def deltas_of(body: object) -> list[Delta] | None:
    """Return what one chunk or one whole answer says; None for JSON that is neither.

    Raises ProviderError for an error object. The first choice is read, others are passed over.
    """
    error = error_in(body)
    if error is not None:
        raise error
    if not isinstance(body, dict) or not ("choices" in body or "usage" in body):
        return None
    deltas: list[Delta] = []
    choice = _first_choice(body.get("choices"))
    if choice is not None:
        said = choice.get("delta") or choice.get("message")
        if isinstance(said, dict):
            _read_said(said, deltas)
        elif isinstance(choice.get("text"), str) and choice["text"]:
            deltas.append(TextDelta(choice["text"]))
    usage = body.get("usage")
    if isinstance(usage, dict):
        deltas.append(UsageDelta(_usage(usage)))
    reason = choice.get("finish_reason") if choice is not None else None
    if isinstance(reason, str) and reason:
        deltas.append(FinishDelta(whole_characters(reason[:REASON_LIMIT])))
    return deltas


def _first_choice(choices: object) -> dict[str, Any] | None:
    if not isinstance(choices, list):
        return None
    return next((c for c in choices if isinstance(c, dict) and c.get("index", 0) in {0, None}), None)


def _read_said(said: dict[str, Any], deltas: list[Delta]) -> None:
    reasoning = said.get("reasoning_content") or said.get("reasoning")
    if isinstance(reasoning, str) and reasoning:
        deltas.append(ReasoningDelta(reasoning))
    content = said.get("content")
    if isinstance(content, str):
        if content:
            deltas.append(TextDelta(content))
    elif isinstance(content, list):
        _read_parts(content, deltas)
    refusal = said.get("refusal")
    if isinstance(refusal, str) and refusal:
        deltas.append(RefusalDelta(refusal))
    calls = said.get("tool_calls")
    if isinstance(calls, list):
        deltas.extend(_tool_call(call, place) for place, call in enumerate(calls) if isinstance(call, dict))
    if isinstance(said.get("function_call"), dict):
        deltas.append(_tool_call({"function": said["function_call"]}, 0))


def _read_parts(parts: list[Any], deltas: list[Delta]) -> None:
    """Read content given as a list: texts, and reasoning as some servers nest it."""
    for part in parts:
        if not isinstance(part, dict):
            continue
        if isinstance(part.get("text"), str) and part["text"]:
            deltas.append(TextDelta(part["text"]))
        inner = part.get("thinking")
        for thought in inner if isinstance(inner, list) else [inner]:
            text = thought.get("text") if isinstance(thought, dict) else thought
            if isinstance(text, str) and text:
                deltas.append(ReasoningDelta(text))


def _tool_call(call: dict[str, Any], place: int) -> ToolCallDelta:
    function = call.get("function")
    function = function if isinstance(function, dict) else {}
    index = call.get("index")
    return ToolCallDelta(
        index if isinstance(index, int) else place,
        _text(call.get("id")),
        _text(function.get("name")),
        _text(function.get("arguments")),
    )


def _usage(usage: dict[str, Any]) -> Usage:
    details = usage.get("completion_tokens_details")
    reasoning = details.get("reasoning_tokens") if isinstance(details, dict) else None
    return Usage(_count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens")), _count(reasoning))


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
