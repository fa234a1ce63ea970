"""A database file written by someone else: nothing in it is executed, its conversations are kept, and the cost of
reading it is limited by its size."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from desktop_chat.core.entities import Conversation, Message, Role, Status
from desktop_chat.core.errors import StoreCorrupt
from desktop_chat.core.ports import JournalEntry, WriteBatch
from desktop_chat.services.blobs import BlobFolder
from desktop_chat.services.sqlite import hardening as guarded_module
from desktop_chat.services.sqlite import sqlite_rows
from desktop_chat.services.sqlite.hardening import GuardedConnection, check_schema, guarded
from desktop_chat.services.sqlite.migrations import MIGRATIONS, migrate
from desktop_chat.services.sqlite.salvage import salvage
from desktop_chat.services.sqlite.snapshot_files import Snapshots
from desktop_chat.services.sqlite.sqlite_store import SqliteStore

ONE = Conversation("c1", "One", created_at=1.0, updated_at=1.0)
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
COLUMNS = (
    "i AS seq, 'm' || i AS id, 'c1' AS conversation_id, NULL AS parent_id, 'user' AS role, "
    "hex(zeroblob(1000)) AS text, 'running' AS status, 1.0 AS created_at, '' AS reasoning, '' AS connection_name, "
    "'' AS model, NULL AS finish_reason, NULL AS failure_code, NULL AS failure_detail, "
    "NULL AS failure_retry_after_s, NULL AS prompt_tokens, NULL AS completion_tokens, NULL AS reasoning_tokens, "
    "NULL AS first_token_s, NULL AS reasoning_s, NULL AS total_s, 0 AS skipped_events"
)
VIEW = ("ALTER TABLE messages RENAME TO theirs", f"CREATE VIEW messages AS {ENDLESS} SELECT {COLUMNS} FROM n")


def renamed(kind: str, what: str) -> tuple[str, ...]:
    name = "sqlite_autoindex_messages_9"
    return (
        f"CREATE {kind} theirs ON messages ({what})",
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_master SET name = '{name}', sql = replace(sql, 'theirs', '{name}') WHERE name = 'theirs'",
    )


ATTACKS = {
    "a trigger that drops messages": (
        "CREATE TRIGGER t AFTER INSERT ON messages BEGIN DELETE FROM messages WHERE id = new.id; END",
    ),
    "a trigger that changes them": (
        "CREATE TRIGGER t AFTER INSERT ON messages BEGIN UPDATE messages SET text = 'theirs' WHERE id = new.id; END",
    ),
    "a view without end": VIEW,
    "an index that computes": ("CREATE INDEX i ON messages (length(hex(zeroblob(10000000 + seq))))",),
    "an index that computes, under a name of SQLite's": renamed("INDEX", "length(hex(zeroblob(10000000 + seq)))"),
    "an index that refuses, under a name of SQLite's": renamed("UNIQUE INDEX", "conversation_id"),
    "a computed column": ("ALTER TABLE messages ADD COLUMN more GENERATED ALWAYS AS (hex(zeroblob(10000000)))",),
    "a condition": ("ALTER TABLE conversations ADD COLUMN more CHECK (length(hex(zeroblob(10000000))) > 0) DEFAULT 1",),
}


def message(number: int, text: str = "said") -> Message:
    return Message(f"m{number}", "c1", None, Role.USER, text, Status.COMPLETE, float(number))


async def fill(file: Path) -> None:
    store = SqliteStore(file)
    await store.write(WriteBatch((ONE,), (message(1, "before"),)))
    await store.aclose()


def attack(file: Path, statements: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


@asynccontextmanager
async def opened(file: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(file)
    try:
        yield store
    finally:
        await store.aclose()


@pytest.mark.parametrize("statements", ATTACKS.values(), ids=ATTACKS)
async def test_executable_parts_are_dropped_and_the_conversations_are_kept(
    tmp_path: Path, statements: tuple[str, ...]
) -> None:
    file = tmp_path / "history.db"
    await fill(file)
    attack(file, statements)
    async with opened(file) as store, asyncio.timeout(20):
        report = await store.open()
        assert report.set_aside, "the file is there still, under another name"
        assert [c.title for c in await store.conversations()] == ["One"]
        await store.write(WriteBatch(messages=(message(2, "after"),)))
        texts = [found.text for found in await store.messages("c1")]
        assert texts == (["after"] if statements is VIEW else ["before", "after"])
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute("SELECT count(*) FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchone()
    assert found == (0,)


@pytest.mark.parametrize("statements", [(), *ATTACKS.values()], ids=["none", *ATTACKS])
async def test_an_older_file_is_not_migrated_with_executable_parts(tmp_path: Path, statements: tuple[str, ...]) -> None:
    file = tmp_path / "history.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        migrate(connection, file, MIGRATIONS[:1])
    attack(file, statements)
    async with opened(file) as store, asyncio.timeout(20):
        assert bool((await store.open()).set_aside) == bool(statements)


@pytest.mark.parametrize("statements", ATTACKS.values(), ids=ATTACKS)
async def test_a_snapshot_is_untrusted_too(tmp_path: Path, statements: tuple[str, ...]) -> None:
    file = tmp_path / "history.db"
    await fill(file)
    folder = tmp_path / "snapshots"
    folder.mkdir()
    two_hours_ago = time.strftime("%Y%m%d-%H%M%S", time.gmtime(time.time() - 7_200))
    hostile = folder / f"history-{two_hours_ago}.db"
    shutil.copyfile(file, hostile)
    attack(hostile, statements)
    async with opened(file) as store, asyncio.timeout(20):
        await store.write(WriteBatch(messages=(message(2),)))
        snapshots = Snapshots(file, folder, store, BlobFolder(file.parent / "attachments"))
        assert await snapshots.take_if_due("hourly") is not None
        assert (await snapshots.restore(hostile)).messages == 0
        await snapshots.aclose()
        assert len(await store.messages("c1")) == 2


async def test_a_replaced_file_is_not_executed_either(tmp_path: Path) -> None:
    file = tmp_path / "history.db"
    await fill(file)
    async with opened(file) as store, asyncio.timeout(20):
        await store.open()
        hostile = tmp_path / "hostile.db"
        shutil.copyfile(file, hostile)
        attack(hostile, VIEW)
        hostile.replace(file)
        with pytest.raises(Exception, match=r"history\.db"):
            await store.conversations()


def test_no_file_is_read_forever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that refer to each other many times act like an endless query."""
    monkeypatch.setattr(guarded_module, "_MIN_STEPS", 2)
    with closing(guarded(tmp_path / "history.db")) as connection:
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            connection.execute(f"{ENDLESS} SELECT count(*) FROM n").fetchone()
        connection.budget.begin()
        assert connection.execute("SELECT 1").fetchone() == (1,)


