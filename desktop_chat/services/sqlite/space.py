"""Gives unused space in the database file back to the disk, in slices.

SQLite keeps the pages of deleted rows for new ones, and the search index keeps what was deleted until its parts are
merged. What is left to do can be seen in the file, so that an interrupted run is continued.
"""

from __future__ import annotations

import sqlite3
import time

from desktop_chat.services.sqlite.maintenance import SLICE_S, unflushed
from desktop_chat.services.sqlite.message_index import note_merge_due
from desktop_chat.services.sqlite.migrations import transaction
from desktop_chat.services.sqlite.sqlite_rows import fetch_all

MIN_FREE_BYTES = 1024 * 1024
_MIN_SHARE = 16
"""At least a sixteenth of the file must be unused: new messages need some."""
_MERGED_AT_ONCE = 8
"""Pages of the index that one statement merges: about a millisecond."""
_RELEASED_AT_ONCE = 16
Stamp = tuple[int, int]


def is_rigid(connection: sqlite3.Connection) -> bool:
    """Return whether a file cannot shrink, because an earlier version made it."""
    return _pragma(connection, "page_count") > 0 and not _pragma(connection, "auto_vacuum")


def has_unused_space(connection: sqlite3.Connection) -> bool:
    """Return whether it is worth giving space back."""
    unused, pages = _pragma(connection, "freelist_count"), _pragma(connection, "page_count")
    return unused * _MIN_SHARE > pages and unused * _pragma(connection, "page_size") >= MIN_FREE_BYTES


def is_replying(connection: sqlite3.Connection) -> bool:
    """Return whether a reply is being written."""
    return bool(fetch_all(connection, "SELECT 1 FROM messages WHERE status = 'running' LIMIT 1"))


def stamp_of(connection: sqlite3.Connection) -> Stamp:
    """Return what changes with every change of the file: those of other connections, and of this one."""
    return _pragma(connection, "data_version"), connection.total_changes


def merge_index(connection: sqlite3.Connection) -> bool:
    """Merge some of the search index, which frees what was deleted from it; return whether there is more."""
    until = time.monotonic() + SLICE_S
    with unflushed(connection), transaction(connection):
        while True:
            before = connection.total_changes
            # Negative: all parts become one (https://www.sqlite.org/fts5.html#the_merge_command).
            connection.execute(
                "INSERT INTO message_grams (message_grams, rank) VALUES ('merge', ?)", (-_MERGED_AT_ONCE,)
            )
            if connection.total_changes - before < 2:  # the command itself counts as one
                note_merge_due(connection, due=False)
                return False
            if time.monotonic() >= until:
                return True


def release_pages(connection: sqlite3.Connection) -> bool:
    """Move some pages from the end of the file into gaps and shorten it; return whether there is more."""
    until = time.monotonic() + SLICE_S
    with unflushed(connection):
        while True:
            if not _pragma(connection, "freelist_count"):
                connection.execute("PRAGMA wal_checkpoint (PASSIVE)").fetchall()  # only this shortens the file itself
                return False
            # `execute` would release a single page.
            connection.executescript(f"PRAGMA incremental_vacuum ({_RELEASED_AT_ONCE})")
            if time.monotonic() >= until:
                return True


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
