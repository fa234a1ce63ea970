"""The menu of connections for a conversation, with a link to their settings."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_chat.core.entities import Connection
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.connection_text import connection_name
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.menu import Menu


class ConnectionMenu(Menu):
    """Deleted when it closes."""

    chosen = Signal(str)
    all_requested = Signal()

    def __init__(self, theme: Theme, connections: Iterable[Connection], chosen_id: str, parent: QWidget) -> None:
        super().__init__(theme, parent)
        for connection in connections:
            action = self.addAction(connection_name(connection).replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(connection.id == chosen_id)
            action.triggered.connect(partial(self._choose, connection.id))
        self.addSeparator()
        self.addAction(tr("Connections...")).triggered.connect(self.all_requested)

    def _choose(self, connection_id: str, _checked: bool = False) -> None:
        self.chosen.emit(connection_id)
