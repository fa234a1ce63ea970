"""What is sent for a prompt, and what is left out of it when a server does not know it."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from typing import Any

from desktop_chat.core.entities import Role
from desktop_chat.core.errors import ProviderError, RequestRejected
from desktop_chat.core.prompt import Prompt

USAGE = "usage"
"""Asking for the count of tokens at the end of a stream."""
MAX_TOKENS = "max_tokens"
"""The older name of the limit, which most servers know; OpenAI's reasoning models take only the newer one."""

STORE = "store"
"""Asking the Responses API not to keep the conversation on the server."""
SUMMARY = "summary"
"""Asking for the model's reasoning in short, which some accounts may not."""


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


def response_body_of(prompt: Prompt, refused: AbstractSet[str] = frozenset()) -> dict[str, Any]:
    """Return the JSON body of a request to the Responses API, which is asked to keep nothing."""
    told = "\n\n".join(message.text for message in prompt.messages if message.role is Role.SYSTEM)
    body: dict[str, Any] = {
        "model": prompt.model,
        "input": [
            {"role": message.role.value, "content": message.text}
            for message in prompt.messages
            if message.role is not Role.SYSTEM
        ],
        "stream": prompt.streaming,
    }
    if told:
        body["instructions"] = told
    if STORE not in refused:
        body["store"] = False
    if prompt.temperature is not None:
        body["temperature"] = prompt.temperature
    if prompt.max_tokens is not None:
        body["max_output_tokens"] = prompt.max_tokens
    if prompt.reasoning_effort:
        body["reasoning"] = {"effort": prompt.reasoning_effort}
        if SUMMARY not in refused:
            body["reasoning"]["summary"] = "auto"
    return body


def newly_refused(error: ProviderError, prompt: Prompt, refused: AbstractSet[str]) -> str | None:
    """Return what a server of Chat Completions refused that a second request can do without, or None."""
    words = _words_of_refusal(error)
    if prompt.max_tokens is not None and MAX_TOKENS not in refused and "max_completion_tokens" in words:
        return MAX_TOKENS
    if prompt.streaming and USAGE not in refused and ("stream_options" in words or "include_usage" in words):
        return USAGE
    return None


def newly_refused_response(error: ProviderError, prompt: Prompt, refused: AbstractSet[str]) -> str | None:
    """Return what a server of the Responses API refused that a second request can do without, or None."""
    words = _words_of_refusal(error)
    if STORE not in refused and re.search(r"\bstore\b", words):
        return STORE
    if prompt.reasoning_effort and SUMMARY not in refused and "summar" in words:
        return SUMMARY
    return None


def _words_of_refusal(error: ProviderError) -> str:
    return error.detail.lower() if isinstance(error, RequestRejected) else ""
