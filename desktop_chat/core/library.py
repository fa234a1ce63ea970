"""All conversations by id, with their titles, options, drafts, pins and trash state. The one place that changes
them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from desktop_chat.core.entities import ChatOptions, Conversation
from desktop_chat.core.errors import StoreError
from desktop_chat.core.library_events import (
    ConversationChanged,
    ConversationGrown,
    ConversationsAdded,
    ConversationsRemoved,
    LibraryEvent,
)
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.ports import SearchHit, Store
from desktop_chat.core.titles import title_for
from desktop_chat.core.write_behind import WriteBehind

if TYPE_CHECKING:
    from desktop_chat.core.attachments import Attachment

_SLICE_S = 0.004
"""How long a change of many conversations may keep the loop."""
_ADDED_AT_ONCE, _REMOVED_AT_ONCE = 1_000, 250
_PAUSE_S = 0.001
"""Between those that are added, so that the window is painted in between: without it, the event loop takes the next in
the same turn."""


class Library:
    """Keeps the conversations (without their messages) in memory and notifies listeners of each change.

    A new conversation is stored once it has a message, a draft or a title of its own.
    """

    def __init__(self, store: Store, write_behind: WriteBehind, clock: Callable[[], float] = time.time) -> None:
        self.events: Listeners[LibraryEvent] = Listeners()
        self._store = store
        self._write_behind = write_behind
        self._clock = clock
        self._conversations: dict[str, Conversation] = {}

    async def load(self) -> None:
        """Load all conversations, and delete stored ones that are blank. Raises StoreError."""
        stored = await self._store.conversations()
        if blank := tuple(c.id for c in stored if is_blank(c)):
            with suppress(StoreError):  # readable but not writable; the next start tries again
                await self._write_behind.delete(blank)
        self._conversations = {c.id: c for c in stored if not is_blank(c)} | self._conversations

    async def add_restored(self, grown_ids: Iterable[str] = ()) -> tuple[Conversation, ...]:
        """Load conversations that were restored or imported into the store; return those that are new, which appear
        some at a time. Existing ones stay unchanged; for those in `grown_ids`, ConversationGrown is emitted. Raises
        StoreError."""
        stored = await self._store.conversations(without=frozenset(self._conversations))
        come = tuple(c for c in stored if c.id not in self._conversations and not is_blank(c))
        for start in range(0, len(come), _ADDED_AT_ONCE):
            await asyncio.sleep(_PAUSE_S)
            part = come[start : start + _ADDED_AT_ONCE]
            added = tuple(c for c in part if c.id not in self._conversations)  # another call may have been faster
            self._conversations |= {conversation.id: conversation for conversation in added}
            if added:
                self.events.emit(ConversationsAdded(added))
        for conversation_id in grown_ids:
            if conversation_id in self._conversations:
                self.events.emit(ConversationGrown(conversation_id))
        return come

    def __contains__(self, conversation_id: str) -> bool:
        return conversation_id in self._conversations

    def __getitem__(self, conversation_id: str) -> Conversation:
        return self._conversations[conversation_id]

    def all(self) -> Iterable[Conversation]:
        """Return all conversations, also blank ones and those in the trash, in no particular order."""
        return self._conversations.values()

    def shown(self) -> list[Conversation]:
        """Return the conversations of the sidebar: not in the trash and not blank, pinned ones first, then newest
        first."""
        kept = (c for c in self._conversations.values() if c.trashed_at is None and not is_blank(c))
        return sorted(kept, key=lambda c: (not c.pinned, -c.updated_at))

    def trashed(self) -> list[Conversation]:
        """Return the conversations in the trash, the last trashed first."""
        trashed = (c for c in self._conversations.values() if c.trashed_at is not None)
        return sorted(trashed, key=lambda c: -(c.trashed_at or 0))

    def create(self, options: ChatOptions, origin: str = "") -> Conversation:
        """Create a conversation; `origin` says who began it."""
        now = self._clock()
        conversation = Conversation(created_at=now, updated_at=now, options=options, origin=origin)
        self._conversations[conversation.id] = conversation
        self.events.emit(ConversationChanged(conversation))
        return conversation

    def rename(self, conversation_id: str, title: str) -> None:
        """Set the user's title for a conversation; a blank one removes it."""
        title = " ".join(title.split())
        self._change(conversation_id, title=title, title_is_own=bool(title))

    def pin(self, conversation_id: str, *, pinned: bool) -> None:
        """Pin a conversation to the top of the list, or unpin it."""
        self._change(conversation_id, pinned=pinned)

    def trash(self, conversation_id: str) -> None:
        """Move a conversation to the trash."""
        self._change(conversation_id, trashed_at=self._clock())

    def restore(self, conversation_id: str) -> None:
        """Take a conversation out of the trash."""
        self._change(conversation_id, trashed_at=None)

    async def restore_all(self, conversation_ids: Iterable[str]) -> None:
        """Take conversations out of the trash, some at a time."""
        until = time.monotonic() + _SLICE_S
        for conversation_id in conversation_ids:
            if conversation_id in self._conversations:
                self.restore(conversation_id)
            if time.monotonic() >= until:
                await asyncio.sleep(0)
                until = time.monotonic() + _SLICE_S

    def set_options(self, conversation_id: str, options: ChatOptions) -> None:
        """Change a conversation's options, starting with its next message."""
        self._change(conversation_id, options=options)

    def set_draft(self, conversation_id: str, draft: str, attachments: tuple[Attachment, ...] | None = None) -> None:
        """Set a conversation's draft; `attachments` replace those of the draft unless None."""
        changes: dict[str, Any] = {} if attachments is None else {"draft_attachments": attachments}
        self._change(conversation_id, draft=draft, **changes)

    def record_message(
        self,
        conversation_id: str,
        leaf_id: str,
        question: str | None = None,
        attachments: Sequence[Attachment] = (),
    ) -> None:
        """Note that a path grew to `leaf_id`; the first question becomes the title, and any question clears the
        draft."""
        conversation = self._conversations[conversation_id]
        changes: dict[str, Any] = {"leaf_id": leaf_id, "updated_at": self._clock()}
        if question is not None:
            changes |= {"draft": "", "draft_attachments": ()}
            changes["title"] = conversation.title or title_for(question, attachments)
        self._change(conversation_id, **changes)

    def show_path(self, conversation_id: str, leaf_id: str | None) -> None:
        """Set the path of the tree that is shown; None after all messages were deleted."""
        self._change(conversation_id, leaf_id=leaf_id)

    def discard_if_blank(self, conversation_id: str) -> None:
        """Drop a conversation that has no message, draft or title of its own."""
        conversation = self._conversations.get(conversation_id)
        if conversation is not None and is_blank(conversation):
            del self._conversations[conversation_id]
            self.events.emit(ConversationsRemoved((conversation_id,)))

    async def delete(self, conversation_ids: Iterable[str]) -> None:
        """Delete conversations permanently; they disappear some at a time. Raises StoreError."""
        deleted = tuple(conversation_ids)
        await self._write_behind.delete(deleted)
        for start in range(0, len(deleted), _REMOVED_AT_ONCE):
            removed = deleted[start : start + _REMOVED_AT_ONCE]
            for conversation_id in removed:
                self._conversations.pop(conversation_id, None)
            self.events.emit(ConversationsRemoved(removed))
            await asyncio.sleep(0)

    async def search(self, query: str, on_hits: Callable[[list[SearchHit]], None] = lambda _: None) -> list[SearchHit]:
        """Find conversations by title and text; a blank query finds none. `on_hits` is called with hits as they are
        found. Raises StoreError."""
        return await self._store.search(query.strip(), on_hits=on_hits) if query.strip() else []

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
    """Return whether a conversation has no message, no draft and no title of its own."""
    if conversation.leaf_id is not None or conversation.title_is_own:
        return False
    return not conversation.draft.strip() and not conversation.draft_attachments
