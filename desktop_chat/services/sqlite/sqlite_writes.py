"""Writes conversations and messages to the database, and keeps the search index in sync."""

from __future__ import annotations

import sqlite3
import time
from math import inf

from desktop_chat.core.entities import Conversation, Message, Status
from desktop_chat.core.ports import WriteBatch
from desktop_chat.services.sqlite.message_index import put_into_index, take_out_of_index
from desktop_chat.services.sqlite.migrations import transaction
from desktop_chat.services.sqlite.sqlite_rows import (
    CONVERSATION_COLUMNS,
    MESSAGE_COLUMNS,
    conversation_row,
    fetch_all,
    message_row,
    upsert,
)

_HAS_CONVERSATION = (
    "SELECT 1 FROM conversations WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM deleted_conversations WHERE id = ?1)"
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
    """Remove a message from the database and the index; ignores unknown ones."""
    for (seq,) in fetch_all(connection, "SELECT seq FROM messages WHERE id = ?", message_id):
        delete_row(connection, seq)


def delete_row(connection: sqlite3.Connection, seq: int) -> None:
    """Remove the message in a row from the database and the index."""
    take_out_of_index(connection, seq)
    connection.execute("DELETE FROM messages WHERE seq = ?", (seq,))


def put_conversation(connection: sqlite3.Connection, conversation: Conversation) -> None:
    """Insert or update a conversation; a deleted one starts from scratch."""
    if fetch_all(connection, "SELECT 1 FROM deleted_conversations WHERE id = ?", conversation.id):
        remove_conversation(connection, conversation.id)
    connection.execute(_PUT_CONVERSATION, conversation_row(conversation))


def remove_conversation(connection: sqlite3.Connection, conversation_id: str, until: float = inf) -> None:
    """Remove a deleted conversation from disk; stop early when the monotonic clock reaches `until`."""
    for (seq,) in fetch_all(connection, "SELECT seq FROM messages WHERE conversation_id = ?", conversation_id):
        delete_row(connection, seq)
        if time.monotonic() >= until:
            return
    connection.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))
    connection.execute("DELETE FROM deleted_conversations WHERE id = ?", (conversation_id,))


def put_message(connection: sqlite3.Connection, message: Message) -> bool:
    """Insert or update a message, and index its text. Returns False if its conversation does not exist."""
    if not fetch_all(connection, _HAS_CONVERSATION, message.conversation_id):
        return False
    row = message_row(message)
    for (seq,) in fetch_all(connection, "SELECT seq FROM messages WHERE id = ?", message.id):
        take_out_of_index(connection, seq)
    # All rows are fetched: an unfinished statement would keep the transaction open.
    seq = connection.execute(_PUT_MESSAGE, row).fetchall()[0][0]
    if message.status is not Status.RUNNING:
        put_into_index(connection, [(seq, row["text"])])
    return True