async def test_more_text_than_a_window_can_hold_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "history.db"
    await fill(file)
    async with opened(file) as store:
        await store.write(WriteBatch(messages=tuple(message(number, "x" * 100) for number in range(2, 20))))
        monkeypatch.setattr(sqlite_rows, "MAX_CHARACTERS", 1_000)
        with pytest.raises(StoreCorrupt):
            await store.messages("c1")
        assert await store.conversations()


async def test_a_row_without_text_is_not_a_bug(tmp_path: Path) -> None:
    file = tmp_path / "history.db"
    await fill(file)
    attack(file, ("UPDATE messages SET text = x'00ff'",))
    async with opened(file) as store:
        with pytest.raises(StoreCorrupt):
            await store.messages("c1")


@pytest.mark.parametrize(
    "definition",
    [
        "CREATE TABLE 'message_grams_config'(k PRIMARY KEY, v, more AS (hex(zeroblob(1000))))",
        "CREATE TABLE 'message_grams_config'(k PRIMARY KEY, v CHECK (v > 1))",
        "CREATE TABLE 'message_grams_config'(k PRIMARY KEY, v DEFAULT 1)",
        "CREATE VIEW message_grams_config AS SELECT 1 AS k, 2 AS v",
    ],
)
def test_the_index_contains_only_what_sqlite_creates(tmp_path: Path, definition: str) -> None:
    with closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None)) as connection:
        for step in MIGRATIONS:
            step(connection)
        check_schema(connection, MIGRATIONS)
        connection.execute("PRAGMA writable_schema = ON")
        kind = definition.split()[1].lower()
        change = "UPDATE sqlite_master SET type = ?, sql = ? WHERE name = 'message_grams_config'"
        connection.execute(change, (kind, definition))
        with pytest.raises(StoreCorrupt):
            check_schema(connection, MIGRATIONS)


def test_a_connection_distrusts_its_file(tmp_path: Path) -> None:
    with closing(guarded(tmp_path / "history.db")) as connection:
        assert isinstance(connection, GuardedConnection)
        assert connection.execute("PRAGMA trusted_schema").fetchone() == (0,)
        assert connection.execute("PRAGMA cell_size_check").fetchone() == (1,)
        with pytest.raises(sqlite3.Error):
            connection.execute("ATTACH ':memory:' AS other")
        with pytest.raises(sqlite3.Error):
            connection.execute("SELECT zeroblob(300000000)").fetchone()


def test_nothing_in_a_hostile_file_is_executed_while_salvaging(tmp_path: Path) -> None:
    file = tmp_path / "history.db"
    asyncio.run(fill(file))
    attack(file, ATTACKS["a trigger that changes them"])
    found = salvage(file)
    assert [one.text for one in found.messages] == ["before"]


async def test_the_last_state_of_a_message_in_a_batch_wins(tmp_path: Path) -> None:
    running = Message("m1", "c1", None, Role.ASSISTANT, "", Status.RUNNING, 1.0)
    async with opened(tmp_path / "history.db") as store:
        await store.write(WriteBatch((ONE,), (message(1, ""), running), (JournalEntry("m1", "came", ""),)))
        assert [found.text for found in await store.messages("c1")] == ["came"]
