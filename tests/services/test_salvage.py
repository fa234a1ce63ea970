"""Readable content of damaged and older files is recovered, and nothing existing is replaced."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from property_tests import examples
from store_samples import conversation, message

from desktop_chat.core.entities import Role, Status
from desktop_chat.core.errors import CRASHED, StoreCorrupt, StoreError, StoreTooNew
from desktop_chat.core.ports import JournalEntry, WriteBatch
from desktop_chat.core.snapshots import MergeResult
from desktop_chat.core.titles import title_from
from desktop_chat.services.sqlite import salvage as salvage_module
from desktop_chat.services.sqlite.hardening import drop_what_runs
from desktop_chat.services.sqlite.migrations import MIGRATIONS, migrate
from desktop_chat.services.sqlite.salvage import READING, Salvage, salvage
from desktop_chat.services.sqlite.sqlite_store import SqliteStore

_PAGE = 8_192


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(file)
    await store.open()
    yield store
    await store.aclose()


async def filled(file: Path, *, messages: int = 40) -> set[str]:
    """Store two conversations, close the file and return the texts."""
    store = SqliteStore(file)
    for number in range(2):
        one = conversation(title=f"Trip {number}")
        chain = [message(one, f"text {number}.0 " * 40)]
        for turn in range(1, messages):
            chain.append(message(one, f"text {number}.{turn} " * 40, chain[-1]))
        await store.write(WriteBatch((one,), tuple(chain)))
    texts = {m.text for c in await store.conversations() for m in await store.messages(c.id)}
    await store.aclose()
    return texts


def test_an_intact_file_is_read_completely_and_not_changed(file: Path) -> None:
    texts = asyncio.run(filled(file))
    before = file.read_bytes()
    found = salvage(file)
    assert {m.text for m in found.messages} == texts
    assert len(found.conversations) == 2
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["history.db"]


async def test_a_running_reply_is_recovered_with_its_journal(store: SqliteStore, file: Path) -> None:
    one = conversation()
    reply = message(one, "", role=Role.ASSISTANT, status=Status.RUNNING)
    await store.write(WriteBatch((one,), (reply,), (JournalEntry(reply.id, "Hel", ""),)))
    await store.write(WriteBatch(journal=(JournalEntry(reply.id, "lo", ""),)))
    (found,) = salvage(file).messages
    assert (found.text, found.status) == ("Hello", Status.INTERRUPTED)
    assert found.failure is not None
    assert found.failure.code == CRASHED


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, set[str]]:
    """A file's content, and the texts in it."""
    file = tmp_path_factory.mktemp("sound") / "history.db"
    texts = asyncio.run(filled(file))
    return file.read_bytes(), texts


