"""The file that holds all snapshots: each version of a row once, with the first snapshot that has it and the first that
no longer does. So a snapshot takes the space of what changed since the one before.

The search index is not in it, since it can be rebuilt from the texts. Rows are compared and copied inside SQLite, some
thousands at a time and all in one transaction: a snapshot is there completely or not at all.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from desktop_chat.core.errors import StoreCorrupt, StoreTooNew
from desktop_chat.services.private_files import touch_private
from desktop_chat.services.sqlite.hardening import GuardedConnection, check_schema, guarded, is_plain_table, reading
from desktop_chat.services.sqlite.migrations import MIGRATIONS, migrate, transaction
from desktop_chat.services.sqlite.pace import Pace
from desktop_chat.services.sqlite.sqlite_errors import translate_sqlite_errors
from desktop_chat.services.sqlite.sqlite_rows import fetch_all

APPLICATION_ID = 0x44436173
"""Marks an archive ("DCas")."""
SLICE = 2_000
"""Row numbers that are looked at together: usually about 3 MB, 20 ms."""
_FREED_AT_ONCE = 256
"""Pages that are given back to the disk at once."""
_CONVERSATION_OF = {"conversations": "id", "messages": "conversation_id"}
"""The tables of a snapshot, and the column that names the conversation of a row."""
_SNAPSHOTS = (
    "CREATE TABLE snapshots (number INTEGER PRIMARY KEY, taken_at REAL NOT NULL, version INTEGER NOT NULL, "
    "conversations INTEGER NOT NULL, messages INTEGER NOT NULL, all_messages INTEGER NOT NULL, "
    "last_seq INTEGER NOT NULL, changed_at REAL)"
)
_IN_SNAPSHOT = "since <= ?1 AND (until IS NULL OR until > ?1)"
_IN_NONE = "until IS NOT NULL AND NOT EXISTS (SELECT 1 FROM snapshots WHERE number >= since AND number < {table}.until)"
_NEXT_SEQ = (
    "SELECT min(seq) FROM (SELECT min(seq) AS seq FROM source.{table} WHERE seq > ?1 "
    "UNION ALL SELECT min(seq) FROM main.{table} WHERE until IS NULL AND seq > ?1)"
)
_NEXT_ROW = "SELECT min(row) FROM source.{table} WHERE row > ?1"
Fingerprint = tuple[int, int, float | None]
"""Values that change with every message: the number of messages, the last one, and the last change."""


@dataclass(frozen=True, slots=True)
class Archived:
    """A snapshot: its number, when it was taken in seconds since the epoch, what it has, and the fingerprint of the
    database then."""

    number: int
    taken_at: float
    conversations: int
    messages: int
    fingerprint: Fingerprint


def is_archive(file: Path) -> bool:
    """Return whether a file is marked as an archive. Raises StoreError."""
    with translate_sqlite_errors(), reading(file) as connection:
        return bool(connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)


def fingerprint(database: Path) -> Fingerprint:
    """Return the fingerprint of a database. Raises StoreError."""
    with translate_sqlite_errors(), reading(database) as connection:
        for table, column in (("messages", "seq"), ("conversations", "updated_at")):
            if not is_plain_table(connection, table, [column]):
                raise StoreCorrupt(database.name)
        return _fingerprint(connection, "main")


def archived(file: Path) -> list[Archived]:
    """Return the snapshots in an archive, newest first. Raises StoreError."""
    with _opened(file) as connection:
        rows = fetch_all(
            connection,
            "SELECT number, taken_at, conversations, messages, all_messages, last_seq, changed_at FROM snapshots "
            "ORDER BY taken_at DESC, number DESC",
        )
    return [Archived(number, at, held, messages, tuple(print_)) for number, at, held, messages, *print_ in rows]


def add(file: Path, database: Path, taken_at: float, pace: Pace) -> Archived:
    """Add a snapshot of a database of the newest version. Raises StoreError; then nothing was added."""
    with translate_sqlite_errors(), reading(database) as found:
        check_schema(found, MIGRATIONS)
    with _flushing(file) as flush, _opened(file) as archive:
        pace.watch(archive)
        _attach(archive, database)
        _add_missing_columns(archive)
        with transaction(archive):
            number = fetch_all(archive, "SELECT coalesce(max(number), 0) + 1 FROM snapshots")[0][0]
            for table in _CONVERSATION_OF:
                for first in _slices(archive, _NEXT_SEQ.format(table=table)):
                    _compare(archive, table, number, first)
                    flush()
                    pace.wait()
            conversations, messages = (_count(archive, table) for table in _CONVERSATION_OF)
            print_ = _fingerprint(archive, "source")
            archive.execute(
                "INSERT INTO snapshots VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (number, taken_at, len(MIGRATIONS), conversations, messages, *print_),
            )
    return Archived(number, taken_at, conversations, messages, print_)


def drop(file: Path, numbers: Iterable[int], pace: Pace) -> None:
    """Remove snapshots with the rows that no other has, and give their space back. Raises StoreError; the next call
    goes on with the rest."""
    with _opened(file) as archive:
        pace.watch(archive)
        archive.executemany("DELETE FROM snapshots WHERE number = ?", [(number,) for number in numbers])
        for table in _CONVERSATION_OF:
            some = f"SELECT row FROM {table} WHERE {_IN_NONE.format(table=table)} LIMIT {SLICE}"  # noqa: S608
            while archive.execute(f"DELETE FROM {table} WHERE row IN ({some})").rowcount:  # noqa: S608
                archive.budget.begin()
                pace.wait()
        while fetch_all(archive, "PRAGMA freelist_count")[0][0]:
            archive.executescript(f"PRAGMA incremental_vacuum ({_FREED_AT_ONCE})")  # `execute` would free a single page
            pace.wait()


def extract(file: Path, number: int | None, to: Path, pace: Pace) -> None:
    """Write a snapshot, the newest if None, as a database of the version that it had, as far as it can be read. Raises
    StoreError."""
    with _opened(file) as archive:
        wanted = fetch_all(
            archive,
            "SELECT number, version FROM snapshots ORDER BY number IS ?1 DESC, taken_at DESC, number DESC LIMIT 1",
            number,
        )
    if not wanted or number not in {None, wanted[0][0]}:
        raise StoreCorrupt(f"no such snapshot: {number}")
    number, version = wanted[0]
    if not 0 < version <= len(MIGRATIONS):
        raise StoreTooNew(f"version {version}, known up to {len(MIGRATIONS)}")
    with translate_sqlite_errors(), closing(guarded(to)) as database:
        database.execute("PRAGMA synchronous = OFF")  # read once and removed
        migrate(database, to, MIGRATIONS[:version])
        pace.watch(database)
        _attach(database, file)
        for table in _CONVERSATION_OF:
            columns = ", ".join(f'"{name}"' for name, _ in _columns_in(database, "main", table))
            statement = (
                f"INSERT OR IGNORE INTO main.{table} ({columns}) SELECT {columns} FROM source.{table} "  # noqa: S608
                f"WHERE row BETWEEN ?2 AND ?3 AND {_IN_SNAPSHOT}"
            )
            for first in _slices(database, _NEXT_ROW.format(table=table)):
                _copy_readable(database, statement, number, first, first + SLICE - 1)
                pace.check()


@contextmanager
def _opened(file: Path) -> Iterator[GuardedConnection]:
    """Open an archive, or create it; what a killed run left unfinished is undone. Raises StoreError."""
    touch_private(file)
    with translate_sqlite_errors(), closing(guarded(file)) as connection:
        if not connection.execute("PRAGMA page_count").fetchone()[0]:
            connection.execute("PRAGMA page_size = 8192")
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -8000")
        _check(connection, file)
        yield connection


def _check(archive: sqlite3.Connection, file: Path) -> None:
    """Create the tables of a new archive; raise StoreCorrupt if one has anything else."""
    objects = dict(fetch_all(archive, "SELECT name, type FROM sqlite_master"))
    if not objects:
        with transaction(archive):
            archive.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            for name, statement in _schema().items():
                archive.execute(statement)
                objects[name] = "index" if name not in _tables() else "table"
    expected = {name: "table" if name in _tables() else "index" for name in _schema()}
    plain = all(is_plain_table(archive, table, columns) for table, columns in _tables().items())
    if objects != expected or not plain:
        raise StoreCorrupt(f"not an archive of snapshots: {file.name}")


@cache
def _newest() -> dict[str, list[tuple[str, str]]]:
    """Return names and types of the columns in the newest version of the database."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as newest:
        for step in MIGRATIONS:
            step(newest)
        return {table: _columns_in(newest, "main", table) for table in _CONVERSATION_OF}


