"""Prices and context windows as a table: the user's own first, then the shipped ones."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QLocale, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_chat.core.prices import Price, PriceEntry
from desktop_chat.ui.text.translation import tr

_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class PriceColumn(IntEnum):
    """The columns of the table."""

    MODEL = 0
    HOST = 1
    INPUT = 2
    CACHED = 3
    OUTPUT = 4
    WINDOW = 5


class PricesModel(QAbstractTableModel):
    """Shows the entries that contain all words of a query, in their model, host or currency."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._own: tuple[PriceEntry, ...] = ()
        self._shipped: tuple[PriceEntry, ...] = ()
        self._words: list[str] = []
        self._rows: list[PriceEntry] = []
        self._own_rows = 0

    def show_entries(self, own: tuple[PriceEntry, ...], shipped: tuple[PriceEntry, ...]) -> None:
        """Show other entries."""
        self._own, self._shipped = own, shipped
        self._filter()

    def search(self, query: str) -> None:
        """Show only what contains these words."""
        self._words = query.casefold().split()
        self._filter()

    def entry(self, row: int) -> PriceEntry | None:
        """Return the entry of a row; None if there is no such row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def is_own(self, row: int) -> bool:
        """Return whether a row is an entry of the user's own."""
        return row < self._own_rows

    def row_of(self, entry: PriceEntry) -> int:
        """Return the row of an entry; -1 if it is not shown."""
        return self._rows.index(entry) if entry in self._rows else -1

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(PriceColumn)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(PriceColumn):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return _names()[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry(index.row()) if index.isValid() else None
        if entry is None:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return _cell(entry, PriceColumn(index.column()))
        return source_of(entry, is_own=self.is_own(index.row())) if role == Qt.ItemDataRole.ToolTipRole else None

    def _filter(self) -> None:
        self.beginResetModel()
        own = [entry for entry in self._own if self._fits(entry)]
        self._own_rows = len(own)
        self._rows = [*own, *(entry for entry in self._shipped if self._fits(entry))]
        self.endResetModel()

    def _fits(self, entry: PriceEntry) -> bool:
        currency = entry.price.currency if entry.price is not None else ""
        text = f"{entry.model} {entry.host} {currency}".casefold()
        return all(word in text for word in self._words)


def source_of(entry: PriceEntry, *, is_own: bool) -> str:
    """Return where a price comes from."""
    if is_own or entry.price is None:
        return tr("Your own entry")
    return tr("From {source}, read on {date}", source=entry.price.source, date=entry.read)


def _cell(entry: PriceEntry, column: PriceColumn) -> str:
    if column is PriceColumn.MODEL:
        return entry.model
    if column is PriceColumn.HOST:
        return entry.host or tr("every host")
    if column is PriceColumn.WINDOW:
        return QLocale().toString(entry.window) if entry.window else ""
    return "" if entry.price is None else _price_cell(entry.price, column)


def _price_cell(price: Price, column: PriceColumn) -> str:
    if column is PriceColumn.INPUT:  # the others are in the same currency
        return tr("free") if price.is_free else f"{price.input:f} {price.currency}"
    value = price.cached_input if column is PriceColumn.CACHED else price.output
    return "" if value is None or price.is_free else f"{value:f}"


def _alignment(column: int) -> Qt.AlignmentFlag:
    is_text = column in {PriceColumn.MODEL, PriceColumn.HOST}
    side = Qt.AlignmentFlag.AlignLeft if is_text else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


def _names() -> tuple[str, ...]:
    return (tr("Model"), tr("Host"), tr("Input"), tr("Cached"), tr("Output"), tr("Context"))
