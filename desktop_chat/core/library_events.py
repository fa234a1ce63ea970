"""Events about conversations as a whole, and about storing them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from desktop_chat.core.entities import Conversation
from desktop_chat.core.errors import StoreError


@dataclass(frozen=True, slots=True)
class ConversationChanged:
    """A conversation was added, or its title, options, draft, pin, trash state or time changed."""

    conversation: Conversation


@dataclass(frozen=True, slots=True)
class ConversationsAdded:
    """Conversations came together, perhaps thousands: they were restored or imported."""

    conversations: tuple[Conversation, ...]


@dataclass(frozen=True, slots=True)
class ConversationGrown:
    """A conversation has new or changed messages in the store that did not come from a session: they were restored, or
    a caller of the local endpoint asked."""

    conversation_id: str


@dataclass(frozen=True, slots=True)
class ConversationsRemoved:
    """Conversations were deleted permanently."""

    conversation_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoreFailed:
    """Something could not be stored; it is kept in memory and retried."""

    error: StoreError


@dataclass(frozen=True, slots=True)
class StoreRecovered:
    """Everything that could not be stored before is now stored."""


LibraryEvent: TypeAlias = ConversationChanged | ConversationsAdded | ConversationGrown | ConversationsRemoved
WriteEvent: TypeAlias = StoreFailed | StoreRecovered
