"""Reads each model's context window from a list of models, if the server provides it.

Seen: `context_length` (OpenRouter, Together), `max_model_len` (vLLM), `context_window` (Groq), `max_context_length`
(Mistral, LM Studio), `inputTokenLimit` (Gemini), `max_input_tokens` (LiteLLM), `meta.n_ctx` (llama.cpp).
"""

from __future__ import annotations

from typing import Any

from desktop_chat.services.provider.model_list import entries_of, name_of

_KEYS = (
    "context_length",
    "max_model_len",
    "context_window",
    "max_context_length",
    "inputTokenLimit",
    "max_input_tokens",
    "n_ctx",
)
_MIN_WINDOW = 256
"""Tokens; no chat model has a smaller context window."""


def windows_in(parsed: object) -> dict[str, int]:
    """Return the known context windows in tokens, by model name."""
    found = {}
    for entry in entries_of(parsed) or []:
        name = name_of(entry)
        window = _window_of(entry) if isinstance(entry, dict) else 0
        if name and window:
            found[name] = window
    return found


def _window_of(entry: dict[str, Any]) -> int:
    meta = entry.get("meta")
    for place in (entry, meta if isinstance(meta, dict) else {}):
        for key in _KEYS:
            value = place.get(key)
            if isinstance(value, int) and not isinstance(value, bool) and value >= _MIN_WINDOW:
                return value
    return 0
