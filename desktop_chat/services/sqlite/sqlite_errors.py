"""Translates SQLite's errors into the core's; everything else is a bug and stays one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from desktop_chat.core.errors import StoreCorrupt, StoreError, StoreFull, StoreLocked, StoreReadOnly

_BY_CODE: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_CORRUPT: StoreCorrupt,
    sqlite3.SQLITE_NOTADB: StoreCorrupt,
    sqlite3.SQLITE_FORMAT: StoreCorrupt,
    sqlite3.SQLITE_FULL: StoreFull,
    sqlite3.SQLITE_READONLY: StoreReadOnly,
    sqlite3.SQLITE_CANTOPEN: StoreReadOnly,
    sqlite3.SQLITE_PERM: StoreReadOnly,
    sqlite3.SQLITE_BUSY: StoreLocked,
    sqlite3.SQLITE_LOCKED: StoreLocked,
    sqlite3.SQLITE_PROTOCOL: StoreLocked,
    sqlite3.SQLITE_IOERR: StoreError,
    sqlite3.SQLITE_TOOBIG: StoreError,
    sqlite3.SQLITE_INTERRUPT: StoreCorrupt,  # exceeded the budget of a valid file of this size
}
"""By primary result code: https://www.sqlite.org/rescode.html"""
_UNDECODABLE = "Could not decode to UTF-8"
"""How Python begins what it says of a text that another program wrote; it has no code."""


@contextmanager
def translate_sqlite_errors() -> Iterator[None]:
    """Raise StoreError for errors of the disk, the file or another process; programming errors pass through."""
    try:
        yield
    except sqlite3.Error as error:
        primary = getattr(error, "sqlite_errorcode", -1) & 0xFF
        if str(error).startswith(_UNDECODABLE):
            raise StoreCorrupt("a text is not in UTF-8") from error
        if primary not in _BY_CODE:
            raise
        raise _BY_CODE[primary](str(error)) from error
