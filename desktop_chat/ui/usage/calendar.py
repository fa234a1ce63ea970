"""A year at a glance: one square for each day, one column for each week, the darker the more was used.

It is a table to Qt, so arrow keys, tooltips and screen readers work as in any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QSizePolicy,
    QTableView,
    QWidget,
)

from desktop_chat.ui.style.palette import Palette, mixed
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.retranslation import Retranslated

WEEKS = 53
LEVELS = 5
"""Shades, the first for days without use."""
_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_SHARES = (0.0, 0.28, 0.5, 0.74, 1.0)
"""How much of the accent colour each shade has."""


class DayModel(QAbstractTableModel):
    """The days of the last 53 weeks: a column for each week, a row for each day of it. Days to come are empty."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._first = date.min
        self._last = date.min
        self._levels: list[list[int]] = []
        self._words: Callable[[date], str] = str

    def show_days(self, last: date, amounts: Mapping[date, Decimal], words: Callable[[date], str]) -> None:
        """Show the year up to `last`. `amounts` are what the shades stand for, `words` say what a day was."""
        week_begin = QLocale().firstDayOfWeek().value  # 1 is Monday, as in isoweekday
        self.beginResetModel()
        self._last = last
        self._first = last - timedelta(days=(last.isoweekday() - week_begin) % 7, weeks=WEEKS - 1)
        limits, nothing = limits_of(amounts), Decimal(0)
        days = (last - self._first).days + 1
        shades = [level_of(amounts.get(self._first + timedelta(days=day), nothing), limits) for day in range(days)]
        self._levels = [shades[start : start + 7] for start in range(0, days, 7)]
        self._words = words
        self.endResetModel()

    def day_at(self, index: _Index) -> date | None:
        """Return the day of a square; None for those to come."""
        if not index.isValid() or self._last == date.min:
            return None
        day = self._first + timedelta(weeks=index.column(), days=index.row())
        return day if day <= self._last else None

    def index_of(self, day: date) -> QModelIndex:
        """Return the square of a day."""
        days = (day - self._first).days
        return self.index(days % 7, days // 7) if self._first <= day <= self._last else QModelIndex()

    def levels(self, column: int) -> list[int]:
        """Return the shades of the days of a week, without those to come."""
        return self._levels[column] if column < len(self._levels) else []

    def month_columns(self) -> list[tuple[int, date]]:
        """Return the columns in which a month begins, and a day of it; the first only if two more weeks follow."""
        if self._last == date.min:
            return []
        weeks = [self._first + timedelta(weeks=column) for column in range(WEEKS)]
        begins = [(at, day) for at, day in enumerate(weeks) if not at or day.month != weeks[at - 1].month]
        return [
            pair
            for pair, after in zip(begins, [*begins[1:], (WEEKS, self._last)], strict=True)
            if after[0] - pair[0] > 2
        ]

    def weekday_of(self, row: int) -> int:
        """Return the number of a row's day in the week; 1 is Monday."""
        return (self._first + timedelta(days=row)).isoweekday() if self._last != date.min else row + 1

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else 7

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else WEEKS

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.NoItemFlags if self.day_at(index) is None else super().flags(index)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or self._last == date.min:
            return None
        if orientation is Qt.Orientation.Vertical:
            return QLocale().dayName(self.weekday_of(section))
        return QLocale().monthName((self._first + timedelta(weeks=section)).month)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        day = self.day_at(index)
        if day is None:
            return None
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return self._words(day)
        return None


class Squares(QTableView):
    """The squares. A click or Enter chooses a day."""

    chosen = Signal(object)
    """A day."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.days = DayModel(self)
        self.setModel(self.days)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("flat", True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
            header.setMinimumSectionSize(1)
        self.activated.connect(self._choose)
        self.clicked.connect(self._choose)

    def set_side(self, side: int) -> None:
        """Set the distance from one square to the next, in pixels."""
        self.horizontalHeader().setDefaultSectionSize(side)
        self.verticalHeader().setDefaultSectionSize(side)

    def show_days(self, last: date, amounts: Mapping[date, Decimal], words: Callable[[date], str]) -> None:
        """Show other days; the current one stays, initially the last."""
        current = self.days.day_at(self.currentIndex()) or last
        self.days.show_days(last, amounts, words)
        found = self.days.index_of(current)
        index = found if found.isValid() else self.days.index_of(last)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint each shade once and copy it: hundreds of rounded squares would take longer than a frame."""
        side, ratio = self.verticalHeader().defaultSectionSize(), self.devicePixelRatioF()
        shades = [self._drawn(level, side, ratio) for level in range(LEVELS)]
        painter = QPainter(self.viewport())
        for column in range(event.rect().left() // side, event.rect().right() // side + 1):
            for row, level in enumerate(self.days.levels(column)):
                painter.drawPixmap(column * side, row * side, shades[level])
        if self.hasFocus() and self.currentIndex().isValid():
            square = square_in(QRectF(self.visualRect(self.currentIndex())))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._theme.palette.text), 2))
            painter.drawRoundedRect(square, square.width() / 5, square.width() / 5)
        painter.end()

    def _drawn(self, level: int, side: int, ratio: float) -> QPixmap:
        shade = QPixmap(round(side * ratio), round(side * ratio))
        shade.setDevicePixelRatio(ratio)
        shade.fill(Qt.GlobalColor.transparent)
        painter = QPainter(shade)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_shade(painter, square_in(QRectF(0, 0, side, side)), level, self._theme.palette)
        painter.end()
        return shade

    def _choose(self, index: QModelIndex) -> None:
        day = self.days.day_at(index)
        if day is not None:
            self.chosen.emit(day)


