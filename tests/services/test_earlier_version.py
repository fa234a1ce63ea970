"""A large file is upgraded at once, and copied as it was before while the application is in use."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from store_samples import conversation
from test_giving_space_back import names_in, rigid_file, value_of

from desktop_chat.core.ports import WriteBatch
from desktop_chat.services.sqlite import earlier_version
from desktop_chat.services.sqlite.migrations import MIGRATIONS
from desktop_chat.services.sqlite.sqlite_store import SqliteStore

BEFORE = f"history.before-v{len(MIGRATIONS)}.db"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of an earlier version with some texts, as if it were large."""
    monkeypatch.setattr("desktop_chat.services.sqlite.sqlite_file.LARGE", 0)
    monkeypatch.setattr(earlier_version, "_STEP_PAGES", 1)
    file = tmp_path / "history.db"
    rigid_file(file, len(MIGRATIONS) - 1)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        columns = [row for row in connection.execute("PRAGMA table_info (conversations)") if row[3]]
        names = ", ".join(row[1] for row in columns)
        values = ", ".join("''" if row[2] == "TEXT" and row[1] != "id" else "1" for row in columns)
        connection.execute(f"INSERT INTO conversations ({names}, leaf_id) VALUES ({values}, 'm')")
    return file


async def test_the_copy_has_what_was_there_before(file: Path) -> None:
    store = SqliteStore(file)
    await store.open()
    assert value_of(file, "PRAGMA user_version") == len(MIGRATIONS)
    await store.write(WriteBatch((conversation(title="since"),)))
    assert store._upkeep is not None
    await asyncio.wait({store._upkeep})
    copy = file.with_name(BEFORE)
    assert value_of(copy, "PRAGMA user_version") == len(MIGRATIONS) - 1
    assert value_of(copy, "SELECT count(*) FROM conversations") == 1
    assert value_of(copy, "PRAGMA integrity_check") == "ok"
    assert copy.stat().st_mode & 0o777 == 0o600
    await store.aclose()
    assert names_in(file.parent) == {"history.db", BEFORE}


async def test_exiting_meanwhile_leaves_nothing_behind(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begun, for_real = asyncio.Event(), os.fsync
    loop = asyncio.get_running_loop()

    def note(descriptor: int) -> None:
        loop.call_soon_threadsafe(begun.set)
        for_real(descriptor)

    monkeypatch.setattr(earlier_version, "_PAUSE_S", 60.0)
    store = SqliteStore(file)
    await store.open()
    monkeypatch.setattr(os, "fsync", note)
    await begun.wait()
    await store.aclose()
    assert names_in(file.parent) == {"history.db"}
    assert "closed too early" in caplog.text
    caplog.clear()


async def test_exiting_before_it_is_begun_lets_it_go(file: Path) -> None:
    store = SqliteStore(file)
    await store.open()
    await store.aclose()
    assert names_in(file.parent) == {"history.db"}


async def test_without_space_the_upgraded_file_is_used(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_path: Path) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(earlier_version, "create_private", refuse)
    store = SqliteStore(file)
    await store.open()
    assert store._upkeep is not None
    await asyncio.wait({store._upkeep})
    assert len(await store.conversations()) == 1
    assert "No space left" in caplog.text
    caplog.clear()
    await store.aclose()
    assert shutil.disk_usage(file.parent).free > 0
