"""The archive of snapshots: takes the space of what changed, gives it back, and is read even if it is damaged."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from store_samples import conversation, message
from test_snapshot_files import Desk

from desktop_chat.core.errors import StoreCorrupt, StoreTooNew
from desktop_chat.core.ports import WriteBatch
from desktop_chat.core.snapshots import MergeResult
from desktop_chat.services.sqlite.pace import Aborted, Pace
from desktop_chat.services.sqlite.snapshot_archive import archived
from desktop_chat.services.sqlite.snapshot_files import HOUR_S, WEEK_S


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path)
    await desk.store.open()
    yield desk
    await desk.snapshots.aclose()
    desk.blobs.end()
    await desk.store.aclose()


def edit(file: Path, *statements: str) -> None:
    """Change a file as another program could."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def rows(file: Path, table: str = "messages") -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


async def delete_all(desk: Desk) -> None:
    await desk.store.delete([c.id for c in await desk.store.conversations()])


async def texts(desk: Desk) -> set[str]:
    found = [await desk.store.messages(c.id) for c in await desk.store.conversations()]
    return {message.text for messages in found for message in messages}


async def test_a_snapshot_takes_the_space_of_what_changed(desk: Desk) -> None:
    for number in range(50):
        await desk.say(f"word {number} " * 500)
    first = await desk.snapshots.take()
    await desk.say("a little more")
    desk.clock.now += HOUR_S
    second = await desk.snapshots.take()
    assert second.file == first.file
    assert second.size - first.size <= 16_384
    assert (first.messages, second.messages) == (50, 51)
    assert [snapshot.number for snapshot in await desk.snapshots.all()] == [2, 1]


async def test_each_snapshot_has_what_was_there_then(desk: Desk) -> None:
    one = conversation(title="draft")
    said = message(one, "as it was")
    await desk.store.write(WriteBatch((one,), (said,)))
    before = await desk.snapshots.take()
    await desk.store.write(WriteBatch((one,), (replace(said, text="as it is"),)))
    lost = await desk.say("said later")
    after = await desk.snapshots.take()
    await desk.store.delete([lost])
    last = await desk.snapshots.take()
    for snapshot, expected in (
        (before, {"as it was"}),
        (after, {"as it is", "said later"}),
        (last, {"as it is"}),
        (after.file, {"as it is"}),  # the newest, if somebody chooses the file itself
    ):
        await delete_all(desk)
        await desk.snapshots.restore(snapshot)
        assert await texts(desk) == expected


async def test_what_no_snapshot_has_any_more_gives_its_space_back(desk: Desk) -> None:
    for number in range(50):
        await desk.say(f"word {number} " * 1_000)
    full = await desk.snapshots.take()
    await delete_all(desk)
    kept = await desk.say("kept")
    desk.clock.now += HOUR_S
    assert (await desk.snapshots.take()).size >= full.size
    desk.clock.now += 9 * WEEK_S
    last = await desk.snapshots.take()
    assert last.size < full.size / 2
    assert rows(last.file) == 1
    assert await desk.snapshots.count_missing(last) == MergeResult()
    await desk.store.delete([kept])
    assert await desk.snapshots.count_missing(last) == MergeResult(1, 1)


