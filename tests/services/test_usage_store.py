"""What requests used and cost: in a real file, by several processes at once, on a broken disk, after years."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_chat.core.entities import Usage
from desktop_chat.core.errors import StoreError
from desktop_chat.core.prices import FREE, Cost, cost_of
from desktop_chat.core.usage_ledger import UsageBy, UsageEntry, UsageOrigin, UsageSum
from desktop_chat.services.sqlite import usage_rows, usage_store
from desktop_chat.services.sqlite.usage_store import UsageStore

MORNING = datetime.fromtimestamp(time.mktime((2026, 11, 30, 9, 0, 0, 0, 0, -1)), UTC)
TODAY, TOMORROW = date(2026, 11, 30), date(2026, 12, 1)
ENTRY = UsageEntry(
    MORNING,
    UsageOrigin.WINDOW,
    "c1",
    "OpenAI",
    "https://api.openai.com:443",
    "gpt-5",
    Usage(1_000, 200, 50, 400),
    Cost("USD", Decimal("0.0030001")),
    conversation_id="talk",
    message_id="m1",
    first_token_s=0.5,
    generation_s=4.0,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "usage.sqlite3"


@pytest.fixture
async def ledger(file: Path) -> AsyncIterator[UsageStore]:
    async with aclosing(UsageStore(file)) as ledger:
        yield ledger


async def test_an_entry_comes_back_as_it_was(ledger: UsageStore, file: Path) -> None:
    told: list[UsageEntry] = []
    ledger.recorded.add(told.append)
    free = replace(ENTRY, at=MORNING + timedelta(hours=1), cost=cost_of(Usage(1, 1), FREE), usage=Usage(1, 1))
    unpriced = replace(ENTRY, at=MORNING + timedelta(hours=2), cost=None, usage=Usage(), caller="curl")
    for entry in (unpriced, ENTRY, free):
        ledger.record(entry)
    page = await ledger.entries(None, None)
    assert page.entries == (ENTRY, free, unpriced)
    assert page.after is None
    assert told == [unpriced, ENTRY, free]
    assert file.stat().st_mode & 0o777 == 0o600  # noqa: ASYNC240


async def test_one_request_is_written_at_once_and_many_together(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    add = usage_rows.add

    def counted(connection: sqlite3.Connection, entries: list[UsageEntry]) -> None:
        add(connection, entries)
        written.append(len(entries))

    monkeypatch.setattr(usage_rows, "add", counted)
    monkeypatch.setattr(usage_store, "GROUP_S", 3_600.0)
    async with aclosing(UsageStore(file)) as ledger:
        ledger.record(ENTRY)
        async with asyncio.timeout(60):
            while not written:  # noqa: ASYNC110  (another thread writes)
                await asyncio.sleep(0.001)
        for number in range(30):
            ledger.record(replace(ENTRY, message_id=f"m{number}"))
            await asyncio.sleep(0)
        assert written == [1]
        await ledger.flush()
        assert written == [1, 30], "whoever needs them need not wait"
        ledger.record(ENTRY)
        await asyncio.sleep(0)
    assert written == [1, 30, 1], "the end loses nothing"


async def test_sums_by_everything(ledger: UsageStore) -> None:
    ledger.record(ENTRY)
    ledger.record(replace(ENTRY, model="gpt-4", message_id="m2", cost=Cost("USD", Decimal(1), is_at_least=True)))
    ledger.record(replace(ENTRY, usage=Usage(), cost=None, generation_s=None, first_token_s=1.5, message_id="m2"))
    of_caller = replace(ENTRY, origin=UsageOrigin.ENDPOINT, caller="curl", conversation_id="", message_id="")
    ledger.record(replace(of_caller, requests=3))
    ledger.record(replace(ENTRY, at=MORNING + timedelta(days=1), cost=Cost("CNY", Decimal("0.5"))))
    first, second = await ledger.sums(None, None, UsageBy.DAY)
    assert (first.key, second.key) == ("2026-11-30", "2026-12-01")
    assert first == UsageSum(
        "2026-11-30",
        "2026-11-30",
        requests=6,
        prompt_tokens=3_000,
        cached_tokens=1_200,
        completion_tokens=600,
        reasoning_tokens=150,
        costs=(Cost("USD", Decimal("1.0060002"), is_at_least=True),),
        unpriced=1,
        uncounted=1,
        first_token_s=0.75,
        tokens_per_s=50.0,
    )
    assert second.costs == (Cost("CNY", Decimal("0.5")),)
    assert [(each.key, each.requests) for each in await ledger.sums(None, None, UsageBy.MODEL)] == [
        ("gpt-4", 1),
        ("gpt-5", 6),
    ]
    assert [(each.key, each.requests) for each in await ledger.sums(TOMORROW, None, UsageBy.ORIGIN)] == [("window", 1)]
    assert [each.key for each in await ledger.sums(TODAY, TOMORROW, UsageBy.CALLER)] == ["", "curl"]
    by_conversation = await ledger.sums(TODAY, TOMORROW, UsageBy.CONVERSATION)
    assert [(each.key, each.requests, each.unpriced) for each in by_conversation] == [("", 3, 0), ("talk", 3, 1)]
    assert by_conversation[1].costs == (Cost("USD", Decimal("1.0030001"), is_at_least=True),)
    assert by_conversation[1].tokens_per_s == 50.0
    of_messages = await ledger.sums_of_messages("talk")
    assert [(each.key, each.requests) for each in of_messages] == [("m1", 2), ("m2", 2)]
    assert await ledger.sums_of_messages("") == []


async def test_a_connection_has_its_last_name(ledger: UsageStore) -> None:
    ledger.record(ENTRY)
    ledger.record(replace(ENTRY, connection_name="Work"))
    ledger.record(replace(ENTRY, connection_id="", connection_name="Old"))
    found = await ledger.sums(None, None, UsageBy.CONNECTION)
    assert [(each.key, each.name, each.requests) for each in found] == [("Old", "Old", 1), ("c1", "Work", 2)]


async def test_what_was_spent(ledger: UsageStore) -> None:
    ledger.record(replace(ENTRY, at=MORNING - timedelta(days=1)))
    for cost in (Cost("USD", Decimal("0.1")), Cost("USD", Decimal("0.2")), Cost("", Decimal(0)), None):
        ledger.record(replace(ENTRY, cost=cost))
    ledger.record(replace(ENTRY, cost=Cost("EUR", Decimal(2), is_at_least=True)))
    assert await ledger.spent(TODAY) == (Cost("EUR", Decimal(2), is_at_least=True), Cost("USD", Decimal("0.3")))
    assert await ledger.spent(TOMORROW) == ()


async def test_entries_come_in_pages(ledger: UsageStore) -> None:
    for number in range(5):
        ledger.record(replace(ENTRY, message_id=str(number)))
    ledger.record(replace(ENTRY, at=MORNING + timedelta(days=1)))
    first = await ledger.entries(TODAY, TOMORROW, limit=3)
    second = await ledger.entries(TODAY, TOMORROW, first.after, limit=3)
    assert [entry.message_id for entry in (*first.entries, *second.entries)] == list("01234")
    assert second.after is None


def test_the_last_page_costs_as_much_as_the_first() -> None:
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    def cost_of_page(after: tuple[float, int] | None) -> int:
        nonlocal steps
        steps = 0
        assert len(usage_rows.page(connection, TODAY, TOMORROW, after, 10)) == 10
        return steps

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        usage_rows.create(connection)
        usage_rows.add(connection, [replace(ENTRY, at=MORNING + timedelta(seconds=number)) for number in range(2_000)])
        connection.set_progress_handler(count, 1)
        first, last = cost_of_page(None), cost_of_page((MORNING.timestamp() + 1_980, 0))
    assert last < 2 * first


async def test_older_entries_are_filled_in_once(ledger: UsageStore) -> None:
    ledger.record(ENTRY)
    assert await ledger.filled_up_to("messages") is None
    await ledger.fill_in("messages", "7", [ENTRY, replace(ENTRY, message_id="m0")])
    assert await ledger.filled_up_to("messages") == "7"
    await ledger.fill_in("messages", "9", [replace(ENTRY, message_id="", conversation_id="")] * 2)
    (day,) = await ledger.sums(None, None, UsageBy.DAY)
    assert day.requests == 4
    assert await ledger.filled_up_to("messages") == "9"


async def test_several_processes_may_write_at_once(ledger: UsageStore, file: Path) -> None:
    async with aclosing(UsageStore(file)) as other:
        for _ in range(20):
            ledger.record(ENTRY)
            other.record(ENTRY)
            await asyncio.sleep(0)
        await other.spent(TODAY)
        await ledger.spent(TODAY)
        (day,) = await other.sums(None, None, UsageBy.DAY)
    assert day.requests == 40


async def test_what_was_recorded_last_is_written_when_it_closes(file: Path) -> None:
    async with aclosing(UsageStore(file)) as ledger:
        ledger.record(ENTRY)
    await ledger.aclose()  # a second time does nothing
    async with aclosing(UsageStore(file)) as ledger:
        assert (await ledger.entries(None, None)).entries == (ENTRY,)


async def test_what_cannot_be_written_is_told_once_and_written_later(file: Path) -> None:
    file.mkdir()  # noqa: ASYNC240
    async with aclosing(UsageStore(file)) as ledger:
        told: list[StoreError] = []
        ledger.failed.add(told.append)
        ledger.record(ENTRY)
        for _ in range(2):
            with pytest.raises(StoreError):
                await ledger.spent(TODAY)
        assert len(told) == 1
        file.rmdir()  # noqa: ASYNC240
        ledger.record(replace(ENTRY, message_id="m2"))
        assert [entry.message_id for entry in (await ledger.entries(None, None)).entries] == ["m1", "m2"]


async def test_whoever_reads_and_is_cancelled_takes_no_entries_along(ledger: UsageStore) -> None:
    go_on = threading.Event()
    await ledger.spent(TODAY)
    busy = asyncio.create_task(ledger._database.run(lambda _: go_on.wait(30)))
    await asyncio.sleep(0)

    async def read() -> None:
        ledger.record(ENTRY)
        await ledger.spent(TODAY)

    reading = asyncio.create_task(read())
    await asyncio.sleep(0)
    reading.cancel()
    await asyncio.wait([reading])
    go_on.set()
    await busy
    assert await ledger.spent(TODAY) == (ENTRY.cost,)


async def test_odd_values_are_stored(ledger: UsageStore) -> None:
    huge = Cost("USD", Decimal(10) ** 30)
    ledger.record(replace(ENTRY, model="\ud800", usage=Usage(10**30, 0), cost=huge))
    (entry,) = (await ledger.entries(None, None)).entries
    assert entry.usage.prompt_tokens == 10**12
    assert entry.cost == Cost("USD", Decimal(10) ** 6)


async def test_a_file_that_is_not_ours_is_moved_aside(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    async with aclosing(UsageStore(file)) as ledger:
        ledger.record(ENTRY)
        assert await ledger.spent(TODAY)
    (aside,) = file.parent.glob("usage.broken-*")
    assert f"usage.sqlite3 cannot be read and is kept as {aside.name}" in caplog.text
    caplog.clear()


async def test_what_comes_after_the_end_says_so(ledger: UsageStore) -> None:
    await ledger.aclose()
    with pytest.raises(StoreError, match="closed"):
        await ledger.spent(TODAY)
