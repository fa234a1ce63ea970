"""The keyboard shortcuts page, generated from the command table."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QWidget

from desktop_chat.ui.commands import help_lines
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.screen_geometry import resize_on_screen
from desktop_chat.ui.widgets.scroll_area import ScrollArea


class ShortcutsDialog(Retranslated, QDialog):
    """Two columns: commands and their keys."""

    def __init__(self, theme: Theme, send_key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._send_key = send_key
        self._area = ScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayout(column_of(self._area, margins=NO_MARGINS))
        self.retranslate()
        theme.changed.connect(self.retranslate)
        resize_on_screen(self, QSize(theme.px(640), theme.px(600)))

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self._area.setAccessibleName(tr("Keyboard shortcuts"))
        self._area.setWidget(self._page())

    def _page(self) -> QWidget:
        px = self._theme.px
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(px(28), px(24), px(28), px(24))
        grid.setHorizontalSpacing(px(24))
        grid.setVerticalSpacing(px(8))
        grid.setColumnStretch(0, 1)
        for group, lines in help_lines(self._send_key):
            if grid.rowCount() > 1:
                grid.setRowMinimumHeight(grid.rowCount(), px(12))
            heading = QLabel(group)
            heading.setProperty("heading", 3)
            grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
            for words, keys in lines:
                self._add(grid, words, keys).setBuddy(heading)  # a label without a buddy would be read out on opening
        grid.setRowStretch(grid.rowCount(), 1)
        return page

    def _add(self, grid: QGridLayout, words: str, keys: list[str]) -> QLabel:
        """Add a line, and return the label of its keys."""
        label = QLabel("    ".join(keys))
        label.setProperty("muted", True)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        name = QLabel(words)
        name.setWordWrap(True)
        name.setAccessibleName(tr("{name}: {words}", name=words, words=", ".join(keys)))
        if QAccessible.isActive():  # lets screen reader users move through the lines with Tab
            name.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = grid.rowCount()
        grid.addWidget(name, row, 0)
        grid.addWidget(label, row, 1)
        return label
