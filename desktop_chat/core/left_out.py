"""The parts of a request that were left out or moved, because the server refuses them for the model."""

from __future__ import annotations

from enum import StrEnum


class LeftOut(StrEnum):
    """A part of a request, as the core, the window and the terminal name it."""

    TEMPERATURE = "temperature"
    MAX_TOKENS = "max_tokens"
    REASONING_EFFORT = "reasoning_effort"
    SYSTEM_ROLE = "system_role"
    """The system prompt stands in the first question instead."""
    STREAMING = "streaming"
    """The reply was asked for in one piece instead."""
    ONE_PIECE = "one_piece"
    """The reply was streamed instead."""
    USAGE = "usage"
    """Asking for the count of tokens."""
    STORE = "store"
    """Asking the server not to keep the conversation."""
    REASONING_SUMMARY = "reasoning_summary"


ASKED_BY_US = frozenset({LeftOut.USAGE, LeftOut.STORE, LeftOut.REASONING_SUMMARY})
"""Parts that no person chose: mentioned once, when the refusal is learned, and not with each reply."""
