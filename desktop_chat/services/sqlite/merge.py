"""Merges another file's content into the database in slices; existing rows are never replaced."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import nullcontext

from desktop_chat.core.entities import Conversation, Message
from desktop_chat.core.snapshots import MergeResult
from desktop_chat.services.sqlite.maintenance import SLICE_S
from desktop_chat.services.sqlite.migrations import transaction
from desktop_chat.services.sqlite.salvage import Salvage
from desktop_chat.services.sqlite.sqlite_rows import fetch_all
from desktop_chat.services.sqlite.sqlite_writes import put_conversation, put_message

_IS_HERE = {
    Conversation: "SELECT 1 FROM conversations WHERE id = ?1 AND id NOT IN (SELECT id FROM deleted_conversations)",
    Message: ("SELECT 1 FROM messages WHERE id = ?1 AND conversation_id NOT IN (SELECT id FROM deleted_conversations)"),
}


class Merge:
    """A running merge, or the count of what it would add; each call of `step` runs on the database's thread.

    Each slice is one transaction. An interrupted merge is completed by repeating it: existing rows are skipped, and no
    message precedes its conversation and its parent.
    """

    def __init__(self, found: Salvage, *, adds: bool) -> None:
        self._adds = adds
        self._items = _in_order(found)
        self._all = len(found.conversations) + len(found.messages)
        self._done = 0
        self._new: set[str] = set()
        self._grown: set[str] = set()
        self._messages = 0

    @property
    def share(self) -> float:
        """The progress, from 0 to 1."""
        return self._done / self._all if self._all else 1.0

    @property
    def merged(self) -> MergeResult:
        """What was added so far, or would be."""
        return MergeResult(len(self._new), self._messages, tuple(sorted(self._grown)))

    def step(self, connection: sqlite3.Connection) -> bool:
        """Process one slice; return whether there are more."""
        until = time.monotonic() + SLICE_S
        with transaction(connection) if self._adds else nullcontext():
            for item in self._items:
                self._done += 1
                if not fetch_all(connection, _IS_HERE[type(item)], item.id):
                    self._take(connection, item)
                if time.monotonic() >= until:
                    return True
        return False

    def _take(self, connection: sqlite3.Connection, item: Conversation | Message) -> None:
        if isinstance(item, Conversation):
            self._new.add(item.id)
            if self._adds:
                put_conversation(connection, item)
            return
        self._messages += 1
        if item.conversation_id not in self._new:
            self._grown.add(item.conversation_id)
        if self._adds:
            put_message(connection, item)


def _in_order(found: Salvage) -> Iterator[Conversation | Message]:
    """Yield each conversation followed by its messages, so that none is without them for long."""
    messages: dict[str, list[Message]] = {}
    for message in found.messages:
        messages.setdefault(message.conversation_id, []).append(message)
    for conversation in found.conversations:
        yield conversation
        yield from messages.get(conversation.id, ())
