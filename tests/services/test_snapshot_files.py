"""Snapshots: taken when due, thinned with age, restored by adding what is missing."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_samples import Clock, conversation, message

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.errors import BlobMissing, StoreError, StoreFull
from desktop_chat.core.ports import WriteBatch
from desktop_chat.core.snapshots import MergeResult
from desktop_chat.core.tools import CallStatus, ToolCall
from desktop_chat.services.blobs import BlobFolder
from desktop_chat.services.sqlite.maintenance import remove_deleted
from desktop_chat.services.sqlite.snapshot_archive import archived
from desktop_chat.services.sqlite.snapshot_files import DAY_S, HOUR_S, KEPT, WEEK_S, Snapshots, kept_of, one_to_drop
from desktop_chat.services.sqlite.sqlite_store import SqliteStore


class Desk:
    """A store with its snapshots."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.file = folder / "history.db"
        self.folder = folder / "snapshots"
        self.store = SqliteStore(self.file)
        self.blobs = BlobFolder(folder / "attachments", self.clock)
        self.snapshots = Snapshots(self.file, self.folder, self.store, self.blobs, self.clock)

    async def say(self, words: str) -> str:
        one = conversation(title=words, updated_at=self.clock.now)
        await self.store.write(WriteBatch((one,), (message(one, words),)))
        return one.id


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path)
    await desk.store.open()
    yield desk
    await desk.snapshots.aclose()
    desk.blobs.end()
    await desk.store.aclose()


async def attach(desk: Desk, words: str) -> Attachment:
    """Store a conversation whose message has these words as an attached file."""
    name = await desk.blobs.put(words.encode())
    attached = Attachment(AttachmentKind.DOCUMENT, "a.txt", "text/plain", len(words), name, text_sha256=name)
    one = conversation(title=words, updated_at=desk.clock.now)
    await desk.store.write(WriteBatch((one,), (replace(message(one, words), attachments=(attached,)),)))
    return attached


async def test_attachments_stay_as_long_as_a_message_a_draft_or_a_snapshot_names_them(desk: Desk) -> None:
    in_snapshot, gone = await attach(desk, "in a snapshot"), await desk.blobs.put(b"gone")
    assert await desk.snapshots.take_if_due("hourly") is not None
    await desk.store.delete([c.id for c in await desk.store.conversations()])
    while await desk.store._do(remove_deleted):
        pass
    drafted, shown = await desk.blobs.put(b"drafted"), await desk.blobs.put(b"shown by a tool")
    image = Attachment(AttachmentKind.IMAGE, "c.png", "image/png", 15, shown)
    call = ToolCall("c1", "draw", "{}", CallStatus.DONE, result='{"images":["none"]}', images=(image,))
    drawn = conversation(title="drawn")
    await desk.store.write(WriteBatch((drawn,), (replace(message(drawn, "Here."), tool_calls=(call,)),)))
    draft = Attachment(AttachmentKind.IMAGE, "b.png", "image/png", 7, drafted)
    await desk.store.write(WriteBatch((replace(conversation(title="draft"), draft_attachments=(draft,)),)))
    for _ in range(2):
        desk.clock.now += DAY_S + 1
        await desk.snapshots.sweep_blobs()
    assert await desk.blobs.read(in_snapshot.sha256) == b"in a snapshot"
    assert await desk.blobs.read(drafted) == b"drafted"
    assert await desk.blobs.read(shown) == b"shown by a tool"
    with pytest.raises(BlobMissing):
        await desk.blobs.read(gone)
    for snapshot in await desk.snapshots.all():
        snapshot.file.unlink()
    for _ in range(2):
        desk.clock.now += DAY_S + 1
        await desk.snapshots.sweep_blobs()
    with pytest.raises(BlobMissing):
        await desk.blobs.read(in_snapshot.sha256)


async def test_nothing_is_removed_while_a_copy_cannot_be_read(desk: Desk) -> None:
    await desk.say("one")
    name = await desk.blobs.put(b"perhaps named there")
    desk.file.with_name("history.broken-20260102-030405.db").write_bytes(b"not a database" * 100)
    for _ in range(2):
        desk.clock.now += DAY_S + 1
        with pytest.raises(StoreError):
            await desk.snapshots.sweep_blobs()
    assert await desk.blobs.read(name) == b"perhaps named there"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
async def test_a_link_to_nothing_names_no_blobs(desk: Desk) -> None:
    await desk.say("one")
    name = await desk.blobs.put(b"named nowhere")
    desk.file.with_name("old.db").symlink_to("/nowhere/history.db")
    for _ in range(2):
        desk.clock.now += DAY_S + 1
        await desk.snapshots.sweep_blobs()
    with pytest.raises(BlobMissing):
        await desk.blobs.read(name)


