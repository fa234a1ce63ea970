"""Reads conversations and messages from the open file, a running reply with what is journalled beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Container, Mapping
from dataclasses import replace

from desktop_chat.core.entities import Conversation, Message, Status
from desktop_chat.services.sqlite.reply_journal import Pieces
from desktop_chat.services.sqlite.sqlite_rows import (
    CONVERSATION_COLUMNS,
    IS_KEPT,
    MESSAGE_COLUMNS,
    conversations_from,
    fetch_bounded,
    message_from,
    parents_first,
)

_LONG_TEXTS_OF_CONVERSATION = [CONVERSATION_COLUMNS.index(name) for name in ("title", "draft", "system_prompt")]
_LONG_TEXTS_OF_MESSAGE = [MESSAGE_COLUMNS.index(name) for name in ("text", "reasoning")]
_CONVERSATIONS = (
    f"SELECT {', '.join(CONVERSATION_COLUMNS)} FROM conversations"  # noqa: S608
    " WHERE id NOT IN (SELECT id FROM deleted_conversations) ORDER BY updated_at DESC, seq DESC"
)
_MESSAGES = f"SELECT {', '.join(MESSAGE_COLUMNS)} FROM messages WHERE conversation_id = ? AND {IS_KEPT} ORDER BY seq"  # noqa: S608


def read_conversations(connection: sqlite3.Connection, without: Container[str] = ()) -> list[Conversation]:
    """Return all conversations whose id is not in `without`, newest `updated_at` first. Raises StoreCorrupt,
    sqlite3.Error."""
    rows = fetch_bounded(connection, _CONVERSATIONS, texts=_LONG_TEXTS_OF_CONVERSATION)
    return conversations_from(row for row in rows if row[0] not in without)


def read_messages(
    connection: sqlite3.Connection, conversation_id: str, journalled: Callable[[], Mapping[str, Pieces]]
) -> list[Message]:
    """Return the messages of a conversation, parents before children, oldest first. `journalled` is called if any is
    running. Raises StoreCorrupt, sqlite3.Error."""
    rows = fetch_bounded(connection, _MESSAGES, conversation_id, texts=_LONG_TEXTS_OF_MESSAGE)
    return with_journal(parents_first([message_from(row) for row in rows]), journalled)


def with_journal(messages: list[Message], journalled: Callable[[], Mapping[str, Pieces]]) -> list[Message]:
    """Return messages, with what is journalled of those that are running."""
    if all(message.status is not Status.RUNNING for message in messages):
        return messages
    pieces = journalled()
    return [_with_pieces(message, pieces) for message in messages]


def _with_pieces(message: Message, pieces: Mapping[str, Pieces]) -> Message:
    if message.status is not Status.RUNNING or message.id not in pieces:
        return message
    text, reasoning = pieces[message.id].behind(message.text, message.reasoning)
    return replace(message, text=text, reasoning=reasoning)
