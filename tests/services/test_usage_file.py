"""Usage is written to a file as a whole, in pages, or not at all."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_chat.core.entities import Usage
from desktop_chat.core.export_errors import ExportFolderMissing
from desktop_chat.core.prices import Cost
from desktop_chat.core.usage_ledger import UsageEntry, UsageOrigin
from desktop_chat.core.usage_view import Days
from desktop_chat.services.exports.usage_file import write_usage
from desktop_chat.services.sqlite.usage_store import UsageStore

BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[UsageStore]:
    ledger = UsageStore(tmp_path / "usage.sqlite3")
    for number in range(2_500):
        at, cost = BEGIN + timedelta(minutes=number), Cost("USD", Decimal("0.01"))
        ledger.record(UsageEntry(at, UsageOrigin.WINDOW, "c", "Mine", "", "模型", Usage(number, 1), cost))
    yield ledger
    await ledger.aclose()


async def test_all_entries_are_in_the_file_in_order(ledger: UsageStore, tmp_path: Path) -> None:
    file, told = tmp_path / "usage.csv", list[int]()
    assert await write_usage(ledger, Days(), file, True, told=told.append) == 2_500
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbftime_utc,")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [int(row["prompt_tokens"]) for row in rows] == list(range(2_500))
    assert rows[0]["model"] == "模型"
    assert told == [1_000, 2_000, 2_500]


async def test_a_period_is_written_without_a_mark_over_an_older_file(ledger: UsageStore, tmp_path: Path) -> None:
    file = tmp_path / "usage.csv"
    file.write_text("older")
    days = Days(date(2026, 3, 2), date(2026, 3, 3))
    count = await write_usage(ledger, days, file, False)
    assert file.read_bytes().startswith(b"time_utc,")
    assert 0 < count < 2_500
    assert len(file.read_text().splitlines()) == count + 1


async def test_what_is_cancelled_leaves_nothing_behind(ledger: UsageStore, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    begun = asyncio.Event()
    work = asyncio.create_task(write_usage(ledger, Days(), folder / "usage.csv", True, told=lambda _count: begun.set()))
    await begun.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    async with asyncio.timeout(10):
        while list(folder.iterdir()):  # noqa: ASYNC110  (there is no event for it)
            await asyncio.sleep(0.005)


async def test_a_missing_folder_is_an_error_in_words(ledger: UsageStore, tmp_path: Path) -> None:
    with pytest.raises(ExportFolderMissing):
        await write_usage(ledger, Days(), tmp_path / "gone" / "usage.csv", True)
