"""The parts of a request that were left out or moved, mostly because the server refuses them for the model."""

from __future__ import annotations

from enum import StrEnum


class LeftOut(StrEnum):
    """A part of a request that was left out."""

    TEMPERATURE = "temperature"
    MAX_TOKENS = "max_tokens"
    REASONING_EFFORT = "reasoning_effort"
    SYSTEM_ROLE = "system_role"
    """The system prompt was put into the first question instead."""
    STREAMING = "streaming"
    """The reply was requested without streaming instead."""
    ONE_PIECE = "one_piece"
    """The reply was streamed instead."""
    USAGE = "usage"
    """The request for a token count."""
    STORE = "store"
    """The request not to store the conversation on the server."""
    REASONING_SUMMARY = "reasoning_summary"
    TOOLS = "tools"
    """The tools that the model may call; earlier calls were sent as text."""
    IMAGES = "images"
    """All images, which the user decided to do without."""
    TOOL_SERVERS = "tool_servers"
    """The chosen tools of a server that does not run."""


ASKED_BY_US = frozenset({LeftOut.USAGE, LeftOut.STORE, LeftOut.REASONING_SUMMARY})
"""Parts that the user did not choose: mentioned once, when the refusal is first seen, not with each reply."""
