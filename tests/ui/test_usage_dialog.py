"""The usage page: what it shows of a period, as tables, and what is saved."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from chat_world import World, until
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit
from window_world import Shell, ShellMaker, shells

from desktop_chat.core.entities import Usage
from desktop_chat.core.errors import StoreError
from desktop_chat.core.export_errors import ExportDiskFull
from desktop_chat.core.prices import Cost
from desktop_chat.core.usage_ledger import UsageEntry, UsageOrigin
from desktop_chat.core.usage_view import Measure, UsagePeriod
from desktop_chat.core.workspace import UsageChoice
from desktop_chat.ui.languages import format_date, format_short_date, today
from desktop_chat.ui.usage.sums_model import Column
from desktop_chat.ui.usage.usage_dialog import UsageDialog


@pytest.fixture
async def maker(qapp: QApplication) -> AsyncIterator[ShellMaker]:
    async with shells(qapp) as maker:
        yield maker


def used(
    model: str,
    tokens: tuple[int | None, int | None],
    cost: Cost | None = None,
    *,
    days_ago: float = 0,
    caller: str = "",
    first_token_s: float | None = None,
) -> UsageEntry:
    at = datetime.now(UTC) - timedelta(days=days_ago)
    origin = UsageOrigin.ENDPOINT if caller else UsageOrigin.WINDOW
    return UsageEntry(
        at, origin, "c", "Mine", "https://x", model, Usage(*tokens), cost, caller, first_token_s=first_token_s,
        generation_s=None if first_token_s is None else 2.0,
    )  # fmt: skip


def usd(amount: str, *, is_at_least: bool = False) -> Cost:
    return Cost("USD", Decimal(amount), is_at_least)


async def shown(here: World, *entries: UsageEntry) -> UsageDialog:
    for entry in entries:
        here.context.ledger.record(entry)
    dialog = here.show(UsageDialog(here.context))
    await settled(dialog)
    return dialog


async def settled(dialog: UsageDialog) -> None:
    await until(lambda: not dialog.is_reading)


def choose(dialog: UsageDialog, period: UsagePeriod) -> None:
    dialog.periods.setCurrentIndex(dialog.periods.findData(period))
    dialog.periods.activated.emit(dialog.periods.currentIndex())


def rows(dialog: UsageDialog, *columns: Column) -> list[tuple[str, ...]]:
    model = dialog.table.sums
    return [tuple(model.index(row, column).data() for column in columns) for row in range(model.rowCount())]


def words(dialog: UsageDialog) -> str:
    return "\n".join(label.text() for label in dialog.tiles.findChildren(QLabel))


async def test_an_empty_page_says_what_will_be_here_and_leads_on(here: World) -> None:
    dialog = await shown(here)
    assert dialog.begin_button.isVisible()
    assert not dialog.table.isVisible()
    assert not dialog.save_button.isEnabled()
    dialog.begin_button.click()
    assert here.navigator.begun == [""]
    assert not dialog.isVisible()


async def test_the_totals_of_a_period_and_its_models(here: World) -> None:
    dialog = await shown(
        here,
        used("small", (100, 10), usd("0.5")),
        used("large", (300, 90), usd("1.5")),
        used("local", (50, 50), Cost("", Decimal(0))),
        used("old", (1, 1), usd("8"), days_ago=40),
    )
    assert rows(dialog, Column.NAME, Column.SHARE, Column.COST) == [
        ("large", "65%", "1.50 USD"), ("small", "18%", "0.5000 USD"), ("local", "17%", "free")
    ]  # fmt: skip
    assert "450" in words(dialog), "tokens in"
    assert "2.00 USD" in words(dialog)
    choose(dialog, UsagePeriod.ALL)
    await settled(dialog)
    assert ("old",) in rows(dialog, Column.NAME)
    assert "10.00 USD" in words(dialog)


async def test_money_is_told_honestly(here: World) -> None:
    dialog = await shown(
        here,
        used("known", (100, 10), usd("2")),
        used("stopped", (100, None), usd("1", is_at_least=True)),
        used("yuan", (100, 10), Cost("CNY", Decimal(7))),
        used("unheard of", (100, 10), None),
        used("uncounted", (None, None), usd("0", is_at_least=True)),
    )
    assert "at least 7.00 CNY\nat least 3.00 USD" in words(dialog), "never added together"
    assert "1 request of unknown price" in words(dialog)
    costs = dict(rows(dialog, Column.NAME, Column.COST))
    assert costs == {
        "known": "2.00 USD",
        "stopped": "at least 1.00 USD",
        "yuan": "7.00 CNY",
        "unheard of": "unknown",
        "uncounted": "unknown",
    }
    choices = [dialog.measures.itemText(at) for at in range(dialog.measures.count())]
    assert choices == ["Tokens", "Requests", "Cost in CNY", "Cost in USD"]
    dialog.measures.setCurrentIndex(3)
    dialog.measures.activated.emit(3)
    assert rows(dialog, Column.NAME, Column.SHARE)[:2] == [("known", "67%"), ("stopped", "33%")]


async def test_the_other_tables_have_callers_origins_and_days(here: World) -> None:
    dialog = await shown(
        here,
        used("m", (10, 1), caller="curl"),
        used("m", (5, 1)),
        used("m", (1, 60), days_ago=1, first_token_s=0.5),
    )
    tester = QAbstractItemModelTester(dialog.table.sums)
    dialog.groups.setCurrentIndex(2)
    assert rows(dialog, Column.NAME, Column.REQUESTS) == [("No caller (this application)", "2"), ("curl", "1")]
    assert dialog.table.accessibleName() == "Usage by group: Callers"
    dialog.groups.setCurrentIndex(3)
    assert rows(dialog, Column.NAME) == [("Conversations",), ("Local endpoint",)]
    dialog.groups.setCurrentIndex(4)
    assert rows(dialog, Column.FIRST_TOKEN, Column.SPEED) == [("", ""), ("0.50 s", "30.0")], "today is first"
    day = dialog.table.sums.index(0, Column.NAME)
    assert day.data(Qt.ItemDataRole.AccessibleTextRole) == format_date(today()), "in full, for who hears it"
    assert day.data() == format_short_date(today())
    dialog.table.sortByColumn(Column.REQUESTS, Qt.SortOrder.AscendingOrder)
    assert rows(dialog, Column.REQUESTS) == [("1",), ("2",)]
    tester.deleteLater()


async def test_a_day_of_the_calendar_becomes_the_period(here: World) -> None:
    dialog = await shown(here, used("today's", (10, 1)), used("yesterday's", (5, 1), days_ago=1))
    squares = dialog.calendar.squares
    index = squares.days.index_of(today() - timedelta(days=1))
    assert "1 request, 6 tokens, cost unknown" in index.data(Qt.ItemDataRole.ToolTipRole)
    squares.activated.emit(index)
    await settled(dialog)
    assert dialog.periods.currentData() == UsagePeriod.DAY
    assert rows(dialog, Column.NAME) == [("yesterday's",)]
    choose(dialog, UsagePeriod.WEEK)
    await settled(dialog)
    assert len(rows(dialog, Column.NAME)) == 2


async def test_a_new_request_appears_by_itself(here: World) -> None:
    dialog = await shown(here, used("m", (10, 1)))
    dialog.follow_ms = 1
    here.context.ledger.record(used("another", (10, 1)))
    await until(lambda: len(rows(dialog, Column.NAME)) == 2)


async def save_as(dialog: UsageDialog, file: Path, pattern: int) -> None:
    """Choose where to save."""
    dialog.save_button.click()
    await until(lambda: dialog.findChildren(QFileDialog))
    [chooser] = dialog.findChildren(QFileDialog)
    chooser.selectNameFilter(chooser.nameFilters()[pattern])
    chooser.findChild(QLineEdit).setText(str(file))
    chooser.accept()
    await until(lambda: not dialog.findChildren(QFileDialog))


async def test_entries_are_saved_for_spreadsheets(here: World, tmp_path: Path) -> None:
    dialog = await shown(here, used("=1+1", (10, 1)), used("old", (5, 1), days_ago=50))
    for pattern, begin in (0, b"\xef\xbb\xbftime_utc"), (1, b"time_utc"):
        file = tmp_path / f"usage {pattern}.csv"
        await save_as(dialog, file, pattern)
        await until(lambda path=file: str(path) in dialog.state.text())
        assert file.read_bytes().startswith(begin)
        [row] = csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""))
        assert row["model"] == "'=1+1", "the period's only one, and no formula"
    assert dialog.state.text() == f"1 request saved as {tmp_path / 'usage 1.csv'}"


async def test_closing_the_page_cancels_what_is_being_saved(here: World, tmp_path: Path) -> None:
    dialog = await shown(here, used("m", (10, 1)))
    begun = asyncio.Event()

    async def save(*_arguments: object) -> int:
        begun.set()
        await asyncio.Event().wait()
        return 0

    dialog._context = replace(here.context, save_usage=save)
    dialog.save_button.click()
    await until(lambda: dialog.findChildren(QFileDialog))
    [chooser] = dialog.findChildren(QFileDialog)
    chooser.findChild(QLineEdit).setText(str(tmp_path / "usage.csv"))
    chooser.accept()
    await begun.wait()
    [saving] = [task for task in here.tasks._tasks if task.get_name() == "save usage"]
    here.shown.remove(dialog)
    dialog.deleteLater()
    await asyncio.wait([saving])
    assert saving.cancelled(), "and nothing is done to the page that is gone"


async def test_a_full_disk_is_said_when_entries_are_saved(
    here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = await shown(here, used("m", (10, 1)))

    def fail(*_arguments: object, **_named: object) -> int:
        raise ExportDiskFull("usage.csv")

    monkeypatch.setattr("chat_world.write_usage", fail)
    await save_as(dialog, tmp_path / "usage.csv", 0)
    await until(dialog.problem.isVisible)
    assert dialog.problem.text() == "The disk is full, so usage.csv was not written."
    assert dialog.save_button.isEnabled()


async def test_what_cannot_be_read_is_said(here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog = await shown(here, used("m", (10, 1)))

    async def broken(*_arguments: object) -> list[object]:
        raise StoreError("disk")

    monkeypatch.setattr(here.context.ledger, "sums", broken)
    choose(dialog, UsagePeriod.ALL)
    await settled(dialog)
    assert dialog.problem.isVisible()
    monkeypatch.undo()
    choose(dialog, UsagePeriod.WEEK)
    await settled(dialog)
    assert not dialog.problem.isVisible()


async def test_what_was_chosen_is_there_again_in_the_next_window(maker: ShellMaker) -> None:
    here = maker.here
    here.context.ledger.record(used("m", (10, 1), usd("1")))
    shell = await maker.open()
    first = await opened(shell)
    assert (first.periods.currentData(), first.measures.currentData()) == (UsagePeriod.MONTH, "")
    choose(first, UsagePeriod.WEEK)
    first.measures.setCurrentIndex(first.measures.findData("USD"))
    first.measures.activated.emit(first.measures.currentIndex())
    first.groups.setCurrentIndex(2)
    await settled(first)
    first._choose_day(today())
    await settled(first)
    assert shell.window.workspace().usage == UsageChoice("week", "USD", "caller"), "a day is not for long"
    first.close()
    await until(lambda: not shell.window.findChildren(UsageDialog))
    for window in (shell, await maker.open(shell.window.workspace())):
        again = await opened(window)
        assert (again.periods.currentData(), again.measures.currentData()) == (UsagePeriod.WEEK, "USD")
        assert again.groups.tabText(again.groups.currentIndex()) == "Callers"
        again.close()


async def test_it_opens_once_however_often_it_is_asked_for(maker: ShellMaker) -> None:
    shell = await maker.open()
    shell.window.open_usage()
    dialog = await opened(shell)
    dialog.hide()
    shell.window.open_usage()
    assert dialog.isVisible(), "at once, since it is there"
    dialog.close()
    await until(lambda: not shell.window.findChildren(UsageDialog))
    dialog = await opened(shell)
    dialog.close()


async def test_a_choice_that_there_no_longer_is_leaves_the_usual_one(here: World) -> None:
    dialog = here.show(UsageDialog(here.context, None, UsageChoice("decade", "DEM", "weekday")))
    await settled(dialog)
    assert (dialog.periods.currentData(), dialog.measures.currentData()) == (UsagePeriod.MONTH, "")
    assert dialog.groups.currentIndex() == 0


async def opened(shell: Shell) -> UsageDialog:
    shell.window.open_usage()
    await until(lambda: any(page.isVisible() for page in shell.window.findChildren(UsageDialog)))
    [dialog] = shell.window.findChildren(UsageDialog)
    await settled(dialog)
    return dialog


async def test_it_fits_a_narrow_window_and_speaks_chinese(here: World) -> None:
    dialog = await shown(here, used("m", (10, 1), usd("1"), first_token_s=0.5))
    dialog.resize(QSize(520, 600))
    await until(lambda: dialog.first_token.y() < dialog.speed.y())
    dialog.resize(QSize(1100, 600))
    await until(lambda: dialog.first_token.y() == dialog.speed.y())
    here.languages.set_language("zh_CN")
    await until(lambda: dialog.windowTitle() == "用量")
    assert dialog.periods.currentData() == UsagePeriod.MONTH, "what was chosen stays"
    assert dialog.measures.itemData(1) == Measure.REQUESTS