class Calendar(Retranslated, QWidget):
    """The squares with the names of months and weekdays, and what the shades mean."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.squares = Squares(theme, self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._arrange)
        self.retranslate()

    def retranslate(self) -> None:
        self.squares.setAccessibleName(tr("Days of the last year"))
        self._arrange()

    def show_days(self, last: date, amounts: Mapping[date, Decimal], words: Callable[[date], str]) -> None:
        """Show the year up to a day."""
        self.squares.show_days(last, amounts, words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._left + WEEKS * self._side, self._top * 2 + self._side * 7 + self._theme.px(10))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._left + WEEKS * 6, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._theme.meta_font())
        painter.setPen(QColor(self._theme.palette.muted))
        locale, metrics = QLocale(), painter.fontMetrics()
        for column, day in self.squares.days.month_columns():
            name = locale.standaloneMonthName(day.month, QLocale.FormatType.ShortFormat)
            painter.drawText(self._left + column * self._side, metrics.ascent(), name)
        for row in (1, 3, 5):
            name = locale.standaloneDayName(self.squares.days.weekday_of(row), QLocale.FormatType.ShortFormat)
            place = QRect(0, self._top + row * self._side, self._left - self._theme.px(6), self._side)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | _ANY_HEIGHT, name)
        self._paint_legend(painter)
        painter.end()

    def _paint_legend(self, painter: QPainter) -> None:
        less, more, gap, side = tr("Less"), tr("More"), self._theme.px(6), min(self._side, self._theme.px(14))
        metrics = painter.fontMetrics()
        right = self._left + WEEKS * self._side
        line = QRect(0, self.height() - self._top, right, self._top)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, more)
        x = right - metrics.horizontalAdvance(more) - gap - LEVELS * side
        painter.drawText(
            line.adjusted(0, 0, x - gap - right, 0), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, less
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for level in range(LEVELS):
            square = QRectF(x + level * side + 1, line.center().y() - side / 2 + 1, side - 2, side - 2)
            paint_shade(painter, square, level, self._theme.palette)

    def _arrange(self) -> None:
        metrics = self.fontMetrics()
        names = (QLocale().standaloneDayName(day, QLocale.FormatType.ShortFormat) for day in range(1, 8))
        self._left = max(map(metrics.horizontalAdvance, names)) + self._theme.px(8)
        self._top = metrics.height() + self._theme.px(4)
        self._side = max(6, min(self._theme.px(20), (self.width() - self._left) // WEEKS))
        self.squares.set_side(self._side)
        self.squares.setGeometry(self._left, self._top, self._side * WEEKS + 1, self._side * 7 + 1)
        self.setFixedHeight(self.sizeHint().height())
        self.update()


_ANY_HEIGHT = Qt.TextFlag.TextDontClip


def square_in(cell: QRectF) -> QRectF:
    """Return a day's square in its cell: without the gap to the next one."""
    gap = min(1.5, cell.width() / 8)
    return cell.adjusted(gap, gap, -gap, -gap)


def paint_shade(painter: QPainter, square: QRectF, level: int, palette: Palette) -> None:
    """Paint a day's square."""
    painter.setPen(QPen(QColor(palette.border), 1) if palette.high or level == 0 else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(shade_of(level, palette)))
    painter.drawRoundedRect(square, square.width() / 5, square.width() / 5)


def shade_of(level: int, palette: Palette) -> str:
    """Return the colour of a level, from 0 to LEVELS - 1."""
    return (
        palette.hover if level == 0 and not palette.high else mixed(palette.background, palette.accent, _SHARES[level])
    )


def limits_of(amounts: Mapping[date, Decimal]) -> tuple[Decimal, ...]:
    """Return above which amounts the second to last shades begin: a quarter of the days with use in each."""
    found = sorted(amount for amount in amounts.values() if amount > 0)
    return tuple(found[len(found) * part // (LEVELS - 1)] for part in range(1, LEVELS - 1)) if found else ()


def level_of(amount: Decimal, limits: tuple[Decimal, ...]) -> int:
    """Return a day's shade: 0 only for days without use."""
    return 0 if amount <= 0 else 1 + sum(amount >= limit for limit in limits)