def _tables() -> dict[str, list[str]]:
    """Return the tables, and the columns that each must store."""
    return {"snapshots": ["number"], **{table: ["row", "since", "until", "seq"] for table in _CONVERSATION_OF}}


@cache
def _schema() -> dict[str, str]:
    """Return what creates an archive, by the name of the table or index."""
    schema = {"snapshots": _SNAPSHOTS}
    for table, columns in _newest().items():
        stored = ", ".join(f'"{name}" {kind}' for name, kind in columns)
        schema[table] = (
            f"CREATE TABLE {table} (row INTEGER PRIMARY KEY, since INTEGER NOT NULL, until INTEGER, {stored})"
        )
        schema[f"{table}_now"] = f"CREATE UNIQUE INDEX {table}_now ON {table} (seq) WHERE until IS NULL"
        schema[f"{table}_past"] = f"CREATE INDEX {table}_past ON {table} (until) WHERE until IS NOT NULL"
    for column in ("attachments", "tool_calls"):  # as in the database: few rows have any
        name = f"messages_with_{column}"
        schema[name] = f"CREATE INDEX {name} ON messages (row) WHERE {column} IS NOT NULL"
    return schema


def _add_missing_columns(archive: sqlite3.Connection) -> None:
    """Add the columns of newer versions; their value in earlier snapshots is NULL."""
    for table, columns in _newest().items():
        there = {name for name, _ in _columns_in(archive, "main", table)}
        for name, kind in columns:
            if name not in there:
                archive.execute(f'ALTER TABLE {table} ADD COLUMN "{name}" {kind}')


