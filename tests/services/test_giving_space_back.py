"""The database file shrinks at rest after a deletion, and one that cannot shrink is written anew."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from store_samples import conversation, message, open_and_tidy

from desktop_chat.core.entities import Status
from desktop_chat.core.ports import WriteBatch
from desktop_chat.services.sqlite import at_rest, space
from desktop_chat.services.sqlite.migrations import MIGRATIONS, migrate
from desktop_chat.services.sqlite.rewriting import Rewriting
from desktop_chat.services.sqlite.sqlite_store import SqliteStore

WORDS = "some words that are long enough to fill pages of a file, number {} "


@pytest.fixture(autouse=True)
def short_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_rest, "REST_S", 0.0)
    monkeypatch.setattr(at_rest, "LONG_REST_S", 0.0)
    monkeypatch.setattr(space, "MIN_FREE_BYTES", 0)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "history.db")
    yield store
    await store.aclose()


async def fill(store: SqliteStore, conversations: int = 40) -> list[str]:
    made = [conversation(title=f"No. {number}") for number in range(conversations)]
    said = [message(one, WORDS.format(number) * 20) for number, one in enumerate(made) for _ in range(10)]
    await store.write(WriteBatch(tuple(made), tuple(said)))
    return [one.id for one in made]


def rigid_file(file: Path, version: int = len(MIGRATIONS)) -> None:
    """Make a file as an earlier version did: with small pages, and unable to shrink."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA page_size = 4096")
        migrate(connection, file, MIGRATIONS[:version])
        connection.execute("PRAGMA journal_mode = WAL")


def value_of(file: Path, statement: str) -> object:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(statement).fetchone()[0]


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def rested(store: SqliteStore) -> None:
    """Wait until the work at rest is done."""
    assert store._upkeep is not None
    await asyncio.wait({store._upkeep})
    assert store._at_rest is not None
    assert store._at_rest._task is not None
    await asyncio.wait({store._at_rest._task})


async def test_the_file_shrinks_after_a_deletion(store: SqliteStore) -> None:
    file = store._file
    await store.open()
    ids = await fill(store)
    await rested(store)
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA wal_checkpoint (TRUNCATE)")
    before = file.stat().st_size
    await store.delete(ids[1::2])
    await rested(store)
    assert file.stat().st_size < 0.65 * before
    assert value_of(file, "PRAGMA freelist_count") == 0
    assert value_of(file, "PRAGMA integrity_check") == "ok"
    hits = await store.search("number 12 ", limit=1_000)
    assert {hit.conversation_id for hit in hits} == {ids[12]}


