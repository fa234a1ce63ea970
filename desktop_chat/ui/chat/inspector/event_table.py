"""The events of a stream as a table, with the whole text of the selected one below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSplitter, QTableView, QWidget

from desktop_chat.core.exchanges import TimedEvent
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.exchange_text import seconds_text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import column_of
from desktop_chat.ui.widgets.source_view import SourceView

_MAX_IN_ROW = 300
_Index = QModelIndex | QPersistentModelIndex
_TIME, _GAP, _TEXT = range(3)


class EventModel(QAbstractTableModel):
    """Time, gap and first line of each event; what is shown goes through `hide`."""

    def __init__(self) -> None:
        super().__init__()
        self.events: Sequence[TimedEvent] = ()
        self._hide: Callable[[str], str] = str

    def show_events(self, events: Sequence[TimedEvent], hide: Callable[[str], str]) -> None:
        """Show events; those that were shown before must be the first of them, or none of them is kept."""
        before = len(self.events)
        if 0 < before <= len(events) and events[before - 1] == self.events[-1]:
            if len(events) > before:
                self.beginInsertRows(QModelIndex(), before, len(events) - 1)
                self.events = events
                self.endInsertRows()
            return
        self.beginResetModel()
        self.events, self._hide = events, hide
        self.endResetModel()

    def text(self, row: int) -> str:
        """Return the whole text of an event."""
        return self._hide(self.events[row].text)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 -- Qt's own default
        return 0 if parent.isValid() else len(self.events)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 -- Qt's own default
        return 0 if parent.isValid() else 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation is Qt.Orientation.Horizontal:
            return _alignment(section)
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return (tr("Time"), tr("Gap"), tr("Event"))[section]

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        row = index.row()
        event = self.events[row]
        if index.column() == _TIME:
            return seconds_text(event.at_s)
        if index.column() == _GAP:
            gap = event.at_s - self.events[row - 1].at_s if row else 0.0
            return seconds_text(gap) if gap else ""
        return self._hide(event.text[: 4 * _MAX_IN_ROW]).replace("\n", " ⏎ ")[:_MAX_IN_ROW]


class EventTable(QWidget):
    """The table, and the event that is selected in it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = EventModel()
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(_TEXT, QHeaderView.ResizeMode.Stretch)
        self.text = SourceView(theme)
        self.table.selectionModel().currentRowChanged.connect(self._show_row)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.table)
        parts.addWidget(self.text)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        parts.setChildrenCollapsible(False)
        margin = theme.px(8)
        self.setLayout(column_of(parts, margins=(margin, margin, margin, 0)))
        self.retranslate()

    def show_events(self, events: Sequence[TimedEvent], hide: Callable[[str], str]) -> None:
        """Show the events of an exchange."""
        self.model.show_events(events, hide)
        if events and not self.table.currentIndex().isValid():
            self.table.selectRow(0)
        elif not events:
            self.text.show_text("")

    def retranslate(self) -> None:
        """Set all texts in the current language."""
        self.table.setAccessibleName(tr("Events"))
        self.text.setAccessibleName(tr("Selected event"))
        px = self._theme.px
        self.table.verticalHeader().setDefaultSectionSize(px(26))
        self.table.setColumnWidth(_TIME, px(84))
        self.table.setColumnWidth(_GAP, px(84))

    def _show_row(self, current: QModelIndex) -> None:
        self.text.show_text(self.model.text(current.row()) if current.isValid() else "")


def _alignment(column: int) -> Qt.AlignmentFlag:
    """Return how a column is aligned, its heading too: numbers to the right."""
    side = Qt.AlignmentFlag.AlignLeft if column == _TEXT else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
