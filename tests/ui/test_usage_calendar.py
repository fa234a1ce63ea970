"""A year of days as a table: where each is, how dark it is, and what is said of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from chat_world import World
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy, QTest

from desktop_chat.ui.style.palette import DARK, DARK_HIGH, LIGHT, LIGHT_HIGH, Palette, contrast
from desktop_chat.ui.usage.calendar import LEVELS, WEEKS, Calendar, DayModel, level_of, limits_of, shade_of
from desktop_chat.ui.usage.trend_plot import TrendPlot, TrendPoint, ticks_to

LAST = date(2026, 11, 30)


def shown(here: World, amounts: dict[date, Decimal]) -> Calendar:
    calendar = here.show(Calendar(here.theme))
    calendar.show_days(LAST, amounts, lambda day: f"{day.isoformat()}: {amounts.get(day, 0)}")
    return calendar


async def test_every_day_of_the_year_has_its_square(here: World) -> None:
    model = DayModel()
    tester = QAbstractItemModelTester(model)
    model.show_days(LAST, {}, str)
    days = [model.day_at(model.index(row, column)) for column in range(WEEKS) for row in range(7)]
    known = [day for day in days if day is not None]
    assert known == [known[0] + timedelta(days=at) for at in range(len(known))]
    assert known[-1] == LAST
    assert len(known) > 364
    assert all(model.day_at(model.index_of(day)) == day for day in known)
    assert not model.index_of(LAST + timedelta(days=1)).isValid()
    tester.deleteLater()


async def test_each_square_has_the_shade_of_its_day(here: World) -> None:
    model = DayModel()
    assert model.levels(0) == [], "no days are known yet"
    amounts = {LAST - timedelta(days=back): Decimal(back % 40) for back in range(500)}
    model.show_days(LAST, amounts, str)
    limits = limits_of(amounts)
    for column in range(WEEKS):
        days = [model.day_at(model.index(row, column)) for row in range(7)]
        assert model.levels(column) == [level_of(amounts[day], limits) for day in days if day is not None]
    assert model.levels(WEEKS) == [], "beyond the last week"


async def test_the_keyboard_goes_through_the_days_and_chooses_one(here: World) -> None:
    calendar = shown(here, {LAST: Decimal(5)})
    squares = calendar.squares
    squares.setFocus()
    chosen = QSignalSpy(squares.chosen)
    assert squares.days.day_at(squares.currentIndex()) == LAST, "it begins today"
    QTest.keyClick(squares, Qt.Key.Key_Left)
    assert squares.days.day_at(squares.currentIndex()) == LAST - timedelta(weeks=1)
    QTest.keyClick(squares, Qt.Key.Key_Up)
    QTest.keyClick(squares, Qt.Key.Key_Return)
    assert chosen.at(0) == [LAST - timedelta(days=8)]
    calendar.show_days(LAST, {}, str)
    assert squares.days.day_at(squares.currentIndex()) == LAST - timedelta(days=8), "it stays where the user was"


async def test_a_click_chooses_a_day_and_what_is_said_is_for_readers_too(here: World) -> None:
    calendar = shown(here, {LAST: Decimal(5)})
    squares = calendar.squares
    chosen = QSignalSpy(squares.chosen)
    index = squares.days.index_of(LAST)
    QTest.mouseClick(squares.viewport(), Qt.MouseButton.LeftButton, pos=squares.visualRect(index).center())
    assert chosen.at(0) == [LAST]
    for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
        assert index.data(role) == "2026-11-30: 5"
    assert squares.accessibleName() == "Days of the last year"


@pytest.mark.parametrize("palette", [LIGHT, DARK, LIGHT_HIGH, DARK_HIGH])
def test_more_is_always_further_from_the_background(palette: Palette) -> None:
    found = [contrast(shade_of(level, palette), palette.background) for level in range(LEVELS)]
    assert found == sorted(found)
    assert len(set(found)) == LEVELS
    assert found[-1] >= 3


@given(st.dictionaries(st.dates(), st.decimals(0, 10**9, places=2), max_size=400))
def test_shades_follow_the_amounts(amounts: dict[date, Decimal]) -> None:
    limits = limits_of(amounts)
    levels = [(amount, level_of(amount, limits)) for amount in sorted(amounts.values())]
    assert [level for _, level in levels] == sorted(level for _, level in levels)
    assert all((level == 0) == (amount == 0) and 0 <= level < LEVELS for amount, level in levels)
    if any(amounts.values()):
        assert levels[-1][1] == LEVELS - 1


@given(st.floats(1e-6, 1e9))
def test_the_axis_has_few_round_numbers_and_holds_all(highest: float) -> None:
    ticks = ticks_to(highest)
    assert ticks[0] == 0
    assert ticks[-1] >= highest * 0.999
    assert 3 <= len(ticks) <= 6


async def test_a_plot_says_what_is_under_the_pointer(here: World) -> None:
    plot = here.show(TrendPlot(here.theme, lambda value: f"{value:g}", lambda point: f"{point.day}: {point.value}"))
    plot.show_points([], "nothing timed")
    assert not plot.grab().isNull()
    points = [TrendPoint(LAST - timedelta(days=back), back + 1.0) for back in (2, 1, 0)]
    plot.show_points(points, "nothing timed")
    QTest.mouseMove(plot, QPoint(plot.width() - 5, 50))
    before = plot.grab().toImage()
    QTest.mouseMove(plot, QPoint(60, 50))
    assert plot.grab().toImage() != before, "the day under the pointer is marked"
