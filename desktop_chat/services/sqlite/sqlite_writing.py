"""Writes conversations and messages into the database, and keeps the search's index in step."""

from __future__ import annotations

import sqlite3

from desktop_chat.core.entities import Conversation, Message, Status
from desktop_chat.core.picture_data import without_picture_data
from desktop_chat.core.ports import WriteBatch
from desktop_chat.services.sqlite.migrations import transaction
from desktop_chat.services.sqlite.search_text import folded
from desktop_chat.services.sqlite.sqlite_rows import (
    CONVERSATION_COLUMNS,
    MESSAGE_COLUMNS,
    conversation_row,
    fetch_all,
    message_row,
    upsert,
)

_PUT_CONVERSATION = upsert("conversations", ("folded_title", *CONVERSATION_COLUMNS))
_PUT_MESSAGE = upsert("messages", MESSAGE_COLUMNS) + " RETURNING seq"


def write_batch(connection: sqlite3.Connection, batch: WriteBatch) -> list[Message]:
    """Store a batch's conversations and messages in one transaction. Returns the messages that have a conversation."""
    with transaction(connection):
        for message_id in batch.deleted:
            delete_message(connection, message_id)
        for conversation in batch.conversations:
            put_conversation(connection, conversation)
        return [message for message in batch.messages if put_message(connection, message)]


def delete_message(connection: sqlite3.Connection, message_id: str) -> None:
    """Remove a message and what the search knows of it; an unknown one is no error."""
    connection.execute("DELETE FROM found_texts WHERE rowid IN (SELECT seq FROM messages WHERE id = ?)", (message_id,))
    connection.execute("DELETE FROM messages WHERE id = ?", (message_id,))


def put_conversation(connection: sqlite3.Connection, conversation: Conversation) -> None:
    """Add a conversation, or replace the one with its id."""
    connection.execute(_PUT_CONVERSATION, conversation_row(conversation))


def put_message(connection: sqlite3.Connection, message: Message) -> bool:
    """Add a message, or replace the one with its id, and index its text. False where it has no conversation."""
    if not fetch_all(connection, "SELECT 1 FROM conversations WHERE id = ?", message.conversation_id):
        return False
    row = message_row(message)
    # All rows are fetched: a statement that is left half-way keeps the transaction open.
    seq = connection.execute(_PUT_MESSAGE, row).fetchall()[0][0]
    index_text(connection, seq, "" if message.status is Status.RUNNING else row["text"])
    return True


def index_text(connection: sqlite3.Connection, seq: int, text: str) -> None:
    """Have the search find a text, or nothing for an empty one, at the message in row `seq`."""
    connection.execute("DELETE FROM found_texts WHERE rowid = ?", (seq,))
    if text:
        connection.execute(
            "INSERT INTO found_texts (rowid, text) VALUES (?, ?)", (seq, folded(without_picture_data(text)))
        )
