"""Lets the user tick conversations in a list that can be filtered by title."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QListView, QWidget

from desktop_chat.core.library import Library
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.conversation_title import title_of
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit
from desktop_chat.ui.widgets.retranslation import Retranslated

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class ConversationTicks(QAbstractListModel):
    """The conversations outside the trash, in the order of the sidebar, each with a tick."""

    ticked_changed = Signal()

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library
        self._ids = [each.id for each in library.shown()]
        self._shown = self._ids
        self._ticked: set[str] = set()

    @property
    def chosen(self) -> tuple[str, ...]:
        """The ids of the ticked conversations that still exist, also those that are filtered out."""
        return tuple(each for each in self._ids if each in self._ticked and each in self._library)

    def look_for(self, words: str) -> None:
        """Show the conversations whose title contains these words."""
        wanted = words.strip().casefold()
        self.beginResetModel()
        self._shown = [each for each in self._ids if wanted in self._title(each).casefold()] if wanted else self._ids
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        found = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._title(found)
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if found in self._ticked else Qt.CheckState.Unchecked
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        found = self._shown[index.row()]
        (self._ticked.add if Qt.CheckState(value) is Qt.CheckState.Checked else self._ticked.discard)(found)
        self.dataChanged.emit(index, index, [role])
        self.ticked_changed.emit()
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable if index.isValid() else Qt.ItemFlag.NoItemFlags

    def _title(self, conversation_id: str) -> str:
        return title_of(self._library[conversation_id]) if conversation_id in self._library else ""


class ConversationChoice(Retranslated, QWidget):
    """The list, and the filter above it."""

    def __init__(self, library: Library, theme: Theme) -> None:
        super().__init__()
        self.ticks = ConversationTicks(library)
        self.ticks.setParent(self)
        self.filter, self.view = ImeLineEdit(), QListView()
        self.view.setModel(self.ticks)
        self.view.setUniformItemSizes(True)
        self.view.setMinimumHeight(theme.px(180))
        self.filter.textChanged.connect(self.ticks.look_for)
        self.setLayout(column_of(self.filter, self.view, grow=(self.view,), spacing=theme.px(6), margins=NO_MARGINS))
        self.retranslate()

    def retranslate(self) -> None:
        self.filter.setPlaceholderText(tr("Filter by title"))
        self.filter.setAccessibleName(tr("Filter by title"))
        self.view.setAccessibleName(tr("Conversations"))
