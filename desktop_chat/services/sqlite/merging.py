"""Brings what another file holds into the database, and replaces nothing that is there."""

from __future__ import annotations

import sqlite3

from desktop_chat.core.entities import Conversation, Message
from desktop_chat.core.snapshots import Merged
from desktop_chat.services.sqlite.migrations import transaction
from desktop_chat.services.sqlite.salvage import Salvage
from desktop_chat.services.sqlite.sqlite_rows import fetch_all
from desktop_chat.services.sqlite.sqlite_writing import put_conversation, put_message


def missing_from(connection: sqlite3.Connection, found: Salvage) -> tuple[list[Conversation], list[Message]]:
    """Return what of `found` the database does not have."""
    conversations = {row[0] for row in fetch_all(connection, "SELECT id FROM conversations")}
    messages = {row[0] for row in fetch_all(connection, "SELECT id FROM messages")}
    return (
        [conversation for conversation in found.conversations if conversation.id not in conversations],
        [message for message in found.messages if message.id not in messages],
    )


def count_missing(connection: sqlite3.Connection, found: Salvage) -> Merged:
    """Return how much `merge` would add."""
    return _counted(*missing_from(connection, found))


def merge(connection: sqlite3.Connection, found: Salvage) -> Merged:
    """Add what the database does not have, in one transaction, and return how much that was."""
    with transaction(connection):
        conversations, messages = missing_from(connection, found)
        for conversation in conversations:
            put_conversation(connection, conversation)
        for message in messages:
            put_message(connection, message)
    return _counted(conversations, messages)


def _counted(conversations: list[Conversation], messages: list[Message]) -> Merged:
    grown = {message.conversation_id for message in messages} - {conversation.id for conversation in conversations}
    return Merged(len(conversations), len(messages), tuple(sorted(grown)))
