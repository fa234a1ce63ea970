"""While a full trash is emptied, a running reply is stored as usual: no write waits long, and no promise is broken."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from emptying_child import FEW
from store_samples import conversation, message

from desktop_chat.core.entities import Role, Status
from desktop_chat.core.ports import JournalEntry, WriteBatch
from desktop_chat.core.snapshots import MergeResult
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.sqlite import maintenance, message_index, sqlite_store, sqlite_writes
from desktop_chat.services.sqlite.salvage import salvage
from desktop_chat.services.sqlite.sqlite_store import SqliteStore

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends a process by signals")

WORDS = " ".join(f"word{number}" for number in range(400))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store with a full trash: a few conversations with many messages, and many with few."""
    file = tmp_path / "history.db"
    asyncio.run(fill(file))
    return file


async def fill(file: Path) -> None:
    store = SqliteStore(file)
    for size in (400, *[4] * 150):
        one = conversation(title="gone", trashed_at=1.0)
        await store.write(WriteBatch((one,), tuple(message(one, f"{number} {WORDS}") for number in range(size))))
    await store.aclose()


def stream_and_end(file: Path, number: signal.Signals) -> tuple[int, int, int]:
    """Let a process empty the trash while it streams, and end it when few conversations are left; return the last
    number it accepted, the last one its store promised to keep, and the last one it had accepted when the deletion
    began."""
    script = Path(__file__).with_name("emptying_child.py")
    world = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    last, before, told = {"taken": -1, "stored": -1}, -1, False
    with subprocess.Popen([sys.executable, str(script), str(file)], stdout=subprocess.PIPE, env=world) as process:
        assert process.stdout is not None
        for line in process.stdout:
            words = line.decode().split()
            if line.endswith(b"\n") and words[0] in last:
                last[words[0]] = int(words[2])
            elif line.endswith(b"\n"):
                before = last["taken"] if before < 0 else before
                if not told and int(words[1]) < FEW:
                    told = True
                    process.send_signal(number)
    return last["taken"], last["stored"], before


def numbers_in(file: Path) -> list[int]:
    """Open the store like a restart; return the content of the streamed conversation."""

    async def look_in() -> list[int]:
        store = SqliteStore(file)
        await store.open()
        (streamed,) = [c for c in await store.conversations() if c.title == "0"]
        numbers = [int(word) for m in await store.messages(streamed.id) for word in (m.reasoning + m.text).split()]
        while await store._do(maintenance.remove_deleted):
            pass
        await store.aclose()
        return numbers

    numbers = asyncio.run(look_in())
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM conversations").fetchone() == (1,), "it went on with deleting"
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return numbers


@pytest.mark.thorough
def test_a_kill_meanwhile_costs_nothing_that_was_promised(file: Path) -> None:
    _, promised, before = stream_and_end(file, signal.SIGKILL)
    numbers = numbers_in(file)
    assert numbers == list(range(len(numbers)))
    assert len(numbers) > promised > before, "it promises while it deletes"


@pytest.mark.thorough
def test_a_clean_exit_meanwhile_costs_nothing(file: Path) -> None:
    last, *_ = stream_and_end(file, signal.SIGTERM)
    assert numbers_in(file)[-1] == last


