"""Usage is written to a file as a whole, in pages, or not at all."""

from __future__ import annotations

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
COUNT = 450


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Path]:
    """A file with entries, which its writer has open."""
    store = UsageStore(tmp_path / "usage.sqlite3")
    for number in range(COUNT):
        at, cost = BEGIN + timedelta(minutes=10 * number), Cost("USD", Decimal("0.01"))
        store.record(UsageEntry(at, UsageOrigin.WINDOW, "c", "Mine", "", "模型", Usage(number, 1), cost))
    await store.flush()
    yield tmp_path / "usage.sqlite3"
    await store.aclose()


def test_all_entries_are_in_the_file_in_order(ledger: Path, tmp_path: Path) -> None:
    file, told = tmp_path / "usage.csv", list[tuple[int, int]]()
    assert write_usage(ledger, Days(), file, with_bom=True, tell=lambda *now: told.append(now)) == COUNT
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbftime_utc,")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [int(row["prompt_tokens"]) for row in rows] == list(range(COUNT))
    assert rows[0]["model"] == "模型"
    assert told == [(200, COUNT), (400, COUNT), (COUNT, COUNT)]


def test_a_period_is_written_without_a_mark_over_an_older_file(ledger: Path, tmp_path: Path) -> None:
    file = tmp_path / "usage.csv"
    file.write_text("older")
    count = write_usage(ledger, Days(date(2026, 3, 2), date(2026, 3, 3)), file, with_bom=False)
    assert file.read_bytes().startswith(b"time_utc,")
    assert 0 < count < COUNT
    assert len(file.read_text(encoding="utf-8").splitlines()) == count + 1


def test_a_page_that_ends_with_the_entries_is_the_last(ledger: Path, tmp_path: Path) -> None:
    days = Days(None, date(2026, 2, 1))
    assert write_usage(ledger, days, tmp_path / "usage.csv", with_bom=False) == 0
    assert write_usage(tmp_path / "none", Days(), tmp_path / "usage.csv", with_bom=False) == 0
    assert len((tmp_path / "usage.csv").read_text(encoding="utf-8").splitlines()) == 1


def test_what_is_interrupted_leaves_nothing_behind(ledger: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()

    def interrupt(_done: int, _all: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_usage(ledger, Days(), folder / "usage.csv", with_bom=True, tell=interrupt)
    assert list(folder.iterdir()) == []


def test_a_missing_folder_is_an_error_in_words(ledger: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportFolderMissing):
        write_usage(ledger, Days(), tmp_path / "gone" / "usage.csv", with_bom=True)
