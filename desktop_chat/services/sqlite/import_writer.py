"""Adds imported conversations to the database file, beside the process that owns it: each whole or not at all, and
nothing is replaced.

Many conversations share a transaction, because a transaction costs more than a conversation. Texts are listed as still
to be indexed; searches read them until the window has indexed them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Self

from desktop_chat.core.attachments import AttachmentKind
from desktop_chat.core.entities import Message
from desktop_chat.core.errors import StoreReplaced, StoreTooNew
from desktop_chat.core.importing import (
    Imported,
    ImportedConversation,
    ImportedMessage,
    ImportHeldBack,
    ImportKind,
    PlainMessage,
    derived_id,
)
from desktop_chat.services.sqlite.file_identity import identity_of
from desktop_chat.services.sqlite.hardening import GuardedConnection, check_schema, guarded
from desktop_chat.services.sqlite.migrations import MIGRATIONS, transaction
from desktop_chat.services.sqlite.sqlite_errors import translate_sqlite_errors
from desktop_chat.services.sqlite.sqlite_rows import MESSAGE_COLUMNS, fetch_all, message_row, storable
from desktop_chat.services.sqlite.sqlite_writes import put_conversation

_BUSY_TIMEOUT_S = 15.0
"""How long to wait for the owner of the file, which writes in short slices."""
_PRAGMAS = (
    # Commits are not flushed one by one: a power failure takes the last ones as a whole. The end is flushed.
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -48000",  # KB: the index of ids is written all over
    "PRAGMA wal_autocheckpoint = 12000",  # pages, which are mostly those of the index, again and again
)
_STATE = (
    "SELECT EXISTS (SELECT 1 FROM conversations WHERE id = ?1), "
    "EXISTS (SELECT 1 FROM deleted_conversations WHERE id = ?1)"
)
_TEXTS = "SELECT id, text FROM messages WHERE conversation_id = ?"
_LAST = "SELECT coalesce(max(seq), 0) FROM messages"
_LIST = "INSERT OR REPLACE INTO unindexed (seq, is_too_long) SELECT seq, 0 FROM messages WHERE seq > ?"


def _insert(columns: tuple[str, ...]) -> str:
    names, places = ", ".join(columns), ", ".join("?" * len(columns))
    return f"INSERT INTO messages ({names}) VALUES ({places}) ON CONFLICT (id) DO NOTHING"  # noqa: S608  (constants)


_ADD_PLAIN, _ADD_ANY = _insert(PlainMessage._fields), _insert(MESSAGE_COLUMNS)


class ImportWriter:
    """A connection to the database file for one import. All methods raise StoreError; entering raises ImportHeldBack
    as well, if there is no file of this version."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._identity = identity_of(file)
        self._connection: GuardedConnection

    def __enter__(self) -> Self:
        if self._identity is None:
            raise ImportHeldBack("no database yet")
        with translate_sqlite_errors():
            self._connection = guarded(self._file, timeout_s=_BUSY_TIMEOUT_S)
            try:
                self._begin()
            except BaseException:
                self._connection.close()
                raise
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(sqlite3.Error):  # what is committed is there; only a power failure could still take it
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        self._connection.close()

    def _begin(self) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version > len(MIGRATIONS):
            raise StoreTooNew(f"version {version}, known up to {len(MIGRATIONS)}")
        if version < len(MIGRATIONS):
            raise ImportHeldBack(f"the database has version {version}")
        check_schema(self._connection, MIGRATIONS)
        for pragma in _PRAGMAS:
            self._connection.execute(pragma)

    def write(self, items: Sequence[ImportedConversation]) -> list[Imported]:
        """Add these conversations, all or none of them; what is here stays."""
        with self._working() as connection, transaction(connection):
            last = fetch_all(connection, _LAST)[0][0]
            taken = [self._take(connection, item) for item in items]
            connection.execute(_LIST, (last,))
            return taken

    def preview(self, items: Sequence[ImportedConversation]) -> list[Imported]:
        """Return what `write` would do."""
        with self._working() as connection:
            return [self._compared(connection, item)[0] for item in items]

    def _take(self, connection: sqlite3.Connection, item: ImportedConversation) -> Imported:
        taken, missing = self._compared(connection, item)
        if taken.is_new:
            put_conversation(connection, item.conversation)
        _add(connection, missing)
        return taken

    def _compared(
        self, connection: sqlite3.Connection, item: ImportedConversation
    ) -> tuple[Imported, Sequence[ImportedMessage]]:
        """Return what becomes of a conversation, and the messages that are missing; one whose text differs comes as a
        sibling."""
        found = _described(item)
        there, deleted = fetch_all(connection, _STATE, found.conversation_id)[0]
        if not there or deleted:
            return replace(found, is_new=True, messages=len(item.messages)), item.messages
        here = dict(fetch_all(connection, _TEXTS, found.conversation_id))
        missing: list[ImportedMessage] = []
        changed = 0
        for message in item.messages:
            if message.id not in here:
                missing.append(message)
            elif here[message.id] != storable(message.text):
                changed += 1
                beside = _renamed(message, derived_id(ImportKind.OWN, message.id, message.text))
                if beside.id not in here:
                    missing.append(beside)
        return replace(found, messages=len(missing), changed=changed), missing

    @contextmanager
    def _working(self) -> Iterator[GuardedConnection]:
        if identity_of(self._file) != self._identity:
            raise StoreReplaced(str(self._file))
        self._connection.budget.begin()
        with translate_sqlite_errors():
            yield self._connection


