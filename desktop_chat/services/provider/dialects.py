"""The two ways to ask an OpenAI-compatible server: Chat Completions and Responses. All else is the same for both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from desktop_chat.core.deltas import FinishDelta, UsageDelta
from desktop_chat.core.entities import Api
from desktop_chat.core.prompt import Prompt
from desktop_chat.services.provider.chunks import ChunkReader
from desktop_chat.services.provider.delta_coalescer import DeltaCoalescer
from desktop_chat.services.provider.request_body import body_of, response_body_of
from desktop_chat.services.provider.responses import ResponseReader

ReadJson = Callable[[object, DeltaCoalescer], Sequence[UsageDelta | FinishDelta] | None]
"""Reads one event or one whole answer: what it says goes to the joiner, what it says about the reply is returned."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where to ask, what to send, and how to read the answer."""

    path: str
    body_of: Callable[[Prompt, AbstractSet[str]], dict[str, Any]]
    make_reader: Callable[[], ReadJson]
    """Makes a reader for one reply."""
    ends_with_reason: bool
    """Nothing follows the finish reason: no usage, no mark of the end."""


DIALECTS = {
    Api.CHAT_COMPLETIONS: Dialect("/chat/completions", body_of, ChunkReader, ends_with_reason=False),
    Api.RESPONSES: Dialect("/responses", response_body_of, ResponseReader, ends_with_reason=True),
}
