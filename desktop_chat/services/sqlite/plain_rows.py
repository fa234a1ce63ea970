"""Reads conversations for an export, many in one transaction, without an object for each message.

Nearly all messages consist of text and numbers alone. Their rows are handed on, with the long text as the bytes that
belong into the file, which SQLite itself writes; as JSON, all messages of a conversation are one piece. Building
objects takes several times as long as reading.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any

from desktop_chat.core.connections import DEMO_NAME
from desktop_chat.core.entities import Conversation, Message, Role, Status
from desktop_chat.core.errors import StoreCorrupt
from desktop_chat.services.sqlite.message_json import message_json, row_end
from desktop_chat.services.sqlite.sqlite_rows import (
    CONVERSATION_COLUMNS,
    MESSAGE_COLUMNS,
    are_in_order,
    conversation_from,
    message_from,
)

PlainRow = tuple[Any, ...]
"""A message: its id, the id of its parent, and what `Shape.TEXT` has."""

AT_ONCE = 64
"""Conversations in one transaction."""
_BYTES_AT_ONCE = 1024 * 1024
"""Of texts, after which it ends earlier."""
_ROLES = " OR ".join(f"role = '{role}'" for role in Role)  # faster than IN, for which SQLite makes an index each time
_ENDED = " OR ".join(f"status = '{status}'" for status in Status if status is not Status.RUNNING)
_IS_PLAIN = (
    f"({_ROLES}) AND ({_ENDED})"
    " AND coalesce(failure_code, sources, left_out, attachments, tool_calls, summary_of) IS NULL"
)
_JSON_BEGIN = "json_object('id', id, 'parent_id', parent_id, 'role', role, 'text', text, 'status', status)"
_SHOWN_ALONE = f"status = '{Status.COMPLETE}' AND text <> '' AND connection_name <> '{DEMO_NAME}'"
_ALL_KINDS = "".join(map(chr, range(256))) + "\u4e2d\u2028\uffff\U0001f600"


class Shape(Enum):
    """What is read of a message that is plain; the first of it is None for every other message."""

    JSON = (
        f"CASE WHEN {_IS_PLAIN} THEN CAST({_JSON_BEGIN} AS BLOB) END",
        "created_at",
        "reasoning",
        "connection_name, model, skipped_events, finish_reason",
        "prompt_tokens, completion_tokens, reasoning_tokens, cached_tokens",
        "first_token_s, reasoning_s, total_s",
    )
    """Everything; as JSON up to the status, because SQLite writes fractions in another way."""
    TEXT = (f"CASE WHEN {_IS_PLAIN} AND {_SHOWN_ALONE} THEN CAST(text AS BLOB) END", "role", "model", "reasoning")
    """What is shown of a message of which nothing has to be said: its text in UTF-8, role, model and reasoning."""


@dataclass(frozen=True, slots=True)
class PlainConversation:
    """A conversation with its messages, parents before children. In `Shape.TEXT` it has no other branches, and all of
    it is shown."""

    conversation: Conversation
    messages: list[PlainRow | Message]
    """In `Shape.TEXT` all, of which plain ones are rows; in `Shape.JSON` those that are not plain."""
    json: bytes = b""
    """In `Shape.JSON` all messages, separated by commas."""


CONVERSATION = (
    f"SELECT {', '.join(CONVERSATION_COLUMNS)} FROM conversations"  # noqa: S608
    " WHERE id = ? AND id NOT IN (SELECT id FROM deleted_conversations)"
)
_MESSAGE = f"SELECT {', '.join(MESSAGE_COLUMNS)} FROM messages WHERE id = ?"  # noqa: S608
_SELECT = {
    shape: f"SELECT id, parent_id, {', '.join(shape.value)} FROM messages WHERE conversation_id = ? ORDER BY seq"  # noqa: S608
    for shape in Shape
}


def reads_plainly(connection: sqlite3.Connection) -> bool:
    """Return whether SQLite has the texts of this file as UTF-8, and writes JSON as Python does."""
    expected = json.dumps({"text": _ALL_KINDS, "none": None}, ensure_ascii=False, separators=(",", ":"))
    with suppress(sqlite3.OperationalError):  # it was built without JSON
        found = connection.execute("SELECT json_object('text', ?, 'none', NULL)", (_ALL_KINDS,)).fetchone()[0]
        return bool(found == expected and connection.execute("PRAGMA encoding").fetchone()[0] == "UTF-8")
    return False


def read_some(connection: sqlite3.Connection, ids: Sequence[str], shape: Shape) -> list[PlainConversation | None]:
    """Return these conversations as they are at one moment, or the first of them if they are long; None for one that is
    gone or can only be read as objects."""
    found: list[PlainConversation | None] = []
    size = 0
    connection.execute("BEGIN")
    try:
        for conversation_id in ids:
            one = None
            with suppress(sqlite3.Error, UnicodeDecodeError, StoreCorrupt, _Odd):
                one, length = _read(connection, conversation_id, shape)
                size += length
            found.append(one)
            if size > _BYTES_AT_ONCE:
                break
    finally:
        connection.execute("ROLLBACK")
    return found


class _Odd(Exception):
    """A conversation has what the usual way of reading copes with."""


def _read(connection: sqlite3.Connection, conversation_id: str, shape: Shape) -> tuple[PlainConversation, int]:
    """Return a conversation, and how many bytes its texts have. Raises _Odd, sqlite3.Error, UnicodeDecodeError,
    StoreCorrupt."""
    row = connection.execute(CONVERSATION, (conversation_id,)).fetchone()
    if row is None:
        raise _Odd
    conversation = conversation_from(row)
    rows: list[PlainRow] = connection.execute(_SELECT[shape], (conversation_id,)).fetchall()
    ids, parents = [each[0] for each in rows], [each[1] for each in rows]
    is_one_branch = parents == [None, *ids][: len(rows)]
    if not (is_one_branch or are_in_order(zip(ids, parents, strict=True))):
        raise _Odd
    if shape is Shape.TEXT and not (is_one_branch and conversation.leaf_id not in ids[:-1]):
        raise _Odd
    if shape is Shape.JSON:
        return _in_json(connection, conversation, rows)
    texts = b"".join([each[2] for each in rows if each[2] is not None])
    _check_encoding(texts)
    messages = [each if each[2] is not None else _message(connection, each[0]) for each in rows]
    return PlainConversation(conversation, messages), len(texts)


def _in_json(
    connection: sqlite3.Connection, conversation: Conversation, rows: list[PlainRow]
) -> tuple[PlainConversation, int]:
    """Put the messages together at once, while what was read is near the processor."""
    others: list[PlainRow | Message] = []
    pieces: list[bytes] = []
    for own_id, _, begin, *columns in rows:
        if begin is None:
            message = _message(connection, own_id)
            others.append(message)
            pieces.append(message_json(message))
        else:
            pieces.append(begin[:-1] + row_end(columns))
    written = b",".join(pieces)
    _check_encoding(written)
    return PlainConversation(conversation, others, written), len(written)


def _check_encoding(texts: bytes) -> None:
    """Raise UnicodeDecodeError if another program wrote what is no UTF-8."""
    if not texts.isascii():
        texts.decode()


def _message(connection: sqlite3.Connection, message_id: str) -> Message:
    found = message_from(connection.execute(_MESSAGE, (message_id,)).fetchone())
    if found.status is Status.RUNNING:  # what of it is not yet in the database is read elsewhere
        raise _Odd
    return found
