"""A database of any older version is migrated to the newest one and keeps its content."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from property_tests import examples

from desktop_chat.core.errors import StoreCorrupt, StoreTooNew
from desktop_chat.services.sqlite.migrations import APPLICATION_ID, MIGRATIONS, Migration, migrate

CELL = st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8"))
TABLES = ("conversations", "messages")


def add_a_column(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE conversations ADD COLUMN folder TEXT NOT NULL DEFAULT ''")


def fail_half_way(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM conversations")
    raise RuntimeError("power cut")


def connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, isolation_level=None)


def version_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def add_conversation(connection: sqlite3.Connection, title: str) -> None:
    columns = [row[1:4] for row in connection.execute("PRAGMA table_info (conversations)") if row[1] != "seq"]
    values = [
        title if name in {"id", "title", "folded_title"} else 0 if required else None for name, _, required in columns
    ]
    names, marks = ", ".join(name for name, _, _ in columns), ", ".join("?" * len(columns))
    connection.execute(f"INSERT INTO conversations ({names}) VALUES ({marks})", values)


def titles(file: Path) -> list[str]:
    with closing(connect(file)) as connection:
        return [row[0] for row in connection.execute("SELECT title FROM conversations ORDER BY seq")]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database of the oldest version with a conversation in it."""
    file = tmp_path / "history.db"
    with closing(connect(file)) as connection:
        migrate(connection, file, MIGRATIONS[:1])
        add_conversation(connection, "old")
    return file


def test_an_empty_file_becomes_the_newest_version_without_a_copy(tmp_path: Path) -> None:
    file = tmp_path / "history.db"
    with closing(connect(file)) as connection:
        migrate(connection, file)
        migrate(connection, file)
        assert version_of(connection) == len(MIGRATIONS)
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert [path.name for path in tmp_path.iterdir()] == ["history.db"]


def test_all_migrations_run_from_the_oldest_version(file: Path) -> None:
    with closing(connect(file)) as connection:
        migrate(connection, file, [*MIGRATIONS, add_a_column])
        assert version_of(connection) == len(MIGRATIONS) + 1
        assert connection.execute("SELECT title, origin, folder FROM conversations").fetchall() == [("old", "", "")]


def test_the_file_is_copied_before_it_is_changed(file: Path) -> None:
    steps: list[Migration] = [*MIGRATIONS, add_a_column]
    with closing(connect(file)) as connection:
        migrate(connection, file, steps)
        connection.execute("DELETE FROM conversations")
    copy = file.with_name(f"history.before-v{len(steps)}.db")
    assert titles(copy) == ["old"]
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(connect(copy)) as connection:
        assert version_of(connection) == 1


def test_a_failing_step_leaves_the_file_unchanged(file: Path) -> None:
    with closing(connect(file)) as connection:
        with pytest.raises(RuntimeError):
            migrate(connection, file, [*MIGRATIONS, add_a_column, fail_half_way])
        assert version_of(connection) == 1
        with pytest.raises(sqlite3.OperationalError):
            connection.execute("SELECT folder FROM conversations")
        migrate(connection, file, [*MIGRATIONS, add_a_column])
    assert titles(file) == ["old"]


def test_a_newer_version_is_rejected(file: Path) -> None:
    with closing(connect(file)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 5}")
        with pytest.raises(StoreTooNew):
            migrate(connection, file)


def test_another_programs_database_is_rejected(tmp_path: Path) -> None:
    file = tmp_path / "theirs.db"
    with closing(connect(file)) as connection:
        connection.execute("CREATE TABLE theirs (value)")
        with pytest.raises(StoreCorrupt):
            migrate(connection, file)
        connection.execute("PRAGMA user_version = 1")
        with pytest.raises(StoreCorrupt):
            migrate(connection, file)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(30))
@given(rows=st.lists(st.tuples(CELL, CELL), max_size=5))
def test_migrating_keeps_every_row(tmp_path: Path, rows: list[tuple[object, object]]) -> None:
    file = tmp_path / "history.db"
    file.unlink(missing_ok=True)
    with closing(connect(file)) as connection:
        migrate(connection, file, MIGRATIONS[:1])
        for number, (left, right) in enumerate(rows):
            add_conversation(connection, f"c{number}")
            connection.execute(
                "UPDATE conversations SET draft = coalesce(?, ''), leaf_id = ? WHERE id = ?",
                (left, right, f"c{number}"),
            )
            connection.execute("INSERT INTO found_texts (rowid, text) VALUES (?, ?)", (number + 1, str(left)))
        before = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
        migrate(connection, file, [*MIGRATIONS, add_a_column])
        for table in TABLES:
            after = connection.execute(f"SELECT * FROM {table}").fetchall()
            assert [row[: len(before[table][0])] for row in after] == before[table]