def _described(item: ImportedConversation) -> Imported:
    conversation = item.conversation
    images = sum(_images_of(message) for message in item.messages if isinstance(message, Message))
    return Imported(
        conversation.id,
        conversation.title,
        total=len(item.messages),
        images=images,
        updated_at=conversation.updated_at,
    )


def _images_of(message: Message) -> int:
    own = sum(each.kind is AttachmentKind.IMAGE for each in message.attachments)
    return own + sum(len(call.images) for call in message.tool_calls)


def _add(connection: sqlite3.Connection, messages: Iterable[ImportedMessage]) -> None:
    """Add messages, unless one with its id is there; in order, for rows tell which of two siblings is older."""
    plain: list[PlainMessage] = []
    for message in messages:
        found = _plain(message) if isinstance(message, Message) else message
        if found is not None:
            plain.append(_storable(found))
        elif isinstance(message, Message):
            connection.executemany(_ADD_PLAIN, plain)
            plain.clear()
            row = message_row(message)
            connection.execute(_ADD_ANY, [row[column] for column in MESSAGE_COLUMNS])
    connection.executemany(_ADD_PLAIN, plain)


def _plain(message: Message) -> PlainMessage | None:
    """Return a message as a plain one; None if it has more than that."""
    if (
        message.usage
        or message.attachments
        or message.tool_calls
        or message.sources
        or message.timing
        or message.failure
        or message.left_out
        or message.summary
        or message.finish_reason is not None
    ):
        return None
    return PlainMessage(
        message.id,
        message.conversation_id,
        message.parent_id,
        message.role.value,
        message.text,
        message.status.value,
        message.created_at,
        message.reasoning,
        message.connection_name,
        message.model,
        message.skipped_events,
    )


def _storable(message: PlainMessage) -> PlainMessage:
    texts = (message.text, message.reasoning, message.connection_name, message.model)
    if all(map(str.isascii, texts)):
        return message
    text, reasoning, connection_name, model = map(storable, texts)
    return message._replace(text=text, reasoning=reasoning, connection_name=connection_name, model=model)


def _renamed(message: ImportedMessage, message_id: str) -> ImportedMessage:
    return message._replace(id=message_id) if isinstance(message, PlainMessage) else replace(message, id=message_id)
