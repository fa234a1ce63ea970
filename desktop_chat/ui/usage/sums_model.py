"""Sums of usage as a table: what was used by each model, connection, caller, origin or day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QLocale, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_chat.core.usage_ledger import UsageBy, UsageSum
from desktop_chat.core.usage_view import Measure, amount_of
from desktop_chat.ui.languages import format_date, format_short_date
from desktop_chat.ui.text import usage_text
from desktop_chat.ui.text.translation import tr

SHARE_ROLE = Qt.ItemDataRole.UserRole + 1
"""The part of the whole that a row has, from 0 to 1."""
_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_ORDER = Qt.SortOrder.DescendingOrder
_HEADER_ROLES = (Qt.ItemDataRole.DisplayRole.value, Qt.ItemDataRole.TextAlignmentRole.value)
"""Qt asks for others hundreds of times while it measures a header."""


class Column(IntEnum):
    """The columns of the table."""

    NAME = 0
    SHARE = 1
    REQUESTS = 2
    INPUT = 3
    CACHED = 4
    OUTPUT = 5
    REASONING = 6
    COST = 7
    FIRST_TOKEN = 8
    SPEED = 9


@dataclass(frozen=True, slots=True)
class _Column:
    words: Callable[[], str]
    text: Callable[[UsageSum], str]
    order: Callable[[UsageSum], Any]


class SumsModel(QAbstractTableModel):
    """The rows are sorted by a click on a column; first by share, or days by date, the last one first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._by = UsageBy.MODEL
        self._sums: list[UsageSum] = []
        self._amounts: dict[str, Decimal] = {}
        self._whole = Decimal(0)
        self._sorting = (Column.SHARE, _ORDER)

    def show_sums(self, by: UsageBy, sums: Sequence[UsageSum], measure: Measure, currency: str = "") -> None:
        """Show other rows. Their order stays unless they are of another kind."""
        self.beginResetModel()
        if by is not self._by:
            self._sorting = (Column.NAME if by is UsageBy.DAY else Column.SHARE, _ORDER)
        self._by = by
        self._amounts = {each.key: amount_of(each, measure, currency) for each in sums}
        self._whole = sum(self._amounts.values(), Decimal(0))
        self._sums = self._sorted(sums)
        self.endResetModel()

    @property
    def sorting(self) -> tuple[Column, Qt.SortOrder]:
        """The column by which the rows are sorted, and how."""
        return self._sorting

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(Column):
            return
        self.layoutAboutToBeChanged.emit()
        before, indexes = list(self._sums), self.persistentIndexList()
        self._sorting = (Column(column), order)
        self._sums = self._sorted(before)
        places = {each.key: place for place, each in enumerate(self._sums)}
        self.changePersistentIndexList(
            indexes, [self.index(places[before[index.row()].key], index.column()) for index in indexes]
        )
        self.layoutChanged.emit()

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._sums)

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in _HEADER_ROLES or orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return _NAMES[self._by]() if section == Column.NAME else _COLUMNS[Column(section)].words()

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._sums):
            return None
        found, column = self._sums[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == SHARE_ROLE:
            return self._share(found)
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole} and column is Column.NAME:
            return format_date(date.fromisoformat(found.key)) if self._by is UsageBy.DAY else self._name(found)
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return self._text(found, column)
        return None

    def _text(self, found: UsageSum, column: Column) -> str:
        if column is Column.NAME:
            return format_short_date(date.fromisoformat(found.key)) if self._by is UsageBy.DAY else self._name(found)
        if column is Column.SHARE:
            return f"{self._share(found):.0%}" if self._whole else ""
        return _COLUMNS[column].text(found)

    def _name(self, found: UsageSum) -> str:
        return usage_text.row_name(self._by, found)

    def _share(self, found: UsageSum) -> float:
        return float(self._amounts[found.key] / self._whole) if self._whole else 0.0

    def _sorted(self, sums: Sequence[UsageSum]) -> list[UsageSum]:
        column, order = self._sorting
        return sorted(sums, key=self._order_by(column), reverse=order is Qt.SortOrder.DescendingOrder)

    def _order_by(self, column: Column) -> Callable[[UsageSum], Any]:
        if column is Column.NAME:
            return (
                (lambda found: found.key) if self._by is UsageBy.DAY else (lambda found: self._name(found).casefold())
            )
        if column is Column.SHARE:
            return lambda found: (self._amounts[found.key], found.requests)
        return _COLUMNS[column].order


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column in {Column.NAME, Column.SHARE} else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


def _count(number: int) -> str:
    return QLocale().toString(number) if number else ""


def _seconds(found: UsageSum) -> str:
    return "" if found.first_token_s is None else tr("{number} s", number=f"{found.first_token_s:.2f}")


def _speed(found: UsageSum) -> str:
    return "" if found.tokens_per_s is None else f"{found.tokens_per_s:.1f}"


_COLUMNS = {
    Column.SHARE: _Column(lambda: tr("Share"), lambda _found: "", lambda _found: 0),
    Column.REQUESTS: _Column(
        lambda: tr("Requests"), lambda found: _count(found.requests), lambda found: found.requests
    ),
    Column.INPUT: _Column(
        lambda: tr("Input"), lambda found: _count(found.prompt_tokens), lambda found: found.prompt_tokens
    ),
    Column.CACHED: _Column(
        lambda: tr("Cached"), lambda found: _count(found.cached_tokens), lambda found: found.cached_tokens
    ),
    Column.OUTPUT: _Column(
        lambda: tr("Output"),
        lambda found: _count(found.completion_tokens),
        lambda found: found.completion_tokens,
    ),
    Column.REASONING: _Column(
        lambda: tr("Reasoning"),
        lambda found: _count(found.reasoning_tokens),
        lambda found: found.reasoning_tokens,
    ),
    Column.COST: _Column(
        lambda: tr("Cost"),
        lambda found: usage_text.cost_of(found) or tr("free"),
        lambda found: [(each.currency, each.amount) for each in found.costs],
    ),
    Column.FIRST_TOKEN: _Column(
        lambda: tr("First token"), _seconds, lambda found: -1 if found.first_token_s is None else found.first_token_s
    ),
    Column.SPEED: _Column(
        lambda: tr("Tokens/s"), _speed, lambda found: -1 if found.tokens_per_s is None else found.tokens_per_s
    ),
}
_NAMES: dict[UsageBy, Callable[[], str]] = {
    UsageBy.MODEL: lambda: tr("Model"),
    UsageBy.CONNECTION: lambda: tr("Connection"),
    UsageBy.CALLER: lambda: tr("Caller"),
    UsageBy.ORIGIN: lambda: tr("Origin"),
    UsageBy.DAY: lambda: tr("Day"),
}
