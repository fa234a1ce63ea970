"""Long-running database maintenance in slices, so that writes never wait for the whole.

The remaining work is recorded in the database, so that an interrupted run is continued the next time.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from desktop_chat.services.sqlite.migrations import make_index, transaction
from desktop_chat.services.sqlite.sqlite_rows import fetch_all
from desktop_chat.services.sqlite.sqlite_writes import put_into_index, remove_conversation

SLICE_S = 0.015
"""How long a slice takes on more work. The last item and the flush to disk come on top."""
_AT_ONCE = 16
"""Messages that are fetched together."""


def mark_deleted(connection: sqlite3.Connection, conversation_ids: Iterable[str]) -> None:
    """Hide conversations permanently, for all readers at once; they are removed from disk in slices."""
    with transaction(connection):
        connection.executemany(
            "INSERT OR IGNORE INTO deleted_conversations (id) SELECT id FROM conversations WHERE id = ?",
            [(conversation_id,) for conversation_id in conversation_ids],
        )


def remove_deleted(connection: sqlite3.Connection) -> int:
    """Remove some data of deleted conversations; return the number of remaining conversations."""
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
    """Rebuild the search index in slices; the search reads texts that are not in it yet."""
    with transaction(connection):
        connection.execute("DROP TABLE found_texts")
        make_index(connection)
        connection.execute(
            "INSERT OR IGNORE INTO unindexed (seq, is_too_long) SELECT seq, 0 FROM messages WHERE status <> 'running'"
        )


def fill_index(connection: sqlite3.Connection) -> bool:
    """Index some texts; return whether there may be more."""
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
    """Do not flush this transaction: after a power failure, the work is simply repeated, and flushes of the journal do
    not have to wait for it."""
    connection.execute("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        connection.execute("PRAGMA synchronous = FULL")