@contextmanager
def _flushing(file: Path) -> Iterator[Callable[[], None]]:
    """Provide what flushes the file, so that the end need not wait for everything, and other files' flushes with it. To
    be left after the connection is closed, whose locks would end with the descriptor."""
    touch_private(file)
    with file.open("rb") as stream:
        yield lambda: os.fsync(stream.fileno())


def _slices(connection: GuardedConnection, next_after: str) -> Iterator[int]:
    """Yield the first number of each slice that has rows."""
    first = fetch_all(connection, next_after, 0)[0][0]
    while first is not None:
        yield first
        connection.budget.begin()
        first = fetch_all(connection, next_after, first + SLICE - 1)[0][0]


def _attach(connection: GuardedConnection, file: Path) -> None:
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 1)
    connection.execute("ATTACH ? AS source", (f"{file.absolute().as_uri()}?mode=ro",))


def _compare(archive: sqlite3.Connection, table: str, number: int, first: int) -> None:
    """End the rows of a slice that changed or are gone, and add those that are new."""
    columns = [f'"{name}"' for name, _ in _newest()[table]]
    here, there = (", ".join(f"{side}.{column}" for column in columns) for side in (table, "now"))
    kept = f"now.{_CONVERSATION_OF[table]} NOT IN (SELECT id FROM source.deleted_conversations)"  # noqa: S608
    last = first + SLICE - 1
    archive.execute(
        f"UPDATE main.{table} SET until = ?1 WHERE until IS NULL AND seq BETWEEN ?2 AND ?3 AND NOT EXISTS "  # noqa: S608
        f"(SELECT 1 FROM source.{table} AS now WHERE now.seq = {table}.seq AND {kept} AND ({here}) IS ({there}))",
        (number, first, last),
    )
    archive.execute(
        f"INSERT INTO main.{table} (since, {', '.join(columns)}) SELECT ?1, {there} FROM source.{table} AS now "  # noqa: S608
        f"WHERE now.seq BETWEEN ?2 AND ?3 AND {kept} "
        f"AND NOT EXISTS (SELECT 1 FROM main.{table} AS old WHERE old.until IS NULL AND old.seq = now.seq)",
        (number, first, last),
    )


def _copy_readable(database: sqlite3.Connection, statement: str, number: int, first: int, last: int) -> None:
    """Copy a range of rows; if one is damaged, the range is halved until it is found."""
    try:
        database.execute(statement, (number, first, last))
    except sqlite3.DatabaseError:
        if first < last:
            middle = (first + last) // 2
            _copy_readable(database, statement, number, first, middle)
            _copy_readable(database, statement, number, middle + 1, last)


def _count(archive: sqlite3.Connection, table: str) -> int:
    return int(fetch_all(archive, f"SELECT count(*) FROM main.{table} WHERE until IS NULL")[0][0])  # noqa: S608


def _fingerprint(connection: sqlite3.Connection, database: str) -> Fingerprint:
    messages = f"SELECT count(*), coalesce(max(seq), 0) FROM {database}.messages"  # noqa: S608
    count, last = fetch_all(connection, messages)[0]
    changed_at = fetch_all(connection, f"SELECT max(updated_at) FROM {database}.conversations")[0][0]  # noqa: S608
    return count, last, changed_at


def _columns_in(connection: sqlite3.Connection, database: str, table: str) -> list[tuple[str, str]]:
    rows = fetch_all(connection, f"PRAGMA {database}.table_info ({table})")
    return [(row[1], row[2]) for row in rows]
