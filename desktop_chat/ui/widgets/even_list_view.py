"""A list view for tens of thousands of rows of one height. QListView lays out each row again whenever any row comes or
goes, which with 20,000 rows takes milliseconds; here, where a row is follows from its number."""

from __future__ import annotations

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyleOptionViewItem, QWidget

Index = QModelIndex | QPersistentModelIndex
_Action = QAbstractItemView.CursorAction


class EvenListView(QListView):
    """Behaves like a QListView with `uniformItemSizes`, one column, a single selection, no horizontal scroll bar and
    scrolling by pixels. The delegate is asked for one row's height in each layout, and paints a row from its rectangle
    and index alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row_height = self._height = 0
        """Of one row, and of all that were there in the last layout. The former is 0 once rows have come or gone since:
        where the rows are is then known only after the next layout, which waits while rows are being removed."""
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def doItemsLayout(self) -> None:
        self._row_height = self._measure()
        self._height = self._rows() * self._row_height
        QAbstractItemView.doItemsLayout(self)  # not that of QListView, which visits each row

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        self._row_height = 0
        super().rowsInserted(parent, start, end)

    def rowsAboutToBeRemoved(self, parent: Index, start: int, end: int) -> None:
        super().rowsAboutToBeRemoved(parent, start, end)
        self._row_height = 0

    def visualRect(self, index: Index) -> QRect:
        self.executeDelayedItemsLayout()
        if not index.isValid() or not self._row_height:
            return QRect()
        top = index.row() * self._row_height - self.verticalOffset()
        return QRect(0, top, self.viewport().width(), self._row_height)

    def indexAt(self, place: QPoint) -> QModelIndex:
        self.executeDelayedItemsLayout()
        is_beside = not 0 <= place.x() < self.viewport().width()
        return QModelIndex() if is_beside else self._index_of_row(self._row_at(place.y()))

    def moveCursor(self, action: _Action, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        self.executeDelayedItemsLayout()
        if self._row_height >= self.viewport().height():
            action = {_Action.MovePageUp: _Action.MoveUp, _Action.MovePageDown: _Action.MoveDown}.get(action, action)
        current = self.currentIndex()
        row = self._row_for(action, current.row()) if current.isValid() else None
        return super().moveCursor(action, modifiers) if row is None else self._index_of_row(row)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        index = self.indexAt(rect.topLeft())
        if index.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.selectionModel().select(index, command)
        else:
            self.selectionModel().select(QItemSelection(), command)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)  # scrolls nothing, since it knows of no rows, but ends a scroll that waits
        self.viewport().scroll(dx, dy)

    def updateGeometries(self) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(height)
        bar.setRange(0, max(self._height - height, 0))
        QAbstractItemView.updateGeometries(self)
        self.setViewportMargins(0, 0, 0, 0)  # places the viewport beside the scroll bar now, not in a later turn

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QPainter(self.viewport()), QStyleOptionViewItem()
        self.initViewItemOption(option)
        last = min(self._row_at(event.rect().bottom()), self._rows() - 1)
        for row in range(max(self._row_at(event.rect().top()), 0), last + 1):
            index = self._index_of_row(row)
            option.rect = self.visualRect(index)
            self.itemDelegateForIndex(index).paint(painter, option, index)

    def _row_for(self, action: _Action, row: int) -> int | None:
        """Return where the cursor goes from a row; None where QListView needs no layout to know it."""
        height = self.viewport().height()
        match action:
            case _Action.MoveLeft | _Action.MoveRight:
                return row
            case _Action.MovePageUp:
                bottom = (row + 1) * self._row_height - 1
                return max((bottom - height) // self._row_height + 1, 0)
            case _Action.MovePageDown:
                return min(row + height // self._row_height, self._rows()) - 1
            case _Action.MoveEnd:
                return self._rows() - 1
        return None

    def _measure(self) -> int:
        """Return the height of a row; 0 if there is none."""
        rows = self._rows()
        if not rows:
            return 0
        option, last = QStyleOptionViewItem(), self._index_of_row(rows - 1)
        self.initViewItemOption(option)
        return max(self.itemDelegateForIndex(last).sizeHint(option, last).height(), 1)

    def _rows(self) -> int:
        return self.model().rowCount() if self.model() is not None else 0

    def _row_at(self, y: int) -> int:
        """Return which row is, or would be, at a place in the viewport; -1 if there are none."""
        return (y + self.verticalOffset()) // self._row_height if self._row_height else -1

    def _index_of_row(self, row: int) -> QModelIndex:
        return self.model().index(row, 0) if 0 <= row < self._rows() else QModelIndex()