async def test_copies_of_earlier_versions_are_listed_restored_and_dropped_first(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.say("long ago")
    desk.folder.mkdir()
    copy = desk.folder / "history-20260101-000000.db"
    with closing(sqlite3.connect(desk.file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    desk.clock.now = 1_767_225_600.0 + HOUR_S
    assert await desk.snapshots.take_if_due("hourly") is None, "nothing was said since"
    await desk.say("today")
    assert await desk.snapshots.take_if_due("hourly") is not None
    assert [(s.file.name, s.number) for s in await desk.snapshots.all()] == [("snapshots.db", 1), (copy.name, 0)]
    await delete_all(desk)
    await desk.snapshots.restore((await desk.snapshots.all())[1])
    assert await texts(desk) == {"long ago"}
    monkeypatch.setattr("desktop_chat.services.sqlite.snapshot_files.MAX_BYTES", copy.stat().st_size)
    desk.clock.now += HOUR_S
    await desk.snapshots.take()
    assert not copy.exists()
    assert len(await desk.snapshots.all()) >= 1


async def test_a_damaged_archive_is_set_aside_for_as_long_as_snapshots_are_kept(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.say("one")
    archive = (await desk.snapshots.take()).file
    archive.write_bytes(b"not a database" * 1_000)
    assert await desk.snapshots.all() == []
    assert (await desk.snapshots.take()).messages == 1
    (aside,) = desk.folder.glob("snapshots.broken-*.db")
    desk.clock.now = aside.stat().st_mtime + 8 * WEEK_S + 1
    await desk.snapshots.take()
    assert not aside.exists()
    assert "set aside" in caplog.text
    caplog.clear()


async def test_a_damaged_database_leaves_the_archive_alone(desk: Desk) -> None:
    await desk.say("one")
    archive = (await desk.snapshots.take()).file
    edit(desk.file, "CREATE TRIGGER hostile AFTER INSERT ON messages BEGIN DELETE FROM messages; END")
    with pytest.raises(StoreCorrupt):
        await desk.snapshots.take()
    assert len(archived(archive)) == 1
    assert {file.name for file in desk.folder.iterdir()} == {"snapshots.db"}


async def test_an_archive_with_anything_else_in_it_is_not_written_to(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.say("one")
    archive = (await desk.snapshots.take()).file
    edit(archive, "CREATE TRIGGER hostile AFTER INSERT ON messages BEGIN DELETE FROM snapshots; END")
    assert (await desk.snapshots.take()).number == 1
    (aside,) = desk.folder.glob("snapshots.broken-*.db")
    await delete_all(desk)
    assert await desk.snapshots.restore(aside) == MergeResult(1, 1), "its rows can still be read"
    caplog.clear()


async def test_what_is_readable_in_a_damaged_archive_is_restored(desk: Desk) -> None:
    one = conversation()
    await desk.store.write(WriteBatch((one,), tuple(message(one, f"word {n} " * 50) for n in range(100))))
    snapshot = await desk.snapshots.take()
    page = 8_192
    content = bytearray(snapshot.file.read_bytes())
    place = content.index(b"word 50 word 50") // page * page
    content[place : place + page] = b"\xff" * page
    snapshot.file.write_bytes(content)
    await delete_all(desk)
    merged = await desk.snapshots.restore(snapshot)
    assert 50 <= merged.messages < 100


async def test_snapshots_of_unknown_versions_or_numbers_are_refused(desk: Desk) -> None:
    await desk.say("one")
    snapshot = await desk.snapshots.take()
    with pytest.raises(StoreCorrupt):
        await desk.snapshots.count_missing(replace(snapshot, number=9))
    edit(snapshot.file, "UPDATE snapshots SET version = 99")
    with pytest.raises(StoreTooNew):
        await desk.snapshots.count_missing(snapshot)


async def test_an_archive_of_an_earlier_version_gets_the_new_columns(desk: Desk) -> None:
    await desk.say("one")
    snapshot = await desk.snapshots.take()
    edit(snapshot.file, "ALTER TABLE conversations DROP COLUMN origin", "UPDATE snapshots SET version = 8")
    await desk.say("two")
    later = await desk.snapshots.take()
    await delete_all(desk)
    assert await desk.snapshots.restore(snapshot) == MergeResult(1, 1)
    assert await desk.snapshots.count_missing(later) == MergeResult(1, 1)


async def test_what_a_killed_run_left_unfinished_is_undone(desk: Desk) -> None:
    await desk.say("one")
    archive = (await desk.snapshots.take()).file
    with closing(sqlite3.connect(archive, isolation_level=None)) as killed:
        killed.execute("PRAGMA cache_size = 1")
        killed.execute("BEGIN IMMEDIATE")
        killed.execute("UPDATE messages SET text = 'half done'")
        columns = "since, seq, text"
        for number in range(100):
            killed.execute(f"INSERT INTO messages ({columns}) VALUES (2, ?, ?)", (number + 100, "x" * 9_000))
        for name in (archive.name, f"{archive.name}-journal"):
            shutil.copyfile(archive.with_name(name), desk.file.with_name(f"kept-{name}"))
        killed.execute("ROLLBACK")
    for name in (archive.name, f"{archive.name}-journal"):
        desk.file.with_name(f"kept-{name}").replace(archive.with_name(name))
    await desk.snapshots.clean_up()
    assert not archive.with_name(f"{archive.name}-journal").exists()
    assert rows(archive) == 1


async def test_exiting_ends_a_snapshot_that_waits_for_its_turn(desk: Desk) -> None:
    await desk.say("one")
    waiting = desk.snapshots._worker.submit(threading.Event().wait, 0.05)
    taking = asyncio.create_task(desk.snapshots.take_if_due("hourly"))
    await asyncio.sleep(0)
    await desk.snapshots.aclose()
    assert await taking is None
    assert await waiting is False
    assert archived(desk.folder / "snapshots.db") == []


async def test_a_closed_file_needs_no_interruption() -> None:
    pace = Pace(0)
    closed = sqlite3.connect(":memory:")
    pace.watch(closed)
    closed.close()
    pace.end()
    with pytest.raises(Aborted):
        pace.wait()


async def test_deleted_conversations_are_in_no_later_snapshot(desk: Desk) -> None:
    await desk.say("kept")
    gone = await desk.say("gone")
    await desk.snapshots.take()
    edit(desk.file, f"INSERT INTO deleted_conversations (id) VALUES ('{gone}')")  # still to be removed from disk
    snapshot = await desk.snapshots.take()
    assert (snapshot.conversations, snapshot.messages) == (1, 1)
