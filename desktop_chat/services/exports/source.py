"""Where an export reads conversations from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from desktop_chat.core.exporting import ExportedConversation
from desktop_chat.services.sqlite.plain_rows import PlainConversation, Shape

StoredConversation = ExportedConversation | PlainConversation


class Conversations(Protocol):
    """Where conversations are read from, a few at a time. All methods raise StoreError."""

    def ids(self, *, with_trash: bool) -> list[str]:
        """Return the ids of all conversations, in the order in which they are written."""
        ...

    def get(self, conversation_id: str) -> ExportedConversation | None:
        """Return a conversation; None if it was deleted."""
        ...

    def read(self, ids: Sequence[str], shape: Shape) -> Iterable[StoredConversation | None]:
        """Yield a conversation for each id, as fast as possible."""
        ...
