"""What happens to the conversations as a whole, and to their storing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from desktop_chat.core.entities import Conversation
from desktop_chat.core.errors import StoreError


@dataclass(frozen=True, slots=True)
class ConversationChanged:
    """A conversation came, or its title, options, draft, pin, trash or time changed."""

    conversation: Conversation


@dataclass(frozen=True, slots=True)
class ConversationGrown:
    """A conversation has messages in the store that did not come from a session: they were brought back."""

    conversation_id: str


@dataclass(frozen=True, slots=True)
class ConversationsRemoved:
    """Conversations are gone for ever."""

    conversation_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoreFailed:
    """Something could not be stored; it is kept in memory and tried again."""

    error: StoreError


@dataclass(frozen=True, slots=True)
class StoreRecovered:
    """What could not be stored before is stored now."""


LibraryEvent: TypeAlias = ConversationChanged | ConversationGrown | ConversationsRemoved
WriteEvent: TypeAlias = StoreFailed | StoreRecovered
