"""While a full trash is emptied, a running reply is stored as usual: a kill costs at most half a second."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from after_a_crash import MAY_BE_LOST
from store_samples import conversation, message
from streaming_child import TICK_S

from desktop_chat.core.entities import Role, Status
from desktop_chat.core.ports import JournalEntry, WriteBatch
from desktop_chat.core.snapshots import MergeResult
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.sqlite import maintenance, sqlite_writes
from desktop_chat.services.sqlite.hardening import GuardedConnection
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


def stream_and_end(file: Path, number: signal.Signals, when: Callable[[int], bool]) -> tuple[int, float]:
    """Let a process empty the trash while it streams, end it when this many conversations are left; return the last
    number it accepted and the longest write."""
    script = Path(__file__).with_name("emptying_child.py")
    world = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    last, longest_s, told = -1, 0.0, False
    with subprocess.Popen([sys.executable, str(script), str(file)], stdout=subprocess.PIPE, env=world) as process:
        assert process.stdout is not None
        for line in process.stdout:
            words = line.decode().split()
            if words[0] == "left" and len(words) == 4:
                longest_s = float(words[3])
                if not told and when(int(words[1])):
                    told = True
                    process.send_signal(number)
            elif words[0] == "0" and line.endswith(b"\n"):
                last = int(words[1])
    return last, longest_s


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


def test_a_kill_meanwhile_costs_at_most_half_a_second_of_the_reply(file: Path) -> None:
    last, _ = stream_and_end(file, signal.SIGKILL, lambda left: left < 120)
    numbers = numbers_in(file)
    assert numbers == list(range(len(numbers)))
    assert last + 1 - len(numbers) <= MAY_BE_LOST
    assert last * TICK_S > 0.5


def test_a_clean_exit_meanwhile_costs_nothing(file: Path) -> None:
    last, _ = stream_and_end(file, signal.SIGTERM, lambda left: left < 120)
    assert numbers_in(file)[-1] == last


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


async def test_what_is_deleted_while_texts_are_indexed_is_removed_in_this_run(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "history.db")
    await store.open()
    one = conversation()
    await store.write(WriteBatch((one,), (message(one, "words"),)))
    removed = asyncio.Event()
    assert store._upkeep is not None
    await asyncio.wait({store._upkeep})
    indexing = asyncio.Event()
    paced = store._paced

    async def pause(work: Callable[[GuardedConnection], int]) -> int:
        if work is maintenance.fill_index and not indexing.is_set():
            indexing.set()
            await store.delete([one.id])
            store.removing.add(lambda _: removed.set())
        return await paced(work)

    store._paced = pause  # type: ignore[method-assign, assignment]
    store._start_upkeep()
    await asyncio.wait_for(removed.wait(), 10)
    await asyncio.wait({store._upkeep})
    assert await store._do(lambda c: c.execute("SELECT count(*) FROM messages").fetchone()) == (0,)
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
    monkeypatch.setattr(sqlite_writes, "INDEX_LIMIT", 1_000)
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
