"""What is sent for a prompt, and what is left out of it when a server does not know it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any

from desktop_chat.core.errors import ProviderError, RequestRejected
from desktop_chat.core.prompt import Prompt

USAGE = "usage"
"""Asking for the count of tokens at the end of a stream."""
MAX_TOKENS = "max_tokens"
"""The older name of the limit, which most servers know; OpenAI's reasoning models take only the newer one."""


def body_of(prompt: Prompt, refused: AbstractSet[str] = frozenset()) -> dict[str, Any]:
    """Return the JSON body of a request, without what the server `refused` before."""
    body: dict[str, Any] = {
        "model": prompt.model,
        "messages": [{"role": message.role.value, "content": message.text} for message in prompt.messages],
        "stream": prompt.streaming,
    }
    if prompt.streaming and USAGE not in refused:
        body["stream_options"] = {"include_usage": True}
    if prompt.temperature is not None:
        body["temperature"] = prompt.temperature
    if prompt.max_tokens is not None:
        body["max_completion_tokens" if MAX_TOKENS in refused else "max_tokens"] = prompt.max_tokens
    if prompt.reasoning_effort:
        body["reasoning_effort"] = prompt.reasoning_effort
    return body


def newly_refused(error: ProviderError, prompt: Prompt, refused: AbstractSet[str]) -> str | None:
    """Return what a server refused that a second request can do without, or None."""
    if not isinstance(error, RequestRejected):
        return None
    words = error.detail.lower()
    if prompt.max_tokens is not None and MAX_TOKENS not in refused and "max_completion_tokens" in words:
        return MAX_TOKENS
    if prompt.streaming and USAGE not in refused and ("stream_options" in words or "include_usage" in words):
        return USAGE
    return None
