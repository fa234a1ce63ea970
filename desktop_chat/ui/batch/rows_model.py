"""The rows of a batch as a table, failures first. It follows the batch a few times a second, however many rows end."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_chat.core.batch_order import BatchOrder
from desktop_chat.core.batch_port import Batch
from desktop_chat.ui.text.batch_text import row_problem, row_state
from desktop_chat.ui.text.translation import tr

_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
ID, STATE, TOKENS, SECONDS = range(4)
_SIDES = tuple(
    side | Qt.AlignmentFlag.AlignVCenter for side in (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)
)
"""Text stands on the left, numbers on the right."""


class BatchRowsModel(QAbstractTableModel):
    """Id, state, tokens and time of each row. `refresh` shows what has changed since the last call."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._batch: Batch | None = None
        self._ids: list[str] = []
        self._order = BatchOrder(0)

    def show_batch(self, batch: Batch) -> None:
        """Show the rows of a batch."""
        self.beginResetModel()
        self._batch, self._ids = batch, list(batch.ids())
        self._order = batch.progress.order()
        self.endResetModel()

    def refresh(self) -> None:
        """Put the rows into their order again, and repaint those in view."""
        if self._batch is None:
            return
        order = self._batch.progress.order()
        if order != self._order:
            self.layoutAboutToBeChanged.emit()
            before = self.persistentIndexList()
            after = [self.index(order.place_of(self._order.row_at(old.row())), old.column()) for old in before]
            self._order = order
            self.changePersistentIndexList(before, after)
            self.layoutChanged.emit()
        elif len(order):
            self.dataChanged.emit(self.index(0, STATE), self.index(len(order) - 1, SECONDS))

    def retranslate(self) -> None:
        """Have the texts read again."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, ID, SECONDS)
        if len(self._order):
            self.dataChanged.emit(self.index(0, STATE), self.index(len(self._order) - 1, STATE))

    def row_at(self, place: int) -> int:
        """Return the number of the row at a place in the table."""
        return self._order.row_at(place)

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation is Qt.Orientation.Horizontal:
            return _SIDES[section >= TOKENS]
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return (tr("Row"), tr("State"), tr("Tokens"), tr("Seconds"))[section]

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._batch is None or not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() >= TOKENS:
            return _SIDES[True]
        is_shown = role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}
        return self._text(self._batch, self._order.row_at(index.row()), index.column()) if is_shown else None

    def _text(self, batch: Batch, number: int, column: int) -> str:
        row = batch.progress.rows[number]
        if column == ID:
            return self._ids[number]
        if column == TOKENS:
            return f"{row.tokens:,}" if row.tokens else ""
        if column == SECONDS:
            return f"{row.seconds:.1f}" if row.seconds else ""
        words = row_state(row.state)
        return tr("{state}: {problem}", state=words, problem=row_problem(row.code)) if row.code else words
