"""Reads what is readable in a database file that is not in use: a snapshot, an older version, a damaged one."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from desktop_chat.core.entities import Conversation, Failure, Message, Role, Status
from desktop_chat.core.errors import CRASHED, StoreCorrupt, StoreError
from desktop_chat.core.titles import title_for
from desktop_chat.core.tools import stopped
from desktop_chat.services.sqlite.hardening import drop_what_runs, guarded, is_plain_table
from desktop_chat.services.sqlite.migrations import migrate
from desktop_chat.services.sqlite.reply_journal import ENDING, Pieces, read_pieces
from desktop_chat.services.sqlite.sqlite_errors import translate_sqlite_errors
from desktop_chat.services.sqlite.sqlite_rows import (
    CONVERSATION_COLUMNS,
    MESSAGE_COLUMNS,
    conversation_from,
    message_from,
    parents_first,
)

T = TypeVar("T")
READING = ".reading-"
"""Prefix of the temporary folders in which a file is read."""
_RANGE = 256
"""Rows read at once; if one of them is damaged, the range is halved until it is found."""
_MIN_ROW = 64
"""Bytes of a row; limits the number of rows in a file whose last row is unknown."""


@dataclass(frozen=True, slots=True)
class Salvage:
    """The content of a file: conversations, and messages with parents before children."""

    conversations: tuple[Conversation, ...] = ()
    messages: tuple[Message, ...] = ()


def salvage(file: Path) -> Salvage:
    """Return what is readable in `file`, which is not changed. Damaged rows are skipped.

    Raises StoreTooNew, StoreCorrupt for a file without any of our data, and StoreError for one that cannot be opened.
    """
    journal = file.with_name(file.name + ENDING)
    return salvage_written(file.parent, lambda copy: _copy(file, copy), lambda: read_pieces(journal))


def salvage_written(
    beside: Path, write: Callable[[Path], None], journal: Callable[[], Mapping[str, Pieces]] = dict
) -> Salvage:
    """Return what is readable in the file that `write` writes in a temporary folder. Raises as `salvage` does."""
    try:
        folder = tempfile.TemporaryDirectory(prefix=READING, dir=beside, ignore_cleanup_errors=True)
    except OSError as error:
        raise StoreError(f"{beside}: {error.strerror or error}") from error
    with folder as name, translate_sqlite_errors():
        copy = Path(name) / "copy.db"
        write(copy)
        size = sum(part.stat().st_size for part in Path(name).iterdir())  # rows may be only in the log
        with closing(guarded(copy)) as connection:
            connection.text_factory = lambda text: text.decode("utf-8", "replace")
            with suppress(sqlite3.DatabaseError, StoreCorrupt):  # a damaged file is read as it is
                drop_what_runs(connection)
                migrate(connection, copy)
            connection.budget.begin()
            return _read(connection, size, journal())


def _copy(file: Path, to: Path) -> None:
    """Copy a file with its write-ahead log, which SQLite would otherwise merge or remove."""
    try:
        for ending in ("", "-wal"):
            source = file.with_name(file.name + ending)
            if source.exists() or not ending:
                shutil.copyfile(source, to.with_name(to.name + ending))
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror or error}") from error


def _read(connection: sqlite3.Connection, size: int, journal: Mapping[str, Pieces]) -> Salvage:
    most = size // _MIN_ROW + 1
    deleted = _deleted_ids(connection)
    read = _values(connection, "messages", MESSAGE_COLUMNS, most, lambda row: _message(row, journal))
    messages = [message for message in read if message.conversation_id not in deleted]
    named = _values(connection, "conversations", CONVERSATION_COLUMNS, most, conversation_from)
    conversations = {conversation.id: conversation for conversation in named if conversation.id not in deleted}
    unnamed: dict[str, Conversation] = {}
    for message in messages:
        if message.conversation_id not in conversations:
            found = unnamed.get(message.conversation_id) or _placeholder_for(message)
            unnamed[message.conversation_id] = replace(found, leaf_id=message.id)
    if not conversations and not unnamed:
        raise StoreCorrupt("nothing can be read")
    return Salvage((*conversations.values(), *unnamed.values()), tuple(_reattached(messages)))


def _deleted_ids(connection: sqlite3.Connection) -> set[str]:
    """Return the deleted conversations that were not yet removed from the file."""
    try:
        return {row[0] for row in connection.execute("SELECT id FROM deleted_conversations")}
    except sqlite3.DatabaseError:
        return set()


def _values(
    connection: sqlite3.Connection,
    table: str,
    columns: tuple[str, ...],
    most: int,
    make: Callable[[tuple[Any, ...]], T],
) -> Iterator[T]:
    """Return the rows of a table as values."""
    if not _is_plain_table(connection, table, columns):
        return
    last = _last_row(connection, table, most)
    wanted = ", ".join(_present(connection, table, columns))
    statement = f"SELECT {wanted} FROM {table} WHERE seq BETWEEN ? AND ? ORDER BY seq"  # noqa: S608
    for start in range(1, last + 1, _RANGE):
        for row in _rows(connection, statement, start, min(start + _RANGE - 1, last)):
            with suppress(TypeError, ValueError, StoreCorrupt):
                yield make(row)


def _present(connection: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> list[str]:
    """Return the columns to select; NULL for those that a damaged file of an older version lacks."""
    try:
        there = {row[0] for row in connection.execute("SELECT name FROM pragma_table_info (?)", (table,))}
    except sqlite3.DatabaseError:
        there = set()
    return [column if column in there or not there else f"NULL AS {column}" for column in columns]


def _is_plain_table(connection: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> bool:
    try:
        return is_plain_table(connection, table, columns)
    except sqlite3.DatabaseError:  # unknown, so try the rows
        return True


def _last_row(connection: sqlite3.Connection, table: str, most: int) -> int:
    try:
        last = connection.execute(f"SELECT max(seq) FROM {table}").fetchone()[0]  # noqa: S608  (our own names)
    except sqlite3.DatabaseError:
        return most
    return min(last or 0, most) if isinstance(last, int) else 0


def _rows(connection: sqlite3.Connection, statement: str, start: int, end: int) -> list[tuple[Any, ...]]:
    try:
        return connection.execute(statement, (start, end)).fetchall()
    except sqlite3.DatabaseError:
        if start == end:
            return []
        middle = (start + end) // 2
        return _rows(connection, statement, start, middle) + _rows(connection, statement, middle + 1, end)


def _message(row: tuple[Any, ...], journal: Mapping[str, Pieces]) -> Message:
    """Return an ended message; raises for a row whose values have wrong types."""
    message = message_from(row)
    texts = (message.id, message.conversation_id, message.text, message.reasoning, message.model)
    if not all(isinstance(text, str) for text in texts) or not isinstance(message.created_at, float):
        raise TypeError(message.id)
    if message.status is not Status.RUNNING:
        return message
    text, reasoning = message.text, message.reasoning
    if message.id in journal:
        text, reasoning = journal[message.id].behind(text, reasoning)
    return replace(
        message,
        text=text,
        reasoning=reasoning,
        tool_calls=stopped(message.tool_calls),
        status=Status.INTERRUPTED,
        failure=Failure(CRASHED),
    )


def _placeholder_for(message: Message) -> Conversation:
    """Create a placeholder for an unreadable conversation from its first readable message."""
    title = title_for(message.text, message.attachments) if message.role is Role.USER else ""
    return Conversation(message.conversation_id, title, created_at=message.created_at, updated_at=message.created_at)


def _reattached(messages: list[Message]) -> list[Message]:
    """Attach messages with a lost parent to the previous one, so that their text stays reachable."""
    ids = {message.id for message in messages}
    before: dict[str, str] = {}
    joined = []
    for message in messages:
        is_orphan = message.parent_id is not None and message.parent_id not in ids
        joined.append(replace(message, parent_id=before.get(message.conversation_id)) if is_orphan else message)
        before[message.conversation_id] = message.id
    return parents_first(joined)
