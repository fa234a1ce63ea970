"""A store that keeps nothing: for conversations that leave no trace on the disk."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_chat.core.entities import Conversation, Message
from desktop_chat.core.ports import SearchHit, WriteBatch


class NullStore:
    """Fulfils `core.ports.Store` for one run: what is open is in memory anyway, and there is nothing else."""

    async def conversations(self) -> list[Conversation]:
        """There are none from earlier runs."""
        return []

    async def messages(self, conversation_id: str) -> list[Message]:  # noqa: ARG002  (the port's)
        """There are none from earlier runs."""
        return []

    async def write(self, batch: WriteBatch) -> None:
        """Let it go."""

    async def delete(self, conversation_ids: Sequence[str]) -> None:
        """There is nothing to remove."""

    async def search(self, query: str, limit: int = 200) -> list[SearchHit]:  # noqa: ARG002  (the port's)
        """There is nothing to find."""
        return []
