"""What of a request was left out, or put elsewhere, because the server refuses it for the model."""

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
"""What no person chose: told once, when it is learned, and not with each reply."""
