"""Writes conversations, messages and journals into the database, and keeps the search's index in step."""

from __future__ import annotations

import sqlite3

from desktop_chat.core.entities import Conversation, Message, Status
from desktop_chat.core.ports import JournalEntry, WriteBatch
from desktop_chat.services.sqlite.migrations import transaction
from desktop_chat.services.sqlite.search_text import folded
from desktop_chat.services.sqlite.sqlite_rows import (
    CONVERSATION_COLUMNS,
    MESSAGE_COLUMNS,
    conversation_row,
    fetch_all,
    message_row,
    storable,
    upsert,
)

_PUT_CONVERSATION = upsert("conversations", ("folded_title", *CONVERSATION_COLUMNS))
_PUT_MESSAGE = upsert("messages", MESSAGE_COLUMNS) + " RETURNING seq"


def write_batch(connection: sqlite3.Connection, batch: WriteBatch) -> None:
    """Store a batch in one transaction."""
    with transaction(connection):
        for conversation in batch.conversations:
            put_conversation(connection, conversation)
        for message in batch.messages:
            put_message(connection, message)
        for entry in batch.journal:
            _append_journal(connection, entry)


def put_conversation(connection: sqlite3.Connection, conversation: Conversation) -> None:
    """Add a conversation, or replace the one with its id."""
    connection.execute(_PUT_CONVERSATION, conversation_row(conversation))


def put_message(connection: sqlite3.Connection, message: Message) -> None:
    """Add a message, or replace the one with its id, drop its journal and index its text."""
    if not fetch_all(connection, "SELECT 1 FROM conversations WHERE id = ?", message.conversation_id):
        return
    row = message_row(message)
    # All rows are fetched: a statement that is left half-way keeps the transaction open.
    seq = connection.execute(_PUT_MESSAGE, row).fetchall()[0][0]
    connection.execute("DELETE FROM journal WHERE message_id = ?", (message.id,))
    index_text(connection, seq, "" if message.status is Status.RUNNING else row["text"])


def index_text(connection: sqlite3.Connection, seq: int, text: str) -> None:
    """Have the search find a text, or nothing for an empty one, at the message in row `seq`."""
    connection.execute("DELETE FROM found_texts WHERE rowid = ?", (seq,))
    if text:
        connection.execute("INSERT INTO found_texts (rowid, text) VALUES (?, ?)", (seq, folded(text)))


def _append_journal(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    connection.execute(
        "INSERT INTO journal (message_id, text, reasoning) "
        "SELECT id, ?, ? FROM messages WHERE id = ? AND status = 'running'",
        (storable(entry.text), storable(entry.reasoning), entry.message_id),
    )
