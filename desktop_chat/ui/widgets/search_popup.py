"""A popup with a search field above a list: the focus stays in the field, arrow keys move in the list, Enter
chooses."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop_chat.ui.commands import Scope, command_of
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.widgets.announcements import announce
from desktop_chat.ui.widgets.boxes import fill
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit
from desktop_chat.ui.widgets.popup import Popup
from desktop_chat.ui.widgets.retranslation import Retranslated

_MOVES = {"row_up": -1, "row_down": 1, "rows_up": -8, "rows_down": 8}
ROW = Qt.ItemDataRole.UserRole
"""What an item stands for."""


class SearchPopup(Retranslated, Popup):
    """Subclasses fill the list with the items of `_item`, say rows in words, and handle the choice. The arrow keys pass
    over what cannot be chosen."""

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

    def rows(self) -> list[Any]:
        """Return what is listed now: what each item stands for."""
        return [_row_of(self.list.item(at)) for at in range(self.list.count())]

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
        self.list.setIconSize(QSize(px(16), px(16)))

    def _item(
        self, words: str, row: object, *, is_heading: bool = False, can_be_chosen: bool = True
    ) -> QListWidgetItem:
        """Return an item that stands for `row`."""
        item = QListWidgetItem(words)
        item.setData(ROW, row)
        if not can_be_chosen:
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        if is_heading:
            item.setFont(self.theme.meta_font(semibold=True))
        return item

    def _no_icon(self) -> QIcon:
        """Return an icon that only takes the room of one, so that all words begin at the same place."""
        blank = QPixmap(self.list.iconSize())
        blank.fill(Qt.GlobalColor.transparent)
        return QIcon(blank)

    def _row(self) -> Any:
        """Return the row that Enter chooses; None if there is none."""
        return _row_of(self.list.currentItem())

    def _move(self, by: int) -> None:
        """Select the row that is `by` choosable rows further down."""
        items = (self.list.item(at) for at in range(self.list.count()))
        choosable = [at for at, item in enumerate(items) if item.flags() & Qt.ItemFlag.ItemIsSelectable]
        if not choosable:
            return
        at = choosable.index(self.list.currentRow()) if self.list.currentRow() in choosable else -1
        at = min(len(choosable) - 1, max(0, at + by))
        self.list.setCurrentRow(choosable[at])
        if at == 0:
            self.list.scrollToTop()
        self._announce_row()

    def _announce_row(self) -> None:
        """Announce the row that Enter chooses: the focus stays in the search field, so nothing else announces it."""
        if (row := self._row()) is not None and self.isVisible():
            announce(self.search, self._spoken(row))

    def _spoken(self, row: Any) -> str:
        """Return what a screen reader says of a row."""
        raise NotImplementedError

    def _choose(self, item: QListWidgetItem | None) -> None:
        """Choose an item, if there is one that can be chosen."""
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsSelectable:
            self._take(_row_of(item))

    def _take(self, row: Any) -> None:
        """Do what choosing a row does."""
        raise NotImplementedError


def _row_of(item: QListWidgetItem | None) -> Any:
    return item.data(ROW) if item is not None else None
