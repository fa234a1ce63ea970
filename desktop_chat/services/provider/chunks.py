"""Reads the JSON of Chat Completions, streamed or not, into deltas; unknown members are ignored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from desktop_chat.core.deltas import FinishDelta, ReasoningDelta, RefusalDelta, TextDelta, UsageDelta
from desktop_chat.core.entities import Usage
from desktop_chat.services.provider.delta_coalescer import DeltaCoalescer, Piece, whole_characters
from desktop_chat.services.provider.json_values import count_in, dict_in, dicts_in, text_in
from desktop_chat.services.provider.reasoning_fields import ReasoningFields
from desktop_chat.services.provider.reply_extras import BESIDE, ReplyExtras
from desktop_chat.services.provider.server_errors import error_in
from desktop_chat.services.provider.tool_calls import read_calls

REASON_LIMIT = 100
"""Maximum characters kept of a finish reason."""

_NOTHING: frozenset[type[Piece]] = frozenset()

About = Sequence[UsageDelta | FinishDelta]


class ChunkReader:
    """Reads one reply. Only one choice is read; others are ignored."""

    def __init__(self) -> None:
        self._index: int | None = None
        self._reasoning = ReasoningFields()
        self._extras = ReplyExtras()
        self._has_calls = False

    def __call__(self, body: object, coalescer: DeltaCoalescer) -> About | None:
        """Add the content of one chunk or one whole answer to `coalescer`, and return its usage and finish reason; None
        for other JSON. Raises ProviderError for an error object.

        Runs once per token: for the usual chunk, a piece of text, it creates no objects of its own.
        """
        if not isinstance(body, dict) or body.get("error") or not body.get("choices"):
            _raise_error_in(body)
            if not isinstance(body, dict) or not ("choices" in body or "usage" in body):
                return None
        choice = self._choice(body.get("choices"))
        if choice is not None:
            said = choice.get("delta")
            if type(said) is dict and len(said) == 1 and type(text := said.get("content")) is str and text:
                coalescer.say(TextDelta, text)
            else:
                self._read_choice(choice, coalescer)
            if "error" in choice:
                _raise_error_in({"error": choice["error"]})
        if "citations" in body or "search_results" in body:
            self._extras.read(body, coalescer)
        if body.get("usage") or choice is None or choice.get("finish_reason"):
            return _about(choice, body)
        return ()

    def _choice(self, choices: object) -> dict[str, Any] | None:
        if not isinstance(choices, list):
            return None
        for choice in choices:
            if isinstance(choice, dict) and (choice.get("index") or 0) == self._index:
                return choice
        return None if self._index is not None else self._first_choice(choices)

    def _first_choice(self, choices: list[Any]) -> dict[str, Any] | None:
        """Return the choice to read from now on: number 0 if present, else the lowest."""
        numbered = {choice.get("index") or 0: choice for choice in reversed(dicts_in(choices)) if _is_number(choice)}
        if not numbered:
            return None
        self._index = min(numbered)
        first: dict[str, Any] = numbered[self._index]
        return first

    def _read_choice(self, choice: dict[str, Any], coalescer: DeltaCoalescer) -> None:
        said = choice.get("delta")
        if isinstance(said, dict) and said:
            self._read_said(said, coalescer, _NOTHING)
            if said.get("tool_calls") or said.get("function_call"):
                self._has_calls = read_calls(said, coalescer) or self._has_calls
        elif isinstance(message := choice.get("message"), dict):
            # A whole answer, or a summary after a stream: what was streamed is not repeated.
            self._read_said(message, coalescer, frozenset(coalescer.kinds))
            self._has_calls = self._has_calls or read_calls(message, coalescer)
        else:
            _add(coalescer, TextDelta, choice.get("text"))

    def _read_said(self, said: dict[str, Any], coalescer: DeltaCoalescer, known: frozenset[type[Piece]]) -> None:
        content = said.get("content")
        if ReasoningDelta not in known:
            _add(coalescer, ReasoningDelta, self._reasoning.new_in(said))
        if isinstance(content, list):
            self._read_parts(content, coalescer, known)
        elif TextDelta not in known:
            _add(coalescer, TextDelta, content)
        if RefusalDelta not in known:
            _add(coalescer, RefusalDelta, said.get("refusal"))
        if not BESIDE.isdisjoint(said):
            self._extras.read(said, coalescer)

    def _read_parts(self, parts: list[Any], coalescer: DeltaCoalescer, known: frozenset[type[Piece]]) -> None:
        """Read content given as a list: texts, images, and nested reasoning of some servers."""
        for part in parts:
            if not isinstance(part, dict):
                continue
            if TextDelta not in known:
                _add(coalescer, TextDelta, part.get("text"))
            if ReasoningDelta not in known:
                for thought in thoughts_in(part.get("thinking")):
                    _add(coalescer, ReasoningDelta, thought)
            if "image_url" in part:
                self._extras.read({"images": [part]}, coalescer)


def _raise_error_in(body: object) -> None:
    """Raise the ProviderError in an object, if any."""
    if (error := error_in(body)) is not None:
        raise error


def _is_number(choice: dict[str, Any]) -> bool:
    index = choice.get("index")
    return index is None or (isinstance(index, int) and index >= 0)


def thoughts_in(value: object) -> list[str]:
    """Return the reasoning in a value: a text, or a list of texts or of objects with a text."""
    parts = value if isinstance(value, list) else [value]
    return [text_in(part.get("text") if isinstance(part, dict) else part) for part in parts]


def _about(choice: dict[str, Any] | None, body: dict[str, Any]) -> list[UsageDelta | FinishDelta]:
    about: list[UsageDelta | FinishDelta] = []
    choice = choice or {}
    # Kimi and Groq put usage elsewhere.
    usage = body.get("usage") or choice.get("usage") or dict_in(body.get("x_groq")).get("usage")
    if isinstance(usage, dict):
        about.append(UsageDelta(usage_in(usage)))
    reason = choice.get("finish_reason")
    if isinstance(reason, str) and reason:
        about.append(FinishDelta(whole_characters(reason[:REASON_LIMIT])))
    return about


def _add(coalescer: DeltaCoalescer, kind: type[Piece], text: object) -> None:
    if isinstance(text, str) and text:
        coalescer.say(kind, text)


_PROMPT = (("prompt_tokens",), ("input_tokens",))
_COMPLETION = (("completion_tokens",), ("output_tokens",))
_REASONING = (
    ("completion_tokens_details", "reasoning_tokens"),
    ("output_tokens_details", "reasoning_tokens"),
    ("reasoning_tokens",),
)
_CACHED = (
    ("prompt_tokens_details", "cached_tokens"),
    ("input_tokens_details", "cached_tokens"),
    ("cached_tokens",),
    ("prompt_cache_hit_tokens",),
    ("cache_read_input_tokens",),
)
"""Where servers put each count: OpenAI's names first, then those of Kimi, DeepSeek and Anthropic."""


def usage_in(usage: dict[str, Any]) -> Usage:
    """Return the token counts of either API."""
    return Usage(*(_first_count(usage, places) for places in (_PROMPT, _COMPLETION, _REASONING, _CACHED)))


def _first_count(usage: dict[str, Any], places: tuple[tuple[str, ...], ...]) -> int | None:
    for *outer, name in places:
        holder = dict_in(usage.get(outer[0])) if outer else usage
        if (count := count_in(holder.get(name))) is not None:
            return count
    return None