async def test_a_write_waits_for_one_slice_of_the_deletion_at_most(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that moves only when it is read, so that a slice is a few of its steps on any machine."""
    ticks = count()
    clock = SimpleNamespace(monotonic=lambda: next(ticks) * maintenance.SLICE_S / 3)
    monkeypatch.setattr(maintenance, "time", clock)
    monkeypatch.setattr(sqlite_writes, "time", clock)
    done: list[str] = []
    remove, write = sqlite_store.remove_deleted, sqlite_store.write_batch
    monkeypatch.setattr(sqlite_store, "remove_deleted", lambda it: (remove(it), done.append("slice"))[0])
    monkeypatch.setattr(sqlite_store, "write_batch", lambda *it: (write(*it), done.append("write"))[0])
    store = SqliteStore(file)
    await store.delete([one.id for one in await store.conversations()])
    waited: list[list[str]] = []
    assert store._upkeep is not None
    while done.count("slice") < 20 and not store._upkeep.done():
        before = len(done)
        await store.write(WriteBatch((conversation(),)))
        waited.append(done[before : done.index("write", before)])
        await asyncio.sleep(0)
    await store.aclose()
    assert done.count("slice") >= 20
    assert max(map(len, waited)) <= 1


async def test_what_is_deleted_during_indexing_is_removed_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, indexing, deleted = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def fill_index(_connection: sqlite3.Connection) -> bool:
        loop.call_soon_threadsafe(indexing.set)
        return not deleted.is_set()

    monkeypatch.setattr(sqlite_store, "fill_index", fill_index)
    store = SqliteStore(tmp_path / "history.db")
    one = conversation()
    await store.write(WriteBatch((one,), (message(one, "words"),)))
    await store.open()
    await indexing.wait()
    await store.delete([one.id])
    deleted.set()
    assert store._upkeep is not None
    await asyncio.wait({store._upkeep})
    await store.aclose()
    with closing(sqlite3.connect(tmp_path / "history.db")) as connection:
        assert connection.execute("SELECT count(*) FROM conversations").fetchone() == (0,)


async def test_deletions_are_visible_at_once_to_all_readers(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "history.db")
    one, two = conversation(title="one"), conversation(title="two")
    await store.write(WriteBatch((one, two), (message(one, "first words"), message(two, "other words"))))
    await store._do(lambda connection: maintenance.mark_deleted(connection, [one.id]))
    assert [c.id for c in await store.conversations()] == [two.id]
    assert await store.messages(one.id) == []
    assert [hit.conversation_id for hit in await store.search("words")] == [two.id]
    assert [hit.conversation_id for hit in await store.search("one")] == []
    found = salvage(tmp_path / "history.db")
    assert [c.id for c in found.conversations] == [two.id], "and for those who read a copy"
    assert await store.merge(found) == MergeResult()
    await store.write(WriteBatch((one,), (message(one, "anew"),)))
    assert [m.text for m in await store.messages(one.id)] == ["anew"]
    await store.aclose()


async def test_a_deleted_conversation_is_restored_completely(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "history.db")
    one = conversation()
    await store.write(WriteBatch((one,), tuple(message(one, f"{number} words") for number in range(300))))
    found = salvage(tmp_path / "history.db")
    await store._do(lambda connection: maintenance.mark_deleted(connection, [one.id]))
    assert await store.count_missing(found) == MergeResult(1, 300)
    shares: list[float] = []
    assert await store.merge(found, shares.append) == MergeResult(1, 300)
    assert len(await store.messages(one.id)) == 300
    assert shares == sorted(shares)
    await store.aclose()


async def test_a_text_too_long_for_the_index_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_index, "INDEX_LIMIT", 1_000)
    monkeypatch.setattr("desktop_chat.services.sqlite.sqlite_search.STRETCH", 500)
    store = SqliteStore(tmp_path / "history.db")
    one, two = conversation(title="long"), conversation(title="short")
    long = f"{'x' * 497} needle {'y' * 5_000} Ende"
    await store.write(WriteBatch((one, two), (message(one, long), message(two, "a needle"))))
    assert {hit.conversation_id for hit in await store.search("needle")} == {one.id, two.id}
    (hit,) = await store.search("ende")
    assert hit.snippet.endswith("y Ende")
    await store.delete([one.id])
    assert [hit.conversation_id for hit in await store.search("needle")] == [two.id]
    await store.aclose()


async def test_a_search_during_reindexing_misses_nothing(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "history.db")
    one = conversation()
    await store.write(WriteBatch((one,), tuple(message(one, f"{number} words") for number in range(100))))
    await store._do(maintenance.empty_index)
    while await store._do(maintenance.fill_index):
        assert len(await store.search("99 words")) == 1
        assert len(await store.search("3 words")) == 1
    assert len(await store.search("57 words")) == 1
    await store.aclose()


async def test_a_reply_of_a_deleted_conversation_is_not_reported_as_interrupted(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "history.db")
    one = conversation()
    reply = message(one, "", role=Role.ASSISTANT, status=Status.RUNNING)
    await store.write(WriteBatch((one,), (reply,), (JournalEntry(reply.id, "Hel", ""),)))
    write_behind = WriteBehind(store)
    await store._do(lambda connection: maintenance.mark_deleted(connection, [one.id]))
    await write_behind.aclose()
    await store.aclose()
    again = SqliteStore(tmp_path / "history.db")
    assert (await again.open()).recovered_replies == ()
    await again.aclose()
