"""A store that stores nothing, for conversations that leave no trace on disk."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

from desktop_chat.core.entities import Conversation, Message
from desktop_chat.core.ports import SearchHit, WriteBatch


class NullStore:
    """Implements `core.ports.Store`: open conversations are in memory anyway, and there are no others."""

    async def conversations(self, without: Container[str] = ()) -> list[Conversation]:  # noqa: ARG002  (the port's)
        """Return an empty list."""
        return []

    async def messages(self, conversation_id: str) -> list[Message]:  # noqa: ARG002  (the port's)
        """Return an empty list."""
        return []

    async def write(self, batch: WriteBatch) -> None:
        """Do nothing."""

    async def delete(self, conversation_ids: Sequence[str]) -> None:
        """Do nothing."""

    async def search(
        self,
        query: str,  # noqa: ARG002  (the port's)
        limit: int = 200,  # noqa: ARG002
        on_hits: Callable[[list[SearchHit]], None] = lambda _: None,  # noqa: ARG002
    ) -> list[SearchHit]:
        """Return an empty list."""
        return []
