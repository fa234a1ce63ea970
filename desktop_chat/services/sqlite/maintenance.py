"""Work on the database that may take long, cut into slices, so that what is being written never waits for the whole.

What is left to do is in the database itself: a run that ends in the middle goes on with it the next time.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from desktop_chat.services.sqlite.migrations import transaction
from desktop_chat.services.sqlite.search_text import make_index
from desktop_chat.services.sqlite.sqlite_rows import fetch_all
from desktop_chat.services.sqlite.sqlite_writes import put_into_index, remove_conversation

SLICE_S = 0.015
"""How long a slice goes on taking more. The last thing it took, and the flush to the disk, come on top."""
_AT_ONCE = 16
"""Messages that are looked up together."""


def mark_deleted(connection: sqlite3.Connection, conversation_ids: Iterable[str]) -> None:
    """Take conversations away for ever, at once and for all who read; what they had on the disk goes in slices."""
    with transaction(connection):
        connection.executemany(
            "INSERT OR IGNORE INTO deleted_conversations (id) SELECT id FROM conversations WHERE id = ?",
            [(conversation_id,) for conversation_id in conversation_ids],
        )


def remove_deleted(connection: sqlite3.Connection) -> int:
    """Remove some of what deleted conversations have on the disk; return how many conversations are left."""
    if not fetch_all(connection, "SELECT 1 FROM deleted_conversations LIMIT 1"):
        return 0
    until = time.monotonic() + SLICE_S
    with _unflushed(connection), transaction(connection):
        while time.monotonic() < until:
            found = fetch_all(connection, "SELECT id FROM deleted_conversations LIMIT 1")
            if not found:
                return 0
            remove_conversation(connection, found[0][0], until)
        return int(fetch_all(connection, "SELECT count(*) FROM deleted_conversations")[0][0])


def empty_index(connection: sqlite3.Connection) -> None:
    """Have the search's index made anew, in slices; until a text is in it, the search reads the text itself."""
    with transaction(connection):
        connection.execute("DROP TABLE found_texts")
        make_index(connection)
        connection.execute(
            "INSERT OR IGNORE INTO unindexed (seq, is_too_long) SELECT seq, 0 FROM messages WHERE status <> 'running'"
        )


def fill_index(connection: sqlite3.Connection) -> bool:
    """Put some texts into the search's index; say whether there may be more to do."""
    until = time.monotonic() + SLICE_S
    rows = fetch_all(connection, "SELECT seq FROM unindexed WHERE NOT is_too_long ORDER BY seq DESC LIMIT ?", _AT_ONCE)
    if not rows:
        return False
    with _unflushed(connection), transaction(connection):
        for (seq,) in rows:
            found = fetch_all(connection, "SELECT text FROM messages WHERE seq = ?", seq)
            put_into_index(connection, seq, found[0][0] if found else "")
            if time.monotonic() >= until:
                break
    return True


@contextmanager
def _unflushed(connection: sqlite3.Connection) -> Iterator[None]:
    """Leave the flush to the next transaction that is not upkeep: a power cut costs work that is then done again, and a
    journal that is flushed meanwhile does not stand behind it at the disk."""
    connection.execute("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        connection.execute("PRAGMA synchronous = FULL")