async def test_a_restore_brings_the_attachments_from_beside_the_file(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Desk(tmp_path / "other")
    attached = await attach(other, "from there")
    await other.store.aclose()
    other.blobs.end()
    await desk.snapshots.restore(other.file)
    (found,) = [m for c in await desk.store.conversations() for m in await desk.store.messages(c.id)]
    assert found.attachments == (attached,)
    assert await desk.blobs.read(attached.sha256) == b"from there"


async def test_one_is_taken_when_due_and_there_are_new_messages(desk: Desk) -> None:
    assert await desk.snapshots.take_if_due("hourly") is None, "there is nothing to lose yet"
    await desk.say("one")
    first = await desk.snapshots.take_if_due("hourly")
    assert first is not None
    assert first.file.stat().st_mode & 0o777 == 0o600
    await desk.say("two")
    assert await desk.snapshots.take_if_due("hourly") is None, "not an hour has passed"
    desk.clock.now += HOUR_S
    assert await desk.snapshots.take_if_due("daily") is None
    assert await desk.snapshots.take_if_due("never") is None
    second = await desk.snapshots.take_if_due("hourly")
    assert [snapshot.file for snapshot in await desk.snapshots.all()] == [second and second.file, first.file]
    desk.clock.now += HOUR_S
    assert await desk.snapshots.take_if_due("hourly") is None, "nothing was said since"


@pytest.fixture
def in_shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Use another time zone than UTC."""
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


async def test_a_snapshot_is_listed_as_it_was_taken_in_any_time_zone(desk: Desk, in_shanghai: None) -> None:
    await desk.say("hello")
    taken = await desk.snapshots.take()
    assert taken.taken_at == desk.clock.now
    assert taken.size == taken.file.stat().st_size > 0
    assert await desk.snapshots.all() == [taken]


async def test_the_progress_of_a_restore_grows_to_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_chat.services.sqlite.merge.SLICE_S", 0.0)
    for words in ("one", "two", "three"):
        await desk.say(words)
    taken = await desk.snapshots.take()
    await desk.store.delete([c.id for c in await desk.store.conversations()])
    shares: list[float] = []
    await desk.snapshots.restore(taken.file, shares.append)
    assert shares == sorted(shares)
    assert len(shares) > 2
    assert 0 < shares[0] < shares[-1] <= 1


async def test_deleted_messages_are_restored_and_nothing_is_replaced(desk: Desk) -> None:
    lost, kept = await desk.say("lost"), await desk.say("kept")
    snapshot = await desk.snapshots.take()
    await desk.store.delete([lost])
    later = await desk.say("later")
    assert await desk.snapshots.count_missing(snapshot.file) == MergeResult(1, 1)
    assert await desk.snapshots.restore(snapshot.file) == MergeResult(1, 1)
    assert {c.id for c in await desk.store.conversations()} == {lost, kept, later}
    assert [m.text for m in await desk.store.messages(lost)] == ["lost"]


async def test_a_snapshot_is_consistent_while_the_store_writes(desk: Desk) -> None:
    await desk.say("one")
    with closing(sqlite3.connect(desk.file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE conversations SET title = 'half done'")
        snapshot = await desk.snapshots.take()
        writer.execute("ROLLBACK")
    with closing(sqlite3.connect(snapshot.file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT title FROM conversations").fetchall() == [("one",)]


async def test_old_ones_are_thinned(desk: Desk) -> None:
    for hour in range(40):
        await desk.say(f"hour {hour}")
        assert await desk.snapshots.take_if_due("hourly") is not None
        desk.clock.now += HOUR_S
    ages = [round((desk.clock.now - s.taken_at) / HOUR_S) for s in await desk.snapshots.all()]
    assert ages[:20] == list(range(1, 21))
    assert len(ages) < 30


async def test_an_unwritable_folder_is_reported(desk: Desk) -> None:
    await desk.say("one")
    desk.folder.write_text("in the way", encoding="utf-8")
    with pytest.raises(StoreError):
        await desk.snapshots.take()
    assert await desk.snapshots.all() == []


async def test_other_files_are_not_touched(desk: Desk) -> None:
    await desk.say("one")
    await desk.snapshots.take()
    for name in ("notes.txt", "history-20269999-000000.db"):
        (desk.folder / name).write_text("mine", encoding="utf-8")
    assert len(await desk.snapshots.all()) == 1


@given(st.lists(st.floats(0, 12 * WEEK_S), max_size=60))
def test_which_snapshots_are_kept(ages: list[float]) -> None:
    now = 1_800_000_000.0
    times = [now - age for age in ages]
    kept = kept_of(times, now)
    assert kept <= set(times)
    assert len(kept) <= sum(count for _, count in KEPT) + len(KEPT) + 1
    assert not times or max(times) in kept
    for moment in times:
        if now - moment < DAY_S:
            assert any(moment <= other < moment + HOUR_S for other in kept), "each hour of the last day has one"
        elif now - moment < 7 * DAY_S:
            assert any(moment <= other < moment + DAY_S for other in kept)
    assert kept_of(kept, now) == kept


def test_two_of_the_same_hour_are_not_both_kept() -> None:
    now = 1_000 * WEEK_S + 1_800.0
    assert kept_of([now, now - 60], now) == {now}


def test_those_closest_to_a_newer_one_are_dropped_first() -> None:
    hours = [1_800_000_000.0 - HOUR_S * hour for hour in range(20)]
    weeks = [1_800_000_000.0 - WEEK_S * week for week in range(1, 5)]
    left = {*hours, *weeks}
    while len(left) > 6:
        dropped = one_to_drop(left)
        assert dropped is not None
        left.remove(dropped)
    assert {hours[0], *weeks} <= left
    assert one_to_drop([hours[0]]) is None
    assert one_to_drop([]) is None


async def test_copies_never_fill_the_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.say("one")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=desk.file.stat().st_size))
    with pytest.raises(StoreFull):
        await desk.snapshots.take_if_due("hourly")
    assert await desk.snapshots.all() == []
    monkeypatch.undo()
    assert await desk.snapshots.take_if_due("hourly") is not None


async def test_over_the_size_limit_the_newest_is_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_chat.services.sqlite.snapshot_files.MAX_BYTES", 1)
    for number in range(4):
        await desk.say(f"number {number}")
        assert await desk.snapshots.take_if_due("hourly") is not None
        desk.clock.now += HOUR_S
    assert [snapshot.messages for snapshot in await desk.snapshots.all()] == [4]


async def test_a_running_snapshot_is_undone_on_exit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_chat.services.sqlite.snapshot_archive.SLICE", 1)
    for number in range(20):
        await desk.say(f"word {number} " * 2_000)
    begun = asyncio.Event()
    loop, for_real = asyncio.get_running_loop(), os.fsync

    def note(descriptor: int) -> None:
        loop.call_soon_threadsafe(begun.set)
        for_real(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    taking = asyncio.create_task(desk.snapshots.take_if_due("hourly"))
    await begun.wait()
    await desk.say("said while it is taken")
    await desk.snapshots.aclose()
    assert await taking is None
    assert [file.name for file in desk.folder.iterdir()] == ["snapshots.db"]
    assert archived(desk.folder / "snapshots.db") == []
    await desk.store.aclose()
    assert {path.name for path in desk.file.parent.iterdir()} == {"history.db", "snapshots"}, "no log is left"


async def test_a_snapshot_is_consistent_however_many_slices_it_takes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_chat.services.sqlite.snapshot_archive.SLICE", 1)
    for number in range(10):
        await desk.say(f"word {number} " * 2_000)
    taking = asyncio.create_task(desk.snapshots.take())
    while not taking.done():
        await desk.say("another")
    snapshot = await taking
    assert snapshot.conversations == snapshot.messages >= 10
    with closing(sqlite3.connect(snapshot.file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_leftovers_of_a_killed_copy_are_removed(desk: Desk) -> None:
    await desk.say("one")
    kept = await desk.snapshots.take()
    left = [desk.folder / "history-20260101-000000.db.part", desk.file.with_name("history.before-v3.db.part")]
    left.append(desk.folder / "history-20260101-000000.db.part-journal")  # of an earlier version
    for file in left:
        file.write_bytes(b"gigabytes")
    reading = desk.file.parent / ".reading-abc"
    reading.mkdir()
    (reading / "copy.db").write_bytes(b"gigabytes")
    (desk.file.parent / "notes.part").write_text("mine", encoding="utf-8")
    await desk.snapshots.clean_up()
    assert not any(file.exists() for file in (*left, reading))
    assert kept.file.exists()
    assert (desk.file.parent / "notes.part").exists()


async def test_the_copy_from_before_an_update_is_kept_as_long_as_snapshots(desk: Desk) -> None:
    earlier = desk.file.with_name("history.before-v3.db")
    earlier.touch()
    desk.clock.now = earlier.stat().st_mtime + 8 * WEEK_S - 1
    await desk.snapshots.clean_up()
    assert earlier.exists()
    desk.clock.now += 2
    await desk.snapshots.clean_up()
    assert not earlier.exists()


async def test_a_leftover_that_cannot_be_removed_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.folder.mkdir()
    for number in range(2):
        (desk.folder / f"history.db.part{number}").touch()
    refused: list[Path] = []

    def refuse(file: Path) -> None:
        refused.append(file)
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "unlink", refuse)
    await desk.snapshots.clean_up()
    assert len(refused) == 2


async def test_a_sweep_that_comes_after_the_end_says_so(desk: Desk) -> None:
    await desk.blobs.put(b"kept")
    await desk.snapshots.aclose()
    with pytest.raises(StoreError, match="closed"):
        await desk.snapshots.sweep_blobs()
