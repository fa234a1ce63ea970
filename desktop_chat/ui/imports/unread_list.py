"""What could not be read of an export: a list that can be copied."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QLabel, QListView, QWidget

from desktop_chat.core.importing import Unread
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.import_text import unread_line
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of, row_of
from desktop_chat.ui.widgets.copy_button import CopyButton
from desktop_chat.ui.widgets.retranslation import Retranslated

_MAX_LISTED = 10_000
_ROWS = 4
"""As many are in view."""


class UnreadList(Retranslated, QWidget):
    """Hidden while there is nothing in it. All of it is copied, and as much listed as a person can look at."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._unread: list[Unread] = []
        self._frame = theme.px(10)
        self._heading = QLabel()
        self._heading.setProperty("muted", True)
        self.copy_button = CopyButton(self.text)
        self.copy_button.setAutoDefault(False)
        self._model = QStringListModel(self)
        self.view = QListView()
        self.view.setModel(self._model)
        self.view.setUniformItemSizes(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        top = row_of(self._heading, None, self.copy_button, spacing=theme.px(8))
        self.setLayout(column_of(top, self.view, spacing=theme.px(6), margins=NO_MARGINS))
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        self._show_count()
        self.copy_button.name(tr("Copy what could not be read"))
        self.view.setAccessibleName(self._heading.text())
        self._model.setStringList([unread_line(each) for each in self._unread[:_MAX_LISTED]])

    def text(self) -> str:
        """Return all of it, a line for each."""
        return "\n".join(map(unread_line, self._unread))

    def clear(self) -> None:
        """Forget all of it."""
        self._unread.clear()
        self._model.setStringList([])
        self.hide()

    def add(self, unread: Iterable[Unread]) -> None:
        """Add what could not be read."""
        first = self._model.rowCount()
        found = list(unread)
        self._unread += found
        if listed := found[: _MAX_LISTED - first]:
            self._model.insertRows(first, len(listed))
            for row, each in enumerate(listed, first):
                self._model.setData(self._model.index(row), unread_line(each))
        self._show_count()
        self.view.setFixedHeight((self.view.sizeHintForRow(0) + 1) * min(_ROWS, self._model.rowCount()) + self._frame)
        self.setVisible(bool(self._unread))

    def _show_count(self) -> None:
        self._heading.setText(tr("Not read: {count}", count=f"{len(self._unread):,}"))
        self.view.setAccessibleName(self._heading.text())
