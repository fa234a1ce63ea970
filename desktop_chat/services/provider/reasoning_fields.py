"""Reads reasoning from the members that servers use for it, often several at once, without duplicates.

`reasoning_content` is used by DeepSeek, vLLM and Qwen; `reasoning` by OpenRouter, Groq and Ollama; `reasoning_details`
by OpenRouter and MiniMax, which repeats all previous text in each chunk (https://platform.minimax.io/docs).
"""

from __future__ import annotations

from typing import Any

from desktop_chat.services.provider.json_values import dicts_in, text_in

_PLAIN = ("reasoning_content", "reasoning", "thinking", "reasoning_text")
_NAMES = frozenset({*_PLAIN, "reasoning_details"})
_INNER = ("text", "summary", "content", "thinking")
_MIN_CUMULATIVE = 4
"""A text at least this long that starts with everything received so far is taken as cumulative."""


class ReasoningFields:
    """Extracts what is new in each chunk of one reply."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0

    def new_in(self, said: dict[str, Any]) -> str:
        """Return the new reasoning in a chunk."""
        if _NAMES.isdisjoint(said) or not (text := _text_of(said)):
            return ""
        if len(text) >= self._length >= _MIN_CUMULATIVE:
            self._pieces = ["".join(self._pieces)]
            if text.startswith(self._pieces[0]):
                text = text[self._length :]
        self._pieces.append(text)
        self._length += len(text)
        return text


def _text_of(said: dict[str, Any]) -> str:
    """Return the first text among members with the same meaning."""
    for name in _PLAIN:
        value = said.get(name)
        if value and (text := value if isinstance(value, str) else _inner_text(value)):
            return text
    details = said.get("reasoning_details")
    return "".join(_inner_text(part) for part in dicts_in(details)) if details else ""


def _inner_text(value: object) -> str:
    if isinstance(value, list):
        return "".join(_inner_text(part) for part in dicts_in(value))
    if not isinstance(value, dict):
        return ""
    return next((text for name in _INNER if (text := text_in(value.get(name)))), "")
