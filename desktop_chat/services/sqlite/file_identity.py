"""Notices that the database was removed or replaced while it was open, where SQLite would write on into nothing."""

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
    """Return which file has this name, or None where there is none."""
    try:
        state = file.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino


def put_back(connection: sqlite3.Connection, file: Path) -> None:
    """Write the open database anew where its file was, and close it. Raises StoreError; then it is still open."""
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
    for ending in ("-wal", "-shm"):  # of the file that is gone, and not to be taken for the new one's
        with suppress(FileNotFoundError):
            file.with_name(file.name + ending).unlink()
    logger.info("the database had been removed while it was open, and was written anew")


def check_is_same(connection: sqlite3.Connection, file: Path) -> None:
    """Raise StoreReplaced where another database has the name now; some file systems only count their files anew."""
    try:
        with reading(file) as found:
            check_schema(found, MIGRATIONS)
            is_same = _last_word(found) == _last_word(connection)
    except (sqlite3.Error, StoreCorrupt):
        is_same = False
    if not is_same:
        raise StoreReplaced(str(file))


def _last_word(connection: sqlite3.Connection) -> tuple[object, ...]:
    last_message = "(SELECT id FROM messages ORDER BY seq DESC LIMIT 1)"
    last_change = "(SELECT max(updated_at) FROM conversations)"
    found: tuple[object, ...] = connection.execute(
        f"SELECT count(*), {last_message}, {last_change} FROM messages"  # noqa: S608  (our own words)
    ).fetchone()
    return found
