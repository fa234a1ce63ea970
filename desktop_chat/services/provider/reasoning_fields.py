"""Reads reasoning from the members that servers use for it, often several at once, each word once.

`reasoning_content` is DeepSeek's, vLLM's and Qwen's; `reasoning` OpenRouter's, Groq's and Ollama's; `reasoning_details`
OpenRouter's and MiniMax's, who repeats in each chunk what came before (https://platform.minimax.io/docs).
"""

from __future__ import annotations

from typing import Any

from desktop_chat.services.provider.json_values import dicts_in, text_in

_PLAIN = ("reasoning_content", "reasoning", "thinking", "reasoning_text")
_NAMES = frozenset({*_PLAIN, "reasoning_details"})
_INNER = ("text", "summary", "content", "thinking")
_TELLING = 4
"""A text at least this long that begins with everything received so far is taken as cumulative."""


class ReasoningFields:
    """Gives what is new in each chunk of one reply."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0

    def new_in(self, said: dict[str, Any]) -> str:
        """Return the reasoning of a chunk without what was said before."""
        if _NAMES.isdisjoint(said) or not (text := _text_of(said)):
            return ""
        if len(text) >= self._length >= _TELLING:
            self._pieces = ["".join(self._pieces)]
            if text.startswith(self._pieces[0]):
                text = text[self._length :]
        self._pieces.append(text)
        self._length += len(text)
        return text


def _text_of(said: dict[str, Any]) -> str:
    """Return the first text of those that name the same thing."""
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
