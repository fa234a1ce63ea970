"""Reads a database file as untrusted input: nothing in it is executed, and the cost of reading it is limited by its
size.

A trigger could drop messages while they are stored, a view in place of a table could run forever, and pages that refer
to each other many times make a small file endless (https://www.sqlite.org/security.html).
"""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from desktop_chat.core.errors import StoreCorrupt

LONGEST_ROW = 256 * 1024 * 1024
"""Bytes; a reply has at most 32 MB."""
_STEP = 1_000_000
"""SQLite VM instructions between two checks of the budget."""
_MIN_STEPS = 100
_BYTES_PER_STEP = 20_000
"""Fifty instructions per byte of the file. Reading, checking or deleting rows of two characters each took half an
instruction per byte."""
_INDEXES = "found_texts|message_grams"
_INDEX_TABLE = rf"CREATE TABLE '(?:{_INDEXES})_\w+'\s*\((?:[\w\s,]|PRIMARY KEY\([\w\s,]+\))*\)(?:\s*WITHOUT ROWID)?"
"""FTS5's index tables: no computed columns, no checks."""
_COMPUTING = r"(?i)\b(?:AS|CHECK|DEFAULT|GENERATED|COLLATE)\b"
_OWN_TABLES = frozenset({"sqlite_sequence", "sqlite_stat1", "sqlite_stat4"})
_SPACE = r"[\s\"'`\[\]]+"


class StatementBudget:
    """Interrupts a statement that takes longer than any valid file of this size needs."""

    def __init__(self, connection: sqlite3.Connection, file: Path) -> None:
        self._file = file
        self._left = 0
        self.begin()
        connection.set_progress_handler(self._spend, _STEP)

    def begin(self) -> None:
        """Reset the budget, for each unit of work."""
        self._left = _MIN_STEPS + self._size() // _BYTES_PER_STEP

    def _size(self) -> int:
        size = 0
        for ending in ("", "-wal"):
            try:
                size += self._file.with_name(self._file.name + ending).stat().st_size
            except OSError:
                continue
        return size

    def _spend(self) -> int:
        self._left -= 1
        return int(self._left < 0)


class GuardedConnection(sqlite3.Connection):
    """A connection that distrusts its file from the first statement on."""

    budget: StatementBudget

    def distrust(self, file: Path) -> None:
        """Apply the restrictions, before anything is read. Raises sqlite3.Error if it is not a database."""
        if sys.version_info >= (3, 12):
            self.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
            self.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)
            self.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_VIEW, False)
        self.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_ROW)
        self.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        self.budget = StatementBudget(self, file)
        self.execute("PRAGMA trusted_schema = OFF")
        self.execute("PRAGMA cell_size_check = ON")


def guarded(file: Path, *, timeout_s: float = 5.0, only_reading: bool = False) -> GuardedConnection:
    """Open a file in autocommit mode. Raises sqlite3.Error."""
    connection = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode={'ro' if only_reading else 'rwc'}",
        uri=True,
        timeout=timeout_s,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=64,
        factory=GuardedConnection,
    )
    try:
        connection.distrust(file)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def reading(file: Path) -> Iterator[GuardedConnection]:
    """Open a file read-only. Raises sqlite3.Error."""
    with closing(guarded(file, only_reading=True)) as connection:
        yield connection


def check_schema(connection: sqlite3.Connection, steps: Sequence[Callable[[sqlite3.Connection], None]]) -> None:
    """Raise StoreCorrupt if the schema differs from what these steps create, such as by a trigger or a view. Tables of
    an index that the steps drop may still be there."""
    dropped: dict[tuple[str, str], str] = {}
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as expected:
        for step in steps:
            step(expected)
            wanted = _schema_of(expected)
            dropped |= {name: what for name, what in wanted.items() if re.match(_INDEXES, name[1])}
    found = _schema_of(connection)
    for name, what in found.items():
        if what not in (wanted.get(name), dropped.get(name)):
            raise StoreCorrupt(f"unexpected {name[0]}: {name[1][:100]!r}")
    if missing := wanted.keys() - found.keys():
        raise StoreCorrupt(f"missing: {min(missing)}")


def drop_what_runs(connection: sqlite3.Connection) -> None:
    """Drop triggers and views from a copy, so that its tables can be read. Raises sqlite3.Error."""
    found = connection.execute("SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchall()
    for kind, name in found:
        quoted = str(name).replace('"', '""')
        connection.execute(f'DROP {kind} IF EXISTS "{quoted}"')


def is_plain_table(connection: sqlite3.Connection, table: str, columns: Iterable[str]) -> bool:
    """Return whether this is a table in which these columns are stored, not computed."""
    row = connection.execute("SELECT type, sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    if row is None or row[0] != "table" or not str(row[1]).upper().startswith("CREATE TABLE"):
        return False
    found = connection.execute(f"PRAGMA table_xinfo ({table})").fetchall()
    return not {name for _, name, *_, hidden in found if hidden} & {"seq", *columns}


def _schema_of(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """Return the schema by kind and name, without SQLite's internal objects."""
    rows = connection.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master")
    return {
        (kind, name): _shape(kind, name, table, sql) for kind, name, table, sql in rows if not _is_own(kind, name, sql)
    }


def _is_own(kind: str, name: str, sql: str) -> bool:
    """Return whether an object is internal to SQLite. The name is not enough, since anyone can rename an index;
    internal indexes have no definition."""
    return name in _OWN_TABLES if kind == "table" else kind == "index" and name.startswith("sqlite_") and not sql


def _shape(kind: str, name: str, table: str, sql: str) -> str:
    """Return a normalised definition; for FTS5's own tables, whose wording is SQLite's, only that they are plain."""
    if kind == "table" and re.match(rf"(?:{_INDEXES})_", name):
        return "plain" if re.fullmatch(_INDEX_TABLE, sql) and not re.search(_COMPUTING, sql) else sql
    return f"{table} {re.sub(_SPACE, ' ', sql)}"
