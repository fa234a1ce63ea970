"""Long-running database maintenance in slices, so that writes never wait for the whole.

The remaining work is recorded in the database, so that an interrupted run is continued the next time.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from desktop_chat.services.sqlite.message_index import note_merge_due, note_words_of_indexed, put_into_index
from desktop_chat.services.sqlite.migrations import OLD_INDEX, make_index, transaction
from desktop_chat.services.sqlite.sqlite_rows import fetch_all
from desktop_chat.services.sqlite.sqlite_writes import remove_conversation
from desktop_chat.services.sqlite.word_blocks import forget_words, noted_from

SLICE_S = 0.015
"""How long a slice takes on more work. The last item and the flush to disk come on top."""
MUCH_DELETED = 20
"""If at least a twentieth of all conversations is deleted together, the search index is merged afterwards."""
_AT_ONCE = 16
"""Messages that are fetched together."""


def mark_deleted(connection: sqlite3.Connection, conversation_ids: Iterable[str]) -> None:
    """Hide conversations permanently, for all readers at once; they are removed from disk in slices."""
    with transaction(connection):
        connection.executemany(
            "INSERT OR IGNORE INTO deleted_conversations (id) SELECT id FROM conversations WHERE id = ?",
            [(conversation_id,) for conversation_id in conversation_ids],
        )
        counts = "SELECT (SELECT count(*) FROM deleted_conversations), (SELECT count(*) FROM conversations)"
        deleted, stored = fetch_all(connection, counts)[0]
        if deleted * MUCH_DELETED >= stored and deleted:
            note_merge_due(connection)


def remove_deleted(connection: sqlite3.Connection) -> int:
    """Remove some data of deleted conversations; return the number of remaining conversations."""
    if not fetch_all(connection, "SELECT 1 FROM deleted_conversations LIMIT 1"):
        return 0
    until = time.monotonic() + SLICE_S
    with unflushed(connection), transaction(connection):
        while time.monotonic() < until:
            found = fetch_all(connection, "SELECT id FROM deleted_conversations LIMIT 1")
            if not found:
                return 0
            remove_conversation(connection, found[0][0], until)
        return int(fetch_all(connection, "SELECT count(*) FROM deleted_conversations")[0][0])


def empty_index(connection: sqlite3.Connection) -> None:
    """Rebuild the search index in slices; the search reads texts that are not in it yet."""
    with transaction(connection):
        connection.execute("DROP TABLE message_grams")
        make_index(connection)
        forget_words(connection)


def fill_index(connection: sqlite3.Connection) -> bool:
    """Index some texts; return whether there may be more."""
    until = time.monotonic() + SLICE_S
    rows = fetch_all(connection, "SELECT seq FROM unindexed WHERE NOT is_too_long ORDER BY seq DESC LIMIT ?", _AT_ONCE)
    if not rows:
        return False
    with unflushed(connection), transaction(connection):
        put_into_index(connection, _taken_from_list(connection, [row[0] for row in rows], until))
    return True


def fill_words(connection: sqlite3.Connection) -> bool:
    """Note the words of some messages that an earlier version indexed; return whether there may be more."""
    if not noted_from(connection):
        return False
    with unflushed(connection), transaction(connection):
        return note_words_of_indexed(connection, time.monotonic() + SLICE_S)


def _taken_from_list(connection: sqlite3.Connection, rows: Iterable[int], until: float) -> Iterator[tuple[int, str]]:
    """Take messages from the list of those to be indexed, and yield those with a text; stop early at `until`."""
    for seq in rows:
        connection.execute("DELETE FROM unindexed WHERE seq = ?", (seq,))
        yield from fetch_all(connection, "SELECT seq, text FROM messages WHERE seq = ? AND status <> 'running'", seq)
        if time.monotonic() >= until:
            break


def remove_old_index(connection: sqlite3.Connection) -> bool:
    """Remove some of the index that an earlier version used; return whether there may be more."""
    tables = [row[0] for row in fetch_all(connection, _TABLES_OF, OLD_INDEX)]
    if not tables:
        return False
    until = time.monotonic() + SLICE_S
    with _writing_shadow_tables(connection), unflushed(connection), transaction(connection):
        for table in tables:
            key = "segid, term" if table.endswith("_idx") else "id"
            # The index cannot be opened, nor dropped, without the first ten blocks.
            kept = " WHERE id > 10" if table.endswith("_data") else ""
            some = f"SELECT {key} FROM {table}{kept} LIMIT {_ROWS_AT_ONCE}"  # noqa: S608  (our own names)
            while connection.execute(f"DELETE FROM {table} WHERE ({key}) IN ({some})").rowcount:  # noqa: S608
                if time.monotonic() >= until:
                    return True
        connection.execute(f"DROP TABLE {OLD_INDEX}")
    return False


@contextmanager
def unflushed(connection: sqlite3.Connection) -> Iterator[None]:
    """Do not flush this transaction: after a power failure, the work is simply repeated, and flushes of the journal do
    not have to wait for it."""
    connection.execute("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        connection.execute("PRAGMA synchronous = FULL")


@contextmanager
def _writing_shadow_tables(connection: sqlite3.Connection) -> Iterator[None]:
    """Allow changes of an index's own tables, which are about to be dropped."""
    if sys.version_info < (3, 12):
        yield
        return
    connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, False)
    try:
        yield
    finally:
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)


_ROWS_AT_ONCE = 200
_TABLES_OF = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN "
    "(?1 || '_content', ?1 || '_data', ?1 || '_docsize', ?1 || '_idx')"
)
