"""Reads conversations from the database file beside the process that writes it, one at a time.

A conversation is read in one transaction, all of them in many: a reader who pauses must not keep the write-ahead log
from shrinking.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from desktop_chat.core.entities import Conversation, Message
from desktop_chat.core.errors import StoreTooNew
from desktop_chat.core.exporting import ExportedConversation
from desktop_chat.services.sqlite.hardening import GuardedConnection, check_schema, guarded
from desktop_chat.services.sqlite.migrations import MIGRATIONS
from desktop_chat.services.sqlite.plain_rows import (
    AT_ONCE,
    CONVERSATION,
    PlainConversation,
    Shape,
    read_some,
    reads_plainly,
)
from desktop_chat.services.sqlite.reading import with_journal
from desktop_chat.services.sqlite.reply_journal import ENDING, Pieces, read_pieces
from desktop_chat.services.sqlite.sqlite_errors import translate_sqlite_errors
from desktop_chat.services.sqlite.sqlite_rows import (
    MESSAGE_COLUMNS,
    conversation_from,
    message_from,
    parents_first,
)

_MESSAGES = f"SELECT {', '.join(MESSAGE_COLUMNS)} FROM messages WHERE conversation_id = ? ORDER BY seq"  # noqa: S608
_IDS = (
    "SELECT id FROM conversations WHERE (trashed_at IS NULL OR ?)"
    " AND id NOT IN (SELECT id FROM deleted_conversations) ORDER BY updated_at DESC, seq DESC"
)
_MANY_HITS = 1_000_000_000


class StoredConversations:
    """The conversations of a file. All methods raise StoreError."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection: GuardedConnection | None = None
        self._older: dict[str, ExportedConversation] = {}
        """The conversations of a file that an earlier version wrote, which are read from a copy."""

    def __enter__(self) -> Self:
        """Open the file; one that does not exist has no conversations."""
        if self._file.exists():
            with translate_sqlite_errors():
                connection = guarded(self._file, only_reading=True)
                self._check(connection)
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()

    def _check(self, connection: GuardedConnection) -> None:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == len(MIGRATIONS):
            check_schema(connection, MIGRATIONS)
            self._connection = connection
            return
        connection.close()
        if version > len(MIGRATIONS):
            raise StoreTooNew(f"version {version}")
        if version:
            self._read_older()

    def _read_older(self) -> None:
        from desktop_chat.services.sqlite.salvage import salvage  # noqa: PLC0415  (once after an update)

        found = salvage(self._file)
        messages: dict[str, list[Message]] = {}
        for message in found.messages:
            messages.setdefault(message.conversation_id, []).append(message)
        newest_first = sorted(found.conversations, key=lambda one: one.updated_at, reverse=True)
        self._older = {one.id: ExportedConversation(one, tuple(messages.get(one.id, ()))) for one in newest_first}

    def ids(self, *, with_trash: bool) -> list[str]:
        """Return the ids of all conversations, newest first."""
        if self._connection is None:
            found = (each.conversation for each in self._older.values())
            return [one.id for one in found if with_trash or one.trashed_at is None]
        with self._reading() as connection:
            return [row[0] for row in connection.execute(_IDS, (with_trash,))]

    def containing(self, words: str) -> list[str]:
        """Return the ids of the conversations outside the trash whose visible text contains words, newest first."""
        from desktop_chat.services.sqlite.sqlite_search import Search  # noqa: PLC0415  (for one option alone)

        search = Search(words, _MANY_HITS)
        if self._connection is None or not words:
            return []
        with self._reading() as connection:
            while search.step(connection):
                connection.budget.begin()
        return list(dict.fromkeys(hit.conversation_id for hit in search.hits))

    def get(self, conversation_id: str) -> ExportedConversation | None:
        """Return a conversation with all messages; None if there is none. A running reply has what is journalled."""
        if self._connection is None:
            return self._older.get(conversation_id)
        with self._reading() as connection:
            connection.execute("BEGIN")
            try:
                row = connection.execute(CONVERSATION, (conversation_id,)).fetchone()
                rows = connection.execute(_MESSAGES, (conversation_id,)).fetchall() if row is not None else []
            finally:
                connection.execute("ROLLBACK")
        if row is None:
            return None
        conversation: Conversation = conversation_from(row)
        messages = parents_first([message_from(each) for each in rows])
        return ExportedConversation(conversation, tuple(with_journal(messages, self._journalled)))

    def read(self, ids: Sequence[str], shape: Shape) -> Iterator[ExportedConversation | PlainConversation | None]:
        """Yield these conversations, like `get` but several times as fast."""
        if self._connection is None or not reads_plainly(self._connection):
            yield from map(self.get, ids)
            return
        done = 0
        while done < len(ids):
            with self._reading() as connection:
                some = read_some(connection, ids[done : done + AT_ONCE], shape)
            for conversation_id, one in zip(ids[done:], some, strict=False):
                yield self.get(conversation_id) if one is None else one
            done += len(some)

    def _journalled(self) -> dict[str, Pieces]:
        return read_pieces(self._file.with_name(self._file.name + ENDING))

    @contextmanager
    def _reading(self) -> Iterator[GuardedConnection]:
        assert self._connection is not None  # noqa: S101  (checked by the callers)
        self._connection.budget.begin()
        with translate_sqlite_errors():
            yield self._connection