@given(seed=st.integers(0, 10_000), pages=st.integers(1, 6))
@settings(max_examples=examples(30))
def test_whatever_pages_are_damaged_the_rest_is_recovered(seed: int, pages: int, sound: tuple[bytes, set[str]]) -> None:
    dice = random.Random(seed)
    content, texts = bytearray(sound[0]), sound[1]
    for page in dice.sample(range(1, len(content) // _PAGE), pages):
        content[page * _PAGE : (page + 1) * _PAGE] = dice.randbytes(_PAGE)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "history.db")
        file.write_bytes(content)
        try:
            found = salvage(file)
        except StoreCorrupt:
            return  # the page that lists the tables is gone
    assert len(texts & {m.text for m in found.messages}) >= len(texts) // 4 or not found.messages
    ids = {m.id for m in found.messages}
    assert all(m.parent_id is None or m.parent_id in ids for m in found.messages)
    assert {m.conversation_id for m in found.messages} <= {c.id for c in found.conversations}


def test_one_damaged_page_costs_few_messages(file: Path) -> None:
    texts = asyncio.run(filled(file, messages=200))
    with closing(sqlite3.connect(file)) as connection:
        leaves = connection.execute(
            "SELECT pageno FROM dbstat WHERE name = 'messages' AND pagetype = 'leaf'"
        ).fetchall()
    content = bytearray(file.read_bytes())
    start = (leaves[len(leaves) // 2][0] - 1) * _PAGE
    content[start : start + _PAGE] = bytes(_PAGE)
    file.write_bytes(content)
    found = {m.text for m in salvage(file).messages}
    assert found < texts
    assert len(texts) - len(found) <= 16


def test_other_files_are_rejected(file: Path) -> None:
    file.write_bytes(b"this was never a database" * 100)
    with pytest.raises(StoreCorrupt):
        salvage(file)
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    with pytest.raises(StoreCorrupt):
        salvage(file)
    with pytest.raises(StoreError):
        salvage(file.with_name("none.db"))


async def test_a_newer_file_is_rejected(file: Path) -> None:
    await filled(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreTooNew):
        salvage(file)


async def test_merging_adds_what_is_missing_and_replaces_nothing(store: SqliteStore, tmp_path: Path) -> None:
    lost, kept = conversation(title="Lost"), conversation(title="Kept")
    old_question, gone_reply = message(kept, "old words"), message(kept, "a reply since gone")
    earlier = SqliteStore(tmp_path / "earlier.db")
    await earlier.write(WriteBatch((lost, kept), (message(lost, "lost words"), old_question, gone_reply)))
    await earlier.aclose()
    await store.write(WriteBatch((replace(kept, title="Renamed"),), (replace(old_question, text="new words"),)))
    found = salvage(tmp_path / "earlier.db")
    assert await store.count_missing(found) == MergeResult(1, 2, (kept.id,))
    assert await store.merge(found) == MergeResult(1, 2, (kept.id,))
    assert {c.title for c in await store.conversations()} == {"Lost", "Renamed"}
    assert {m.text for m in await store.messages(kept.id)} == {"new words", "a reply since gone"}
    assert [hit.conversation_id for hit in await store.search("lost words")] == [lost.id]
    assert await store.merge(found) == MergeResult()


def test_messages_without_a_conversation_get_a_placeholder(file: Path) -> None:
    asyncio.run(filled(file, messages=3))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DELETE FROM conversations WHERE title = 'Trip 0'")
        connection.commit()
    found = salvage(file)
    unnamed = next(c for c in found.conversations if c.title != "Trip 1")
    first, *_, last = [m for m in found.messages if m.conversation_id == unnamed.id]
    assert unnamed.title == title_from(first.text) != ""
    assert unnamed.leaf_id == last.id, "a conversation without a leaf would be let go as blank"


async def test_a_message_whose_parent_is_lost_follows_the_one_before_it(store: SqliteStore, file: Path) -> None:
    one = conversation()
    first = message(one, "first")
    lost = message(one, "lost", first)
    orphan = message(one, "orphan", lost)
    other_root = message(one, "first, changed")
    await store.write(WriteBatch((one,), (first, lost, orphan, other_root)))
    await store._do(lambda connection: connection.execute("DELETE FROM messages WHERE text = 'lost'").fetchall())
    found = {m.text: m.parent_id for m in salvage(file).messages}
    assert found == {"first": None, "orphan": first.id, "first, changed": None}


def test_a_file_is_read_in_a_folder_that_the_next_start_removes(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asyncio.run(filled(file, messages=2))
    seen: list[list[str]] = []

    def look(_connection: sqlite3.Connection, *_more: object) -> Salvage:
        seen.append([path.name for path in file.parent.iterdir() if path.is_dir()])
        return Salvage()

    monkeypatch.setattr(salvage_module, "_read", look)
    salvage(file)
    [[folder]] = seen
    assert folder.startswith(READING)


def test_a_missing_file_is_named_with_the_systems_words(file: Path) -> None:
    with pytest.raises(StoreError) as caught:
        salvage(file)
    assert caught.value.detail == f"{file}: No such file or directory"


def test_a_file_whose_rows_have_no_numbers_has_nothing_to_read(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        for table in ("messages", "conversations"):
            connection.execute(f"CREATE TABLE {table} (seq TEXT, id TEXT)")
            connection.execute(f"INSERT INTO {table} VALUES ('a number', 'x')")
        connection.commit()
    with pytest.raises(StoreCorrupt):
        salvage(file)


def test_triggers_and_views_of_a_file_are_dropped_before_it_is_migrated() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("CREATE VIEW v AS SELECT x FROM t")
        connection.execute("CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM t; END")
        drop_what_runs(connection)
        assert [row[0] for row in connection.execute("SELECT name FROM sqlite_master")] == ["t"]


def test_a_damaged_older_file_that_cannot_be_migrated_is_read_as_it_is(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        migrate(connection, file, MIGRATIONS[:2])
        connection.execute(
            "INSERT INTO messages (id, conversation_id, role, text, status, created_at, reasoning, connection_name,"
            " model, skipped_events) VALUES ('m', 'c', 'user', 'kept', 'complete', 1.0, '', '', '', 0)"
        )
        # The next migration fails here, since the name it adds already exists.
        connection.execute("ALTER TABLE messages ADD COLUMN cached_tokens INTEGER")
    found = salvage(file)
    assert [(each.text, each.sources) for each in found.messages] == [("kept", ())]
