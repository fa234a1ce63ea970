"""The store, with real files."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from store_samples import conversation, indexed_terms, message, open_and_tidy

from desktop_chat.core.entities import (
    FROM_ENDPOINT,
    ChatOptions,
    Conversation,
    Failure,
    Role,
    Source,
    Status,
    Timing,
    Usage,
)
from desktop_chat.core.errors import CRASHED, StoreCorrupt, StoreError, StoreFull, StoreLocked, StoreTooNew
from desktop_chat.core.left_out import LeftOut
from desktop_chat.core.ports import JournalEntry, Store, WriteBatch
from desktop_chat.services.sqlite import file_check
from desktop_chat.services.sqlite.grams import grams_of
from desktop_chat.services.sqlite.maintenance import empty_index, fill_index, remove_deleted
from desktop_chat.services.sqlite.migrations import MIGRATIONS
from desktop_chat.services.sqlite.reply_journal import ENDING, read_pieces
from desktop_chat.services.sqlite.sqlite_file import index_is_damaged
from desktop_chat.services.sqlite.sqlite_store import OpenReport, SqliteStore


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(file)
    await open_and_tidy(store)
    yield store
    await store.aclose()


async def crash(store: SqliteStore) -> None:
    """Abandon the store like a killed process: its files stay as they are, with an unmerged log."""
    file = store._file
    copies = {path: path.read_bytes() for path in file.parent.glob(f"{file.name}*")}
    await store.aclose()
    for path, content in copies.items():
        path.write_bytes(content)


def content_of(file: Path) -> bytes:
    return file.read_bytes()


def put(file: Path, content: bytes) -> None:
    file.write_bytes(content)


def remove(file: Path) -> None:
    file.unlink()


def damage(file: Path, first: int = 0) -> None:
    """Overwrite the newest rows, or everything from byte `first` on; the schema is kept."""
    content = bytearray(file.read_bytes())
    length = len(content) - first if first else 60_000
    content[-length:] = b"\xa5" * length
    file.write_bytes(content)


async def test_it_implements_the_port(store: SqliteStore) -> None:
    fulfilled: Store = store
    assert await fulfilled.conversations() == []


async def test_every_field_round_trips(store: SqliteStore) -> None:
    options = ChatOptions("c1", "gpt", "Be brief.", 0.5, 100, "low", streaming=False, sent_from_id="m2")
    one = conversation(title_is_own=True, pinned=True, trashed_at=9.5, leaf_id="x", draft="dra\0ft", options=options)
    question = message(one, "你好 👋\nline\0two")
    reply = message(
        one,
        "Hello",
        question,
        role=Role.ASSISTANT,
        status=Status.FAILED,
        reasoning="hm",
        connection_name="OpenAI",
        model="gpt",
        finish_reason="stop",
        failure=Failure("rate_limited", "slow down", 2.5),
        usage=Usage(1, 2, None, 3),
        sources=(Source("https://example.org/潮", '潮 "汐"'), Source("https://example.org")),
        timing=Timing(0.1, None, 2.0),
        skipped_events=3,
        left_out=(LeftOut.TEMPERATURE, LeftOut.STREAMING),
    )
    await store.write(WriteBatch((one,), (question, reply)))
    assert await store.conversations() == [one]
    assert await store.messages(one.id) == [question, reply]


async def test_newest_conversation_comes_first(store: SqliteStore) -> None:
    old, new = conversation(updated_at=1.0), conversation(updated_at=5.0)
    await store.write(WriteBatch((new, old)))
    assert [c.id for c in await store.conversations()] == [new.id, old.id]


async def test_those_that_are_known_are_not_read(store: SqliteStore) -> None:
    known, new = conversation(), conversation()
    await store.write(WriteBatch((known, new)))
    assert await store.conversations(without={known.id, "unknown"}) == [new]


async def test_conversations_with_the_same_options_share_them(store: SqliteStore) -> None:
    usual, cold = ChatOptions("here", "m"), ChatOptions("here", "m", temperature=0.0)
    options = [usual, cold, usual, ChatOptions("here", "m", tools=("t",)), cold]
    given = [Conversation(f"c{number}", options=replace(one)) for number, one in enumerate(options)]
    await store.write(WriteBatch(tuple(given)))
    read = {one.id: one.options for one in await store.conversations()}
    assert [read[f"c{number}"] for number in range(5)] == options
    assert read["c0"] is read["c2"]
    assert len({id(each) for each in read.values()}) == 3


async def test_a_row_with_the_same_id_is_replaced_in_place(store: SqliteStore) -> None:
    one = conversation()
    first = message(one, "first")
    second = message(one, "second", first)
    await store.write(WriteBatch((one,), (first, second)))
    await store.write(WriteBatch((replace(one, title="Other"),), (replace(first, text="changed"),)))
    assert [m.text for m in await store.messages(one.id)] == ["changed", "second"]
    assert [c.title for c in await store.conversations()] == ["Other"]


async def test_parents_come_before_children_even_when_stored_after_them(store: SqliteStore) -> None:
    one = conversation()
    parent = message(one, "parent")
    child = message(one, "child", parent)
    grandchild = message(one, "grandchild", child)
    await store.write(WriteBatch((one,), (grandchild,)))
    await store.write(WriteBatch((), (child,)))
    await store.write(WriteBatch((), (parent,)))
    assert [m.text for m in await store.messages(one.id)] == ["parent", "child", "grandchild"]


async def test_a_running_reply_includes_its_journalled_text(store: SqliteStore) -> None:
    one = conversation()
    reply = message(one, "", status=Status.RUNNING, role=Role.ASSISTANT)
    await store.write(WriteBatch((one,), (reply,), (JournalEntry(reply.id, "Hel", "h"),)))
    await store.write(WriteBatch(journal=(JournalEntry(reply.id, "lo\0", ""), JournalEntry(reply.id, "!", "m"))))
    assert await store.messages(one.id) == [replace(reply, text="Hello\0!", reasoning="hm")]


async def test_the_final_message_replaces_the_journal(store: SqliteStore, file: Path) -> None:
    one = conversation()
    reply = message(one, "", status=Status.RUNNING)
    done = replace(reply, text="Hello", status=Status.COMPLETE)
    await store.write(WriteBatch((one,), (reply,), (JournalEntry(reply.id, "Hel", ""),)))
    await store.write(WriteBatch((), (done,), (JournalEntry(reply.id, "late", ""),)))
    assert await store.messages(one.id) == [done]
    assert read_pieces(file.with_name(file.name + ENDING)) == {}


async def test_after_a_crash_the_running_reply_is_marked_as_interrupted(store: SqliteStore, file: Path) -> None:
    one = conversation()
    question = message(one, "Why?")
    reply = message(one, "", question, status=Status.RUNNING, role=Role.ASSISTANT)
    await store.write(WriteBatch((one,), (question, reply), (JournalEntry(reply.id, "Because of 天气", "hm"),)))
    await crash(store)
    after = SqliteStore(file)
    report = await after.open()
    assert report.recovered_replies == (reply.id,)
    assert await after.messages(one.id) == [
        question,
        replace(reply, text="Because of 天气", reasoning="hm", status=Status.INTERRUPTED, failure=Failure(CRASHED)),
    ]
    assert [hit.conversation_id for hit in await after.search("天气")] == [one.id]
    await after.aclose()


async def flushing_of(store: SqliteStore) -> int:
    """Return the setting: 2 is FULL, which flushes the log at the end of each transaction."""
    return await store._do(lambda connection: connection.execute("PRAGMA synchronous").fetchone()[0])  # type: ignore[no-any-return]


async def test_each_transaction_is_flushed_to_disk(store: SqliteStore) -> None:
    """Otherwise a power failure could lose whole replies. Only repeatable work may be flushed later."""
    assert await flushing_of(store) == 2
    one = conversation()
    await store.write(WriteBatch((one,), (message(one, "Why?"),)))
    assert await flushing_of(store) == 2
    await store._do(empty_index)
    assert await store._do(fill_index), "there is something to do again"
    assert await flushing_of(store) == 2


async def test_a_reply_that_ended_and_continues_within_one_batch_keeps_its_journal(store: SqliteStore) -> None:
    """The write-behind collects this while the store fails: a reply ended and was continued meanwhile."""
    one = conversation()
    reply = message(one, "", status=Status.RUNNING, role=Role.ASSISTANT)
    ended = replace(reply, text="Because", status=Status.TRUNCATED)
    resumed = replace(ended, status=Status.RUNNING)
    entries = (JournalEntry(reply.id, " of", ""), JournalEntry(reply.id, " the weather", ""))
    await store.write(WriteBatch((one,), (reply, ended, resumed), entries[:1]))
    await store.write(WriteBatch(journal=entries[1:]))
    assert [m.text for m in await store.messages(one.id)] == ["Because of the weather"]


async def test_a_batch_is_stored_completely_or_not_at_all(store: SqliteStore) -> None:
    one = conversation()
    broken = message(one, "text", id=None)
    with pytest.raises(sqlite3.IntegrityError):
        await store.write(WriteBatch((one,), (message(one, "fine"), broken)))
    assert await store.conversations() == []
    await store.write(WriteBatch((one,)))
    assert await store.conversations() == [one]


async def test_deleting_includes_messages_journals_and_the_index(store: SqliteStore, file: Path) -> None:
    one, other = conversation(), conversation()
    running = message(one, "", status=Status.RUNNING)
    texts = (message(one, "secret words"), message(other, "other words"))
    await store.write(WriteBatch((one, other), (*texts, running), (JournalEntry(running.id, "x", ""),)))
    await store.delete([one.id, "unknown"])
    assert await store.conversations() == [other]
    assert await store.messages(one.id) == []
    while await store._do(remove_deleted):
        pass
    assert indexed_terms(file) == grams_of("other words")
    assert read_pieces(file.with_name(file.name + ENDING)) == {}


async def test_late_writes_for_a_deleted_conversation_are_dropped(store: SqliteStore) -> None:
    gone = conversation()
    reply = message(gone, "late")
    await store.write(WriteBatch((), (reply,), (JournalEntry(reply.id, "later", ""),)))
    assert await store.messages(gone.id) == []


async def test_half_an_emoji_does_not_stop_the_store(store: SqliteStore) -> None:
    one = conversation(title="\ud83d\ude00")
    await store.write(WriteBatch((one,), (message(one, "cut \ud83d"), message(one, "whole \ud83d\ude00"))))
    assert [m.text for m in await store.messages(one.id)] == ["cut \ufffd", "whole 😀"]
    assert (await store.conversations())[0].title == "😀"


async def test_a_newer_database_is_rejected_and_not_changed(file: Path) -> None:
    await (store := SqliteStore(file)).open()
    await store.aclose()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = content_of(file)
    late = SqliteStore(file)
    with pytest.raises(StoreTooNew):
        await late.open()
    with pytest.raises(StoreTooNew):
        await late.conversations()
    await late.aclose()
    assert content_of(file) == before


async def test_a_corrupt_file_is_moved_aside_completely(file: Path) -> None:
    put(file, b"this was never a database" * 100)
    content = content_of(file)
    store = SqliteStore(file)
    report = await store.open()
    assert report.set_aside.startswith("history.broken-")
    assert (file.parent / report.set_aside).read_bytes() == content
    await store.write(WriteBatch((conversation(),)))
    assert len(await store.conversations()) == 1
    await store.aclose()


async def test_two_files_moved_aside_in_one_second_get_different_names(file: Path) -> None:
    names = set()
    for content in (b"one" * 1000, b"two" * 1000):
        put(file, content)
        store = SqliteStore(file)
        names.add((await store.open()).set_aside)
        await store.aclose()
        remove(file)
    assert {(file.parent / name).read_bytes()[:3] for name in names} == {b"one", b"two"}


async def test_another_programs_database_is_not_written_to(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE theirs (value)")
    store = SqliteStore(file)
    report = await store.open()
    await store.aclose()
    with closing(sqlite3.connect(file.parent / report.set_aside)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


async def test_damage_is_found_in_the_background_after_an_unclean_exit(store: SqliteStore, file: Path) -> None:
    one = conversation()
    await store.write(WriteBatch((one,), tuple(message(one, f"text {n} " * 50) for n in range(200))))
    await store._do(lambda connection: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
    await store.write(WriteBatch((replace(one, draft="x"),)))
    await crash(store)
    damage(file)
    after = SqliteStore(file)
    report = await after.open()
    assert (report.set_aside, report.unchecked) == ("", True)
    assert [c.draft for c in await after.conversations()] == ["x"], "they are listed before the check is done"
    assert not await after.check()
    await after.aclose()
    mended = SqliteStore(file)
    report = await mended.open()
    assert (file.parent / report.set_aside).exists()
    assert not report.unchecked
    assert report.salvaged == len(await mended.conversations()) == 1
    assert 0 < len(await mended.messages(one.id)) < 200
    await mended.aclose()


async def test_an_unreadable_list_after_an_unclean_exit_is_moved_aside_at_once(store: SqliteStore, file: Path) -> None:
    for number in range(50):
        one = conversation(title=f"Trip {number}", draft="word " * 200)
        await store.write(WriteBatch((one,), (message(one, f"text {number}"),)))
    await store._do(lambda connection: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
    leaves = await store._do(
        lambda connection: connection.execute("SELECT pageno FROM dbstat WHERE name = 'conversations'").fetchall()
    )
    await store.write(WriteBatch((conversation(),)))
    await crash(store)
    with file.open("r+b") as stream:
        stream.seek((leaves[3][0] - 1) * 8192)
        stream.write(b"\xa5" * 8192)
    after = SqliteStore(file)
    report = await after.open()
    assert (file.parent / f"{report.set_aside}-wal").exists()
    assert not report.unchecked
    assert {m.text for c in await after.conversations() for m in await after.messages(c.id)} == {
        f"text {number}" for number in range(50)
    }
    await after.aclose()


async def test_an_unfinished_check_is_repeated(store: SqliteStore, file: Path) -> None:
    await store.write(WriteBatch((conversation(),)))
    await crash(store)
    for _ in range(2):
        hurried = SqliteStore(file)
        assert (await hurried.open()).unchecked
        await hurried.aclose()
    patient = SqliteStore(file)
    assert (await patient.open()).unchecked
    assert await patient.check()
    await patient.aclose()
    again = SqliteStore(file)
    assert not (await again.open()).unchecked
    await again.aclose()
    assert {path.name for path in file.parent.iterdir()} <= {file.name, f"{file.name}-replies"}


async def test_a_check_ends_with_the_store_and_leaves_no_log_behind(store: SqliteStore, file: Path) -> None:
    one = conversation()
    await store.write(WriteBatch((one,), tuple(message(one, f"text {n} " * 300) for n in range(2_000))))
    await crash(store)
    after = SqliteStore(file)
    await after.open()
    checking = asyncio.create_task(after.check())
    await asyncio.sleep(0)
    await after.write(WriteBatch((conversation(),)))
    await after.aclose()
    await checking
    assert not file.with_name(f"{file.name}-wal").exists()


async def test_a_check_is_interrupted_when_it_is_closed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started, interrupted = threading.Event(), threading.Event()

    def check(_file: Path, note_connection: Callable[[object], None]) -> bool:
        note_connection(SimpleNamespace(interrupt=interrupted.set))
        started.set()
        assert interrupted.wait(10)
        raise sqlite3.OperationalError("interrupted")

    monkeypatch.setattr(file_check, "check_whole", check)
    checking = file_check.FileCheck(file)
    running = asyncio.create_task(checking.run())
    assert await asyncio.to_thread(started.wait, 10)
    await checking.aclose()
    assert await running is file_check.Found.NOTHING


async def test_a_damaged_index_is_rebuilt(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    one = conversation(title="")
    said = message(one, "a needle in the hay")
    await store.write(WriteBatch((one,), (said,)))
    emptied = "INSERT INTO message_grams (message_grams) VALUES ('delete-all')"
    await store._do(lambda connection: connection.execute(emptied).fetchall())
    assert await store.search("needle") == []
    monkeypatch.setattr(file_check, "check_whole", lambda _file, _note: True)
    assert await store.check()
    while await store._do(fill_index):
        pass
    assert await store.search("needle")


async def test_damage_found_while_running_triggers_a_check_next_time(store: SqliteStore, file: Path) -> None:
    one = conversation()
    await store.write(WriteBatch((one,), tuple(message(one, f"text {n} " * 50) for n in range(200))))
    await store.aclose()
    damage(file)
    unaware = SqliteStore(file)
    assert (await unaware.open()).set_aside == ""
    with pytest.raises(StoreError):
        await unaware.messages(one.id)
    await unaware.aclose()
    after = SqliteStore(file)
    assert (await after.open()).set_aside != ""
    await after.aclose()
    again = SqliteStore(file)
    assert (await again.open()).set_aside == ""
    await again.aclose()


async def test_damage_found_while_opening_is_moved_aside_at_once(store: SqliteStore, file: Path) -> None:
    one = conversation()
    await store.write(WriteBatch((one,), tuple(message(one, f"text {n} " * 50) for n in range(200))))
    await store.aclose()
    damage(file, first=12_288)
    after = SqliteStore(file)
    report = await after.open()
    assert report.set_aside != ""
    assert report.salvaged == len(await after.conversations())
    await after.aclose()


async def test_a_damaged_index_is_rebuilt_without_losing_text(store: SqliteStore, file: Path) -> None:
    one = conversation()
    await store.write(WriteBatch((one,), (message(one, "first words"),)))
    await store.aclose()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE message_grams_data SET block = x'a5a5a5a5' WHERE id > 10")
    unaware = SqliteStore(file)
    await unaware.open()
    with pytest.raises(StoreCorrupt):
        await unaware.search("first")
    await unaware.write(WriteBatch((), (message(one, "second words"),)))
    await unaware.aclose()
    after = SqliteStore(file)
    assert await after.open() == OpenReport()
    assert [m.text for m in await after.messages(one.id)] == ["first words", "second words"]
    assert [hit.snippet for hit in await after.search("first")] == ["first words"]
    await after.aclose()


async def test_an_index_damaged_before_an_unclean_exit_costs_no_history(store: SqliteStore, file: Path) -> None:
    one = conversation()
    await store.write(WriteBatch((one,), (message(one, "first words"),)))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE message_grams_data SET block = x'a5a5a5a5' WHERE id > 10")
    await crash(store)
    after = SqliteStore(file)
    assert await after.open() == OpenReport(unchecked=True)
    assert [m.text for m in await after.messages(one.id)] == ["first words"]
    assert await after.check()
    if sqlite3.sqlite_version_info >= (3, 44):  # the check detects it; in earlier versions, the first search does
        assert [hit.snippet for hit in await after.search("first")] == ["first words"]
    await after.aclose()


INDEX_DAMAGED = "malformed inverted index for FTS5 table main.message_grams"


@pytest.mark.parametrize(
    ("found", "index_only"),
    [
        (["ok"], True),
        ([INDEX_DAMAGED], True),
        (["unable to validate the inverted index for FTS5 table main.found_texts: database disk image is"], True),
        ([INDEX_DAMAGED, "Tree 3 page 12: btreeInitPage() returns error code 11"], False),
        (["Tree 3 page 12 cell 0: Rowid 5 out of order", INDEX_DAMAGED], False),
        (["malformed inverted index for FTS5 table main.others"], False),
        (["NULL value in messages.text"], False),
    ],
)
def test_only_damage_outside_the_index_counts(found: list[str], index_only: bool) -> None:
    if index_only:
        assert index_is_damaged(found) is (found != ["ok"])
    else:
        with pytest.raises(StoreCorrupt):
            index_is_damaged(found)


async def test_an_empty_query_finds_nothing(store: SqliteStore) -> None:
    await store.write(WriteBatch((conversation(),)))
    assert await store.search("") == []


async def test_an_unknown_status_is_damage(store: SqliteStore, file: Path) -> None:
    one = conversation()
    await store.write(WriteBatch((one,), (message(one, "text"),)))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE messages SET status = 'odd'")
    with pytest.raises(StoreCorrupt):
        await store.messages(one.id)


async def test_a_full_disk_is_reported_and_nothing_is_half_stored(store: SqliteStore) -> None:
    one = conversation()
    await store.write(WriteBatch((one,)))
    await store._do(lambda c: c.execute(f"PRAGMA max_page_count = {c.execute('PRAGMA page_count').fetchone()[0] + 2}"))
    with pytest.raises(StoreFull):
        await store.write(WriteBatch((replace(one, draft="kept"),), (message(one, "x" * 100_000),)))
    assert await store.messages(one.id) == []
    await store._do(lambda c: c.execute("PRAGMA max_page_count = 1000000").fetchall())
    await store.write(WriteBatch((), (message(one, "x" * 100_000),)))
    assert len(await store.messages(one.id)) == 1


async def test_a_locked_file_is_reported_and_works_again_later(store: SqliteStore, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLocked):
            await store.write(WriteBatch((conversation(),)))
        other.execute("ROLLBACK")
    await store.write(WriteBatch((conversation(),)))
    assert len(await store.conversations()) == 1


@pytest.mark.usefixtures("caplog")
async def test_history_can_be_read_while_writing_fails(store: SqliteStore, file: Path) -> None:
    one = conversation()
    await store.write(WriteBatch((one,), (message(one, "", status=Status.RUNNING),)))
    await store.aclose()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        after = SqliteStore(file)
        assert await after.open() == OpenReport(unchecked=True)
        assert await after.conversations() == [one]
        with pytest.raises(StoreLocked):
            await after.write(WriteBatch((one,)))
        other.execute("ROLLBACK")
    await after.aclose()


async def test_a_store_that_could_not_open_tries_again(tmp_path: Path) -> None:
    place = tmp_path / "missing"
    store = SqliteStore(place / "history.db")
    with pytest.raises(StoreError):
        await store.open()
    place.mkdir()
    await store.write(WriteBatch((conversation(),)))
    assert len(await store.conversations()) == 1
    await store.aclose()


async def test_the_file_is_private(store: SqliteStore, file: Path) -> None:
    await store.write(WriteBatch((conversation(),)))
    assert {path.stat().st_mode & 0o777 for path in file.parent.iterdir()} == {0o600}


async def test_a_closed_store_raises(store: SqliteStore) -> None:
    await store.aclose()
    await store.aclose()
    with pytest.raises(StoreError):
        await store.conversations()


@pytest.mark.parametrize("written", ["", "nonsense", "7", "[[1]]", '[["https://example.org"]]', "{}", "[" * 100_000])
async def test_invalid_sources_cost_no_message(store: SqliteStore, file: Path, written: str) -> None:
    one = conversation()
    await store.write(WriteBatch((one,), (message(one, "kept"),)))
    await store.aclose()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE messages SET sources = ?", (written,))
    again = SqliteStore(file)
    found = await again.messages(one.id)
    assert [(each.text, each.sources) for each in found] == [("kept", ())]
    await again.aclose()


async def test_image_data_are_kept_but_not_indexed(store: SqliteStore, file: Path) -> None:
    one = conversation()
    text = f"Here ![a cat](data:image/png;base64,{'Zm9v' * 1000}) it is"
    await store.write(WriteBatch((one,), (message(one, text),)))
    assert [each.text for each in await store.messages(one.id)] == [text]
    assert [hit.conversation_id for hit in await store.search("a cat")] == [one.id]
    assert indexed_terms(file) == grams_of("Here [a cat] it is")


async def test_who_began_a_conversation_is_kept(store: SqliteStore) -> None:
    asked = conversation(origin=FROM_ENDPOINT)
    await store.write(WriteBatch(conversations=(asked,)))
    assert await store.conversations() == [asked]