async def test_a_little_unused_space_is_kept_for_new_messages(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(space, "MIN_FREE_BYTES", 10**9)
    await store.open()
    await store.delete((await fill(store))[1::2])
    await rested(store)
    assert value_of(store._file, "PRAGMA freelist_count") != 0


async def test_an_interrupted_run_goes_on_after_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "history.db"
    monkeypatch.setattr(space, "SLICE_S", 0.0)
    first = SqliteStore(file)
    await open_and_tidy(first)
    ids = await fill(first)
    released = asyncio.Event()
    loop, for_real = asyncio.get_running_loop(), at_rest.release_pages

    def release(connection: sqlite3.Connection) -> bool:
        loop.call_soon_threadsafe(released.set)
        return for_real(connection)

    monkeypatch.setattr(at_rest, "release_pages", release)
    await first.delete(ids[1:])
    await released.wait()
    await first.aclose()
    second = SqliteStore(file)
    await second.open()
    await rested(second)
    assert len(await second.messages(ids[0])) == 10
    await second.aclose()
    assert value_of(file, "PRAGMA freelist_count") == 0


async def test_nothing_is_moved_while_a_reply_is_written(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: asyncio.Queue[bool] = asyncio.Queue()
    loop, for_real = asyncio.get_running_loop(), space.is_replying

    def ask(connection: sqlite3.Connection) -> bool:
        answer = for_real(connection)
        loop.call_soon_threadsafe(asked.put_nowait, answer)
        return answer

    monkeypatch.setattr(at_rest, "is_replying", ask)
    monkeypatch.setattr(at_rest, "REST_S", 0.001)
    await store.open()
    ids = await fill(store)
    one = conversation(title="running")
    running = message(one, "so far", status=Status.RUNNING)
    await store.write(WriteBatch((one,), (running,)))
    await store.delete(ids)
    assert [await asked.get() for _ in range(3)] == [True] * 3
    assert value_of(store._file, "PRAGMA freelist_count") != 0
    await store.write(WriteBatch(messages=(message(one, "done", id=running.id),)))
    await rested(store)
    assert value_of(store._file, "PRAGMA freelist_count") == 0


async def test_a_rest_begins_with_the_last_use(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    await open_and_tidy(store)
    clock = SimpleNamespace(monotonic=lambda: 100.0)
    monkeypatch.setattr(at_rest, "time", clock)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.monotonic = lambda: 100.0 + seconds

    assert store._at_rest is not None
    with monkeypatch.context() as patched:
        patched.setattr(at_rest, "asyncio", SimpleNamespace(sleep=sleep))
        store._note_use()
        await store._at_rest._wait_for_rest(2.0)
    assert slept == [2.0]


async def test_a_file_that_cannot_shrink_is_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_chat.services.sqlite.rewriting._INSTRUCTIONS", 10)
    monkeypatch.setattr("desktop_chat.services.sqlite.rewriting._FLUSHED_BYTES", 0)
    file = tmp_path / "history.db"
    rigid_file(file)
    os.link(file, tmp_path / "old")
    other = sqlite3.connect(file, isolation_level=None)  # opened, but not read yet
    store = SqliteStore(file)
    await store.open()
    ids = await fill(store)
    await store.delete(ids[1::2])
    await rested(store)
    assert (value_of(file, "PRAGMA auto_vacuum"), value_of(file, "PRAGMA page_size")) == (2, 8_192)
    await store.write(WriteBatch((conversation(title="afterwards"),)))
    assert {c.title for c in await store.conversations()} == {f"No. {n}" for n in range(0, 40, 2)} | {"afterwards"}
    assert {hit.conversation_id for hit in await store.search("number 12 ")} == {ids[12]}
    await store.aclose()
    assert names_in(tmp_path) == {"history.db", "old"}
    assert file.stat().st_mode & 0o777 == 0o600
    assert value_of(file, "PRAGMA integrity_check") == "ok"
    with closing(other), pytest.raises(sqlite3.OperationalError):
        other.execute("DELETE FROM messages")  # nobody writes to the old one by mistake


async def test_what_is_written_meanwhile_ends_the_attempt_and_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "history.db"
    rigid_file(file)
    store = SqliteStore(file)
    attempts = 0
    for_real = Rewriting.run

    async def run(self: Rewriting) -> bool:
        nonlocal attempts
        attempts += 1
        done = await for_real(self)
        if attempts == 1:  # after the new file is complete
            await store.write(WriteBatch((conversation(title="meanwhile"),)))
        return done

    monkeypatch.setattr(Rewriting, "run", run)
    await store.open()
    await rested(store)
    assert attempts == 2
    assert [c.title for c in await store.conversations()] == ["meanwhile"]
    assert value_of(file, "PRAGMA auto_vacuum") == 2
    await store.aclose()


async def test_a_use_interrupts_the_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "history.db"
    rigid_file(file)
    store = SqliteStore(file)
    begun = asyncio.Event()
    loop, for_real = asyncio.get_running_loop(), Rewriting._flush
    results: list[bool] = []

    def flush(self: Rewriting, descriptor: int) -> bool:
        loop.call_soon_threadsafe(begun.set)
        while not results and not self._pace.ended:
            pass
        return for_real(self, descriptor)

    run = Rewriting.run

    async def note(self: Rewriting) -> bool:
        results.append(await run(self))
        return results[-1]

    monkeypatch.setattr("desktop_chat.services.sqlite.rewriting._INSTRUCTIONS", 10)
    monkeypatch.setattr(Rewriting, "_flush", flush)
    monkeypatch.setattr(Rewriting, "run", note)
    await store.open()
    await begun.wait()
    assert await store.conversations() == []
    await rested(store)
    assert results == [False, True]
    assert value_of(file, "PRAGMA auto_vacuum") == 2
    await store.aclose()


async def test_a_file_that_somebody_else_has_open_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "history.db"
    rigid_file(file)
    monkeypatch.setattr("desktop_chat.services.sqlite.sqlite_file.BUSY_TIMEOUT_S", 0.01)
    store, tried = SqliteStore(file), asyncio.Event()
    for_real = Rewriting.aclose

    async def aclose(self: Rewriting) -> None:
        await for_real(self)
        tried.set()

    monkeypatch.setattr(Rewriting, "aclose", aclose)
    with closing(sqlite3.connect(file)) as other:
        other.execute("SELECT count(*) FROM messages").fetchone()
        await store.open()
        await tried.wait()
        await store.write(WriteBatch((conversation(title="kept"),)))
        assert value_of(file, "PRAGMA journal_mode") == "wal"
        assert value_of(file, "PRAGMA auto_vacuum") == 0
    await rested(store)
    assert value_of(file, "PRAGMA auto_vacuum") == 2
    assert [c.title for c in await store.conversations()] == ["kept"]
    await store.aclose()


async def test_a_file_that_cannot_be_replaced_is_used_further(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "history.db"
    rigid_file(file)
    store, tried = SqliteStore(file), asyncio.Event()
    replace, aclose = Path.replace, Rewriting.aclose

    def refuse(self: Path, to: Path) -> Path:
        if "part-new" in self.name:
            raise PermissionError(13, "in use")
        return replace(self, to)

    async def note(self: Rewriting) -> None:
        await aclose(self)
        tried.set()

    monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.setattr(Rewriting, "aclose", note)
    await store.open()
    await tried.wait()
    await store.write(WriteBatch((conversation(title="kept"),)))
    assert value_of(file, "PRAGMA journal_mode") == "wal"
    await store.aclose()
    assert value_of(file, "SELECT title FROM conversations") == "kept"
    assert names_in(tmp_path) == {"history.db"}


async def test_exiting_meanwhile_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "history.db"
    rigid_file(file)
    store, begun = SqliteStore(file), asyncio.Event()
    loop, for_real = asyncio.get_running_loop(), Rewriting._flush

    def flush(self: Rewriting, descriptor: int) -> bool:
        loop.call_soon_threadsafe(begun.set)
        return for_real(self, descriptor)

    monkeypatch.setattr("desktop_chat.services.sqlite.rewriting._INSTRUCTIONS", 10)
    monkeypatch.setattr(Rewriting, "_flush", flush)
    await store.open()
    await begun.wait()
    await store.aclose()
    assert names_in(tmp_path) == {"history.db"}


async def test_without_space_for_a_second_file_it_waits_for_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "history.db"
    rigid_file(file)
    caplog.set_level("INFO")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=1))
    store = SqliteStore(file)
    await store.open()
    await rested(store)
    assert "postponed giving space back: store_full" in caplog.text
    assert value_of(file, "PRAGMA auto_vacuum") == 0
    await store.aclose()


async def test_where_nothing_can_be_written_the_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "history.db"
    rigid_file(file)
    caplog.set_level("INFO")

    def refuse(_path: Path) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("desktop_chat.services.sqlite.rewriting.create_private", refuse)
    store = SqliteStore(file)
    await store.open()
    await rested(store)
    assert "postponed giving space back: store: " in caplog.text
    assert names_in(tmp_path) >= {"history.db"}
    await store.aclose()
    assert value_of(file, "PRAGMA auto_vacuum") == 0
