"""Where a conversation stands in the sidebar: in the folder of the local endpoint's callers, pinned, or by its day."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_chat.core.entities import FROM_ENDPOINT, Conversation
from desktop_chat.core.library import is_blank

SortKey = tuple[int, float, str]
"""Rank, negative time, id."""
IN_FOLDER, PINNED_ROWS, OTHERS = range(3)
"""The ranks of rows, from top to bottom."""


@dataclass(slots=True)
class Group:
    """A heading and the number of rows below it, which is 0 for a closed folder."""

    label: str
    count: int


def sort_key(conversation: Conversation) -> SortKey | None:
    """Return a conversation's sort key; None if it is not listed."""
    if conversation.trashed_at is not None or is_blank(conversation):
        return None
    return (rank_of(conversation), -conversation.updated_at, conversation.id)


def rank_of(conversation: Conversation) -> int:
    """Return the rank of a conversation that is listed."""
    if conversation.pinned:
        return PINNED_ROWS
    return IN_FOLDER if conversation.origin == FROM_ENDPOINT else OTHERS
