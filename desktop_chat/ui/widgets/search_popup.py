"""A popup with a list and a search above it: the focus stays in the search, arrows walk the list, Enter chooses."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from desktop_chat.ui.commands import Scope, command_of
from desktop_chat.ui.retranslation import Retranslated
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit
from desktop_chat.ui.widgets.popup import Popup

_MOVES = {"row_up": -1, "row_down": 1, "rows_up": -8, "rows_down": 8}


class SearchPopup(Retranslated, Popup):
    """Subclasses fill the list and say what is chosen."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.search = ImeLineEdit()
        self.search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setProperty("flat", True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._choose)
        self.closed.connect(self.search.clear)  # not on opening: behind a caret that moves, Orca says no focus

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

    def _move(self, by: int) -> None:
        """Go on by so many rows."""
        raise NotImplementedError

    def _choose(self, item: QListWidgetItem | None) -> None:
        """Take a row; None is no row."""
        raise NotImplementedError
