"""What is kept of callers: in a real file, by several processes, damaged or foreign."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, closing, suppress
from pathlib import Path

import pytest

from desktop_chat.core.endpoint_callers import Caller, CallerUsage
from desktop_chat.core.entities import Usage
from desktop_chat.core.errors import StoreIsSymlink, StoreTooNew
from desktop_chat.services.endpoint import caller_store
from desktop_chat.services.endpoint.caller_store import CallerStore

MORNING = time.mktime((2026, 11, 30, 9, 0, 0, 0, 0, -1))
DAY_S = 86_400.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "endpoint.sqlite3"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[CallerStore]:
    async with aclosing(CallerStore(file)) as store:
        yield store


async def test_requests_of_a_day_are_added_up(store: CallerStore, file: Path) -> None:
    await store.note("curl", MORNING, "OpenAI", "gpt", Usage(10, 5, 2, 4))
    await store.note("curl", MORNING + 60, "OpenAI", "gpt", Usage(1, 1))
    await store.note("curl", MORNING + 60, "OpenAI", "other", None)
    await store.note("node", MORNING + DAY_S, "OpenAI", "gpt", Usage(3, None, None, None))
    first, second, third = await store.usage()
    assert first == CallerUsage("2026-11-30", "curl", "OpenAI", "gpt", 2, 11, 4, 6, 2)
    assert second == CallerUsage("2026-11-30", "curl", "OpenAI", "other", 1, 0, 0, 0, 0)
    assert await store.usage("2026-12-01") == [third]
    assert await store.callers() == [
        Caller("node", MORNING + DAY_S, tokens=3),
        Caller("curl", MORNING + 60, tokens=17),
    ]
    assert file.stat().st_mode & 0o777 == 0o600  # noqa: ASYNC240


async def test_a_blocked_caller_stays_blocked(store: CallerStore) -> None:
    await store.set_blocked("curl", blocked=True)
    await store.note("curl", time.time(), "OpenAI", "gpt", None)
    (caller,) = await store.callers()
    assert caller.blocked
    await store.set_blocked("curl", blocked=False)
    (caller,) = await store.callers()
    assert not caller.blocked


async def test_two_processes_may_use_it_at_once(store: CallerStore, file: Path) -> None:
    async with aclosing(CallerStore(file)) as other:
        await asyncio.gather(
            *(one.note("curl", MORNING, "OpenAI", "gpt", Usage(1, 1)) for one in (store, other) for _ in range(20))
        )
        (used,) = await other.usage()
        assert used.requests == 40


async def test_it_is_still_there_after_closing(file: Path) -> None:
    async with aclosing(CallerStore(file)) as store:
        await store.note("curl", MORNING, "OpenAI", "gpt", Usage(1, 1))
    await store.aclose()  # a second time does nothing
    async with aclosing(CallerStore(file)) as store:
        assert [caller.name for caller in await store.callers()] == ["curl"]


async def test_closing_is_finished_when_its_task_is_cancelled(file: Path) -> None:
    """The file is closed, which removes its log, and the thread ends: the guard after each test sees that."""
    store = CallerStore(file)
    await store.note("curl", MORNING, "OpenAI", "gpt", None)
    closing_it = asyncio.create_task(store.aclose())
    await asyncio.sleep(0)
    closing_it.cancel()
    with suppress(asyncio.CancelledError):
        await closing_it
    while file.with_name(file.name + "-wal").exists():  # noqa: ASYNC110  (another thread)
        await asyncio.sleep(0.01)


async def test_callers_are_forgotten_but_not_blocked_ones(store: CallerStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caller_store, "MAX_CALLERS", 2)
    await store.note("first", MORNING, "OpenAI", "gpt", None)
    await store.note("blocked", MORNING + 1, "OpenAI", "gpt", None)
    await store.set_blocked("blocked", blocked=True)
    for number in range(2, 5):
        await store.note(f"n{number}", MORNING + number, "OpenAI", "gpt", None)
    assert {caller.name for caller in await store.callers()} == {"blocked", "n3", "n4"}


@pytest.mark.parametrize("attack", ["garbage", "foreign", "trigger"])
async def test_a_file_that_is_not_ours_is_moved_aside(
    file: Path, attack: str, caplog: pytest.LogCaptureFixture
) -> None:
    if attack == "garbage":
        file.write_bytes(b"not a database" * 1_000)  # noqa: ASYNC240
    else:
        if attack == "trigger":
            async with aclosing(CallerStore(file)) as store:
                await store.callers()
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(
                "CREATE TABLE theirs (x)"
                if attack == "foreign"
                else "CREATE TRIGGER t AFTER INSERT ON callers BEGIN DELETE FROM callers; END"
            )
            connection.commit()
    async with aclosing(CallerStore(file)) as store:
        await store.note("curl", MORNING, "OpenAI", "gpt", None)
        assert [caller.name for caller in await store.callers()] == ["curl"]
    assert len(list(file.parent.glob("endpoint.broken-*"))) == 1
    assert "cannot be read and is kept as" in caplog.text
    caplog.clear()


async def test_a_newer_file_is_left_alone(file: Path) -> None:
    async with aclosing(CallerStore(file)) as store:
        await store.note("curl", MORNING, "OpenAI", "gpt", None)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 99")
    async with aclosing(CallerStore(file)) as store:
        with pytest.raises(StoreTooNew):
            await store.callers()


async def test_a_link_is_not_followed(file: Path, tmp_path: Path) -> None:
    file.symlink_to(tmp_path / "elsewhere")  # noqa: ASYNC240
    async with aclosing(CallerStore(file)) as store:
        with pytest.raises(StoreIsSymlink):
            await store.callers()


def test_listing_callers_takes_as_long_as_there_are_rows_not_rows_times_callers() -> None:
    def steps(callers: int) -> int:
        with closing(sqlite3.connect(":memory:")) as connection:
            caller_store._create(connection)
            names = [f"caller {number}" for number in range(callers)]
            connection.executemany("INSERT INTO callers VALUES (?, 1, 1, 0)", [(name,) for name in names])
            rows = [(f"2026-11-{day}", name) for day in range(10, 20) for name in names]
            connection.executemany("INSERT INTO usage VALUES (?, ?, 'here', 'm', 1, 2, 0, 1, 0)", rows)
            counted: list[None] = []
            connection.set_progress_handler(lambda: counted.append(None), 100)
            assert {caller.tokens for caller in caller_store._callers(connection)} == {30}  # type: ignore[arg-type]
            return len(counted)

    assert steps(1_000) < 30 * steps(100)
