"""The two APIs of OpenAI-compatible servers: Chat Completions and Responses. Everything else is the same for both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from desktop_chat.core.deltas import FinishDelta, UsageDelta
from desktop_chat.core.entities import Api
from desktop_chat.core.prompt import Prompt
from desktop_chat.core.slices import Steps
from desktop_chat.services.provider.chunks import ChunkReader
from desktop_chat.services.provider.delta_coalescer import DeltaCoalescer
from desktop_chat.services.provider.request_body import body_of, response_body_of
from desktop_chat.services.provider.responses import ResponseReader

ReadJson = Callable[[object, DeltaCoalescer], Sequence[UsageDelta | FinishDelta] | None]
"""Reads one event or one whole answer: adds content to the coalescer, returns usage and finish reason."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where to send requests, what to send, and how to read answers."""

    path: str
    body_of: Callable[[Prompt, AbstractSet[str]], Steps[dict[str, Any]]]
    make_reader: Callable[[], ReadJson]
    """Creates a reader for one reply."""
    ends_with_reason: bool
    """Nothing follows the finish reason: no usage and no end marker."""


DIALECTS = {
    Api.CHAT_COMPLETIONS: Dialect("/chat/completions", body_of, ChunkReader, ends_with_reason=False),
    Api.RESPONSES: Dialect("/responses", response_body_of, ResponseReader, ends_with_reason=True),
}
