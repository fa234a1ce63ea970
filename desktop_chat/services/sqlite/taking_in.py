"""Adds one imported conversation to the database in slices: all of it or nothing, and nothing is replaced."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace

from desktop_chat.core.entities import Message, Status
from desktop_chat.core.importing import Imported, ImportedConversation, ImportKind, derived_id
from desktop_chat.services.sqlite.maintenance import SLICE_S
from desktop_chat.services.sqlite.migrations import transaction
from desktop_chat.services.sqlite.sqlite_rows import MESSAGE_COLUMNS, fetch_all, message_row, storable
from desktop_chat.services.sqlite.sqlite_writes import put_conversation

_AT_ONCE = 400
"""Messages of a conversation that is added in one transaction."""
_LETTERS_AT_ONCE = 1_000_000
_NAMES = ", ".join(MESSAGE_COLUMNS)
_VALUES = ", ".join(f":{column}" for column in MESSAGE_COLUMNS)
_ADD_MESSAGE = f"INSERT INTO messages ({_NAMES}) VALUES ({_VALUES}) ON CONFLICT (id) DO NOTHING RETURNING seq"  # noqa: S608
_STATE = (
    "SELECT EXISTS (SELECT 1 FROM conversations WHERE id = ?1), "
    "EXISTS (SELECT 1 FROM deleted_conversations WHERE id = ?1)"
)


class TakingIn:
    """One conversation on its way in; each call of `step` runs on the database's thread.

    A large new conversation stays marked as deleted until all of it is stored: no reader sees a part of it, and the
    rest of a killed run is removed like any deleted one. Texts are indexed afterwards, in the background.
    """

    def __init__(self, item: ImportedConversation, *, adds: bool = True) -> None:
        self._item = item
        self._adds = adds
        self._work: Iterator[None] | None = None
        self.result = Imported(item.conversation.id, item.conversation.title)
        """Complete after the last step."""

    def step(self, connection: sqlite3.Connection) -> bool:
        """Do one slice; return whether there are more."""
        if self._work is None:
            self._work = self._run(connection)
        return next(self._work, _ENDED) is not _ENDED

    def _run(self, connection: sqlite3.Connection) -> Iterator[None]:
        conversation = self._item.conversation
        there, deleted = fetch_all(connection, _STATE, conversation.id)[0]
        if there and not deleted:
            yield from self._grow(connection)
            return
        self.result = replace(self.result, is_new=True, messages=len(self._item.messages))
        if not self._adds:
            return
        letters = sum(len(message.text) for message in self._item.messages)
        if len(self._item.messages) <= _AT_ONCE and letters <= _LETTERS_AT_ONCE:
            with transaction(connection):
                put_conversation(connection, conversation)
                for message in self._item.messages:
                    _add(connection, message)
            return
        with transaction(connection):
            put_conversation(connection, conversation)
            connection.execute("INSERT INTO deleted_conversations (id) VALUES (?)", (conversation.id,))
        yield from self._add_all(connection, self._item.messages)
        with transaction(connection):
            connection.execute("DELETE FROM deleted_conversations WHERE id = ?", (conversation.id,))

    def _grow(self, connection: sqlite3.Connection) -> Iterator[None]:
        """Add the messages that are missing; one whose text differs comes as a sibling."""
        conversation = self._item.conversation
        here = dict(fetch_all(connection, "SELECT id, text FROM messages WHERE conversation_id = ?", conversation.id))
        missing: list[Message] = []
        changed: list[str] = []
        for message in self._item.messages:
            if message.id not in here:
                missing.append(message)
            elif here[message.id] != storable(message.text):
                beside = _beside(message)
                changed.append(message.id)
                if beside.id not in here:
                    missing.append(beside)
        self.result = replace(self.result, messages=len(missing), changed=len(changed))
        if self._adds and missing:
            yield from self._add_all(connection, tuple(missing))

    def _add_all(self, connection: sqlite3.Connection, messages: tuple[Message, ...]) -> Iterator[None]:
        remaining = iter(messages)
        more = True
        while more:
            until = time.monotonic() + SLICE_S
            more = False
            with transaction(connection):
                for message in remaining:
                    _add(connection, message)
                    if time.monotonic() >= until:
                        more = True
                        break
            yield


_ENDED = object()


def _beside(message: Message) -> Message:
    """Return a message as a sibling of an earlier version of itself; always the same one for the same text."""
    return replace(message, id=derived_id(ImportKind.OWN, message.id, message.text))


def _add(connection: sqlite3.Connection, message: Message) -> None:
    """Add a message, unless one with its id is there, and note that its text is to be indexed."""
    for (seq,) in connection.execute(_ADD_MESSAGE, message_row(message)).fetchall():
        if message.text and message.status is not Status.RUNNING:
            connection.execute("INSERT OR REPLACE INTO unindexed (seq, is_too_long) VALUES (?, 0)", (seq,))
