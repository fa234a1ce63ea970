"""Finds out which blobs a database file names."""

from __future__ import annotations

import re
import sqlite3
from contextlib import suppress
from pathlib import Path

from desktop_chat.services.sqlite.hardening import reading
from desktop_chat.services.sqlite.sqlite_errors import translate_sqlite_errors

_NAME = re.compile(r'"([0-9a-f]{64})"')
_COLUMNS = (
    ("messages", "attachments", "attachments IS NOT NULL"),
    # SQLite looks for images without the interpreter's lock; results alone can have megabytes.
    ("messages", "tool_calls", """tool_calls IS NOT NULL AND instr(tool_calls, '"images":[') > 0"""),
    ("conversations", "draft_attachments", "draft_attachments IS NOT NULL"),
)
"""Tables and columns that name blobs, and which rows do."""


def blob_names_in(file: Path) -> set[str]:
    """Return the names of all blobs that the messages and drafts of a database need; perhaps a few more, since whatever
    looks like a name counts. Raises StoreError for a file that cannot be read: then nothing is known of its blobs."""
    found: set[str] = set()
    with translate_sqlite_errors(), reading(file) as connection:
        for table, column, condition in _COLUMNS:
            if column in _columns_of(connection, table):
                values = connection.execute(f"SELECT {column} FROM {table} WHERE {condition}")  # noqa: S608  (constants)
                for (value,) in values:
                    with suppress(TypeError):  # another program wrote something else
                        found.update(_NAME.findall(value))
    return found


def _columns_of(connection: sqlite3.Connection, table: str) -> set[str]:
    """Return the columns of a table; a file of an older version has fewer."""
    return {row[0] for row in connection.execute("SELECT name FROM pragma_table_info (?)", (table,))}
