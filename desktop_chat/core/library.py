"""All conversations by id: their titles, options, drafts, pins and the trash. The one place that changes them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from desktop_chat.core.entities import ChatOptions, Conversation
from desktop_chat.core.errors import StoreError
from desktop_chat.core.library_events import ConversationChanged, ConversationGrown, ConversationsRemoved, LibraryEvent
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.ports import SearchHit, Store
from desktop_chat.core.titles import title_from
from desktop_chat.core.write_behind import WriteBehind


class Library:
    """Keeps the conversations (without their messages) in memory and tells the listeners of each change.

    A new conversation is stored once it has a message, a draft or a name of its own.
    """

    def __init__(self, store: Store, write_behind: WriteBehind, clock: Callable[[], float] = time.time) -> None:
        self.events: Listeners[LibraryEvent] = Listeners()
        self._store = store
        self._write_behind = write_behind
        self._clock = clock
        self._conversations: dict[str, Conversation] = {}

    async def load(self) -> None:
        """Read all conversations. Raises StoreError. What was stored for a draft that was taken back is let go."""
        stored = await self._store.conversations()
        if blank := tuple(c.id for c in stored if is_blank(c)):
            with suppress(StoreError):  # it can be read and not written; there is another start
                await self._write_behind.delete(blank)
        self._conversations = {c.id: c for c in stored if not is_blank(c)} | self._conversations

    async def add_restored(self, grown_ids: Iterable[str] = ()) -> tuple[Conversation, ...]:
        """Read what was brought back into the store behind our back; return the conversations that are new here. What
        is known stays as it is; of those in `grown_ids` it is told that they have more messages. Raises StoreError."""
        stored = await self._store.conversations()
        come = tuple(c for c in stored if c.id not in self._conversations and not is_blank(c))
        for conversation in come:
            self._conversations[conversation.id] = conversation
            self.events.emit(ConversationChanged(conversation))
        for conversation_id in grown_ids:
            if conversation_id in self._conversations:
                self.events.emit(ConversationGrown(conversation_id))
        return come

    def __contains__(self, conversation_id: str) -> bool:
        return conversation_id in self._conversations

    def __getitem__(self, conversation_id: str) -> Conversation:
        return self._conversations[conversation_id]

    def shown(self) -> list[Conversation]:
        """Return what the sidebar lists: outside the trash and not blank, the pinned first, then the newest."""
        kept = (c for c in self._conversations.values() if c.trashed_at is None and not is_blank(c))
        return sorted(kept, key=lambda c: (not c.pinned, -c.updated_at))

    def trashed(self) -> list[Conversation]:
        """Return the trash, the last thrown first."""
        thrown = (c for c in self._conversations.values() if c.trashed_at is not None)
        return sorted(thrown, key=lambda c: -(c.trashed_at or 0))

    def create(self, options: ChatOptions) -> Conversation:
        """Begin a conversation."""
        now = self._clock()
        conversation = Conversation(created_at=now, updated_at=now, options=options)
        self._conversations[conversation.id] = conversation
        self.events.emit(ConversationChanged(conversation))
        return conversation

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation a name of the person's; a blank one takes it back."""
        title = " ".join(title.split())
        self._change(conversation_id, title=title, title_is_own=bool(title))

    def pin(self, conversation_id: str, *, pinned: bool) -> None:
        """Keep a conversation at the top of the list, or let it go."""
        self._change(conversation_id, pinned=pinned)

    def trash(self, conversation_id: str) -> None:
        """Move a conversation to the trash."""
        self._change(conversation_id, trashed_at=self._clock())

    def restore(self, conversation_id: str) -> None:
        """Take a conversation out of the trash."""
        self._change(conversation_id, trashed_at=None)

    def set_options(self, conversation_id: str, options: ChatOptions) -> None:
        """Change how a conversation asks from its next message on."""
        self._change(conversation_id, options=options)

    def set_draft(self, conversation_id: str, draft: str) -> None:
        """Keep what is being written."""
        self._change(conversation_id, draft=draft)

    def add_to_draft(self, conversation_id: str, text: str) -> None:
        """Keep what was written behind a draft that was not shown yet."""
        self.set_draft(conversation_id, self._conversations[conversation_id].draft + text)

    def record_message(self, conversation_id: str, leaf_id: str, question: str | None = None) -> None:
        """Note that a path grew to `leaf_id`; the first question names the conversation, and empties the draft."""
        conversation = self._conversations[conversation_id]
        changes: dict[str, Any] = {"leaf_id": leaf_id, "updated_at": self._clock()}
        if question is not None:
            changes["draft"] = ""
            changes["title"] = conversation.title or title_from(question)
        self._change(conversation_id, **changes)

    def show_path(self, conversation_id: str, leaf_id: str | None) -> None:
        """Remember which path of the tree is shown; None for none, after all messages were deleted."""
        self._change(conversation_id, leaf_id=leaf_id)

    def discard_if_blank(self, conversation_id: str) -> None:
        """Forget a conversation in which nothing was ever said or written."""
        conversation = self._conversations.get(conversation_id)
        if conversation is not None and is_blank(conversation):
            del self._conversations[conversation_id]
            self.events.emit(ConversationsRemoved((conversation_id,)))

    async def delete(self, conversation_ids: Iterable[str]) -> None:
        """Remove conversations for ever. Raises StoreError."""
        doomed = tuple(conversation_ids)
        await self._write_behind.delete(doomed)
        for conversation_id in doomed:
            self._conversations.pop(conversation_id, None)
        self.events.emit(ConversationsRemoved(doomed))

    async def search(self, query: str) -> list[SearchHit]:
        """Find conversations by title and text; blank finds none. Raises StoreError."""
        return await self._store.search(query.strip()) if query.strip() else []

    def _change(self, conversation_id: str, **changes: Any) -> None:
        before = self._conversations[conversation_id]
        after = replace(before, **changes)
        if after == before:
            return
        self._conversations[conversation_id] = after
        if not (is_blank(before) and is_blank(after)):
            self._write_behind.note_conversation(after)
        self.events.emit(ConversationChanged(after))


def is_blank(conversation: Conversation) -> bool:
    """Say whether nothing was said, written or named."""
    return conversation.leaf_id is None and not conversation.draft.strip() and not conversation.title_is_own
