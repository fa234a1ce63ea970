"""Detects that the open database file was removed or replaced, in which case SQLite would write to a deleted file."""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from desktop_chat.core.errors import StoreCorrupt, StoreError, StoreReplaced
from desktop_chat.services.private_files import create_private
from desktop_chat.services.sqlite.hardening import check_schema, reading
from desktop_chat.services.sqlite.migrations import MIGRATIONS
from desktop_chat.services.sqlite.sqlite_errors import translate_sqlite_errors

logger = logging.getLogger(__name__)

Identity = tuple[int, int]


def identity_of(file: Path) -> Identity | None:
    """Return the identity of the file with this name, or None if there is none."""
    try:
        state = file.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino


def put_back(connection: sqlite3.Connection, file: Path) -> None:
    """Write the open database to its original path and close it. Raises StoreError, leaving it open."""
    part = file.with_name(file.name + ".part")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(create_private(part))
        with translate_sqlite_errors(), closing(sqlite3.connect(part)) as target:
            connection.backup(target)
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        part.replace(file)
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror or error}") from error
    connection.close()
    for ending in ("-wal", "-shm"):  # leftovers of the removed file
        with suppress(FileNotFoundError):
            file.with_name(file.name + ending).unlink()
    logger.info("the open database was removed, and was written again")


def check_is_same(connection: sqlite3.Connection, file: Path) -> None:
    """Raise StoreReplaced if another database has this name; some file systems merely renumber files."""
    try:
        with reading(file) as found:
            check_schema(found, MIGRATIONS)
            is_same = _fingerprint(found) == _fingerprint(connection)
    except (sqlite3.Error, StoreCorrupt):
        is_same = False
    if not is_same:
        raise StoreReplaced(str(file))


def _fingerprint(connection: sqlite3.Connection) -> tuple[object, ...]:
    last_message = "(SELECT id FROM messages ORDER BY seq DESC LIMIT 1)"
    last_change = "(SELECT max(updated_at) FROM conversations)"
    found: tuple[object, ...] = connection.execute(
        f"SELECT count(*), {last_message}, {last_change} FROM messages"  # noqa: S608  (constants)
    ).fetchone()
    return found
