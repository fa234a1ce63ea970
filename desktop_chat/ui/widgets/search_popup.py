"""A popup with a search field above a list: the focus stays in the field, arrow keys move in the list, Enter
chooses."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop_chat.ui.commands import Scope, command_of
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.widgets.boxes import fill
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit
from desktop_chat.ui.widgets.popup import Popup
from desktop_chat.ui.widgets.retranslation import Retranslated

_MOVES = {"row_up": -1, "row_down": 1, "rows_up": -8, "rows_down": 8}


class SearchPopup(Retranslated, Popup):
    """Subclasses fill the list and handle the choice."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.search = ImeLineEdit()
        self.search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setProperty("flat", True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._choose)
        self.column = fill(QVBoxLayout(self), self.search, self.list, grow=(self.list,))
        self._fit()
        theme.changed.connect(self._fit)
        self.closed.connect(self.search.clear)  # not on opening: Orca skips the focus after a caret move

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and not self.search.composing:
            command = command_of(event, Scope.LIST)
            if command in _MOVES:
                self._move(_MOVES[command])
                return True
            if command == "choose":
                self._choose(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

    def _name(self, listed: str, searched: str) -> None:
        """Set the accessible names of the list and the search field."""
        self.setAccessibleName(listed)
        self.list.setAccessibleName(listed)
        self.search.setAccessibleName(searched)
        self.search.setPlaceholderText(searched)

    def _fit(self) -> None:
        px = self.theme.px
        self.column.setContentsMargins(px(10), px(10), px(10), px(8))
        self.column.setSpacing(px(8))

    def _move(self, by: int) -> None:
        """Move the selection by `by` rows."""
        raise NotImplementedError

    def _choose(self, item: QListWidgetItem | None) -> None:
        """Choose a row; None if there is none."""
        raise NotImplementedError
