"""Reads the JSON of Chat Completions, streamed or whole, into deltas; members it does not know are passed over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from desktop_chat.core.deltas import FinishDelta, ReasoningDelta, RefusalDelta, TextDelta, ToolCallDelta, UsageDelta
from desktop_chat.core.entities import Usage
from desktop_chat.services.provider.piece_joiner import Piece, PieceJoiner, whole_characters
from desktop_chat.services.provider.server_errors import error_in

REASON_LIMIT = 100


def read_chunk(body: object, joiner: PieceJoiner) -> Sequence[UsageDelta | FinishDelta] | None:
    """Add to `joiner` what one chunk or one whole answer says, and return what it says about the reply; None for JSON
    that is neither. Raises ProviderError for an error object. The first choice is read, others are passed over.

    Runs once a token: the usual chunk, a piece of text, makes no object of ours.
    """
    if not isinstance(body, dict) or body.get("error") or not body.get("choices"):
        error = error_in(body)
        if error is not None:
            raise error
        if not isinstance(body, dict) or not ("choices" in body or "usage" in body):
            return None
    choice = _first_choice(body.get("choices"))
    if choice is not None:
        said = choice.get("delta") or choice.get("message")
        if isinstance(said, dict):
            _read_said(said, joiner)
        else:
            _add(joiner, TextDelta, choice.get("text"))
    return _about(choice, body.get("usage")) if body.get("usage") or (choice and choice.get("finish_reason")) else ()


def _about(choice: dict[str, Any] | None, usage: object) -> list[UsageDelta | FinishDelta]:
    about: list[UsageDelta | FinishDelta] = []
    if isinstance(usage, dict):
        about.append(UsageDelta(_usage(usage)))
    reason = choice.get("finish_reason") if choice is not None else None
    if isinstance(reason, str) and reason:
        about.append(FinishDelta(whole_characters(reason[:REASON_LIMIT])))
    return about


def _first_choice(choices: object) -> dict[str, Any] | None:
    if not isinstance(choices, list):
        return None
    for choice in choices:
        if isinstance(choice, dict) and not choice.get("index"):
            return choice
    return None


def _read_said(said: dict[str, Any], joiner: PieceJoiner) -> None:
    content = said.get("content")
    if len(said) == 1 and isinstance(content, str):
        _add(joiner, TextDelta, content)
        return
    _add(joiner, ReasoningDelta, said.get("reasoning_content") or said.get("reasoning"))
    if isinstance(content, list):
        _read_parts(content, joiner)
    else:
        _add(joiner, TextDelta, content)
    _add(joiner, RefusalDelta, said.get("refusal"))
    _read_calls(said, joiner)


def _read_calls(said: dict[str, Any], joiner: PieceJoiner) -> None:
    calls = said.get("tool_calls")
    for place, call in enumerate(calls if isinstance(calls, list) else ()):
        if isinstance(call, dict):
            joiner.add(_tool_call(call, place))
    if isinstance(said.get("function_call"), dict):
        joiner.add(_tool_call({"function": said["function_call"]}, 0))


def _read_parts(parts: list[Any], joiner: PieceJoiner) -> None:
    """Read content given as a list: texts, and reasoning as some servers nest it."""
    for part in parts:
        if isinstance(part, dict):
            _add(joiner, TextDelta, part.get("text"))
            inner = part.get("thinking")
            for thought in inner if isinstance(inner, list) else [inner]:
                _add(joiner, ReasoningDelta, thought.get("text") if isinstance(thought, dict) else thought)


def _add(joiner: PieceJoiner, kind: type[Piece], text: object) -> None:
    if isinstance(text, str) and text:
        joiner.say(kind, text)


def _tool_call(call: dict[str, Any], place: int) -> ToolCallDelta:
    function = call.get("function")
    function = function if isinstance(function, dict) else {}
    index = call.get("index")
    return ToolCallDelta(
        index if isinstance(index, int) else place,
        text_in(call.get("id")),
        text_in(function.get("name")),
        text_in(function.get("arguments")),
    )


def _usage(usage: dict[str, Any]) -> Usage:
    details = usage.get("completion_tokens_details")
    reasoning = details.get("reasoning_tokens") if isinstance(details, dict) else None
    return Usage(count_in(usage.get("prompt_tokens")), count_in(usage.get("completion_tokens")), count_in(reasoning))


def count_in(value: object) -> int | None:
    """Return a number of tokens; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None


def text_in(value: object) -> str:
    """Return a text; an empty one for anything else."""
    return value if isinstance(value, str) else ""
