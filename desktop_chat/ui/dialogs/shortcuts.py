"""Every shortcut on one page, from the same table that makes them work."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget

from desktop_chat.ui.shortcut_text import shortcut_text
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.screen_geometry import resize_on_screen
from desktop_chat.ui.widgets.scroll_area import ScrollArea
from desktop_chat.ui.window.actions import Command, commands


class ShortcutsDialog(QDialog):
    """Two columns: what is done, and the keys for it."""

    def __init__(self, theme: Theme, send_key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._send_key = send_key
        self._area = ScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._area)
        self.retranslate()
        theme.changed.connect(self.retranslate)
        resize_on_screen(self, QSize(theme.px(560), theme.px(600)))

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self._area.setAccessibleName(tr("Keyboard shortcuts"))
        self._area.setWidget(self._page())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _page(self) -> QWidget:
        px = self._theme.px
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(px(28), px(24), px(28), px(24))
        grid.setHorizontalSpacing(px(24))
        grid.setVerticalSpacing(px(8))
        grid.setColumnStretch(0, 1)
        group, heading = "", QLabel()
        for command in (known for known in commands(self._send_key) if known.shortcuts):
            if command.group != group:
                if group:
                    grid.setRowMinimumHeight(grid.rowCount(), px(12))
                group = command.group
                heading = QLabel(group)
                heading.setProperty("heading", 3)
                grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
            self._add(grid, command).setBuddy(heading)  # a label of nothing would be read out on opening
        grid.setRowStretch(grid.rowCount(), 1)
        return page

    def _add(self, grid: QGridLayout, command: Command) -> QLabel:
        """Add a line, and return the label of its keys."""
        shortcuts = [shortcut_text(shortcut) for shortcut in command.shortcuts]
        keys = QLabel("    ".join(shortcuts))
        keys.setProperty("muted", True)
        keys.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        name = QLabel(command.text)
        name.setAccessibleName(tr("{name}: {words}", name=command.text, words=", ".join(shortcuts)))
        if QAccessible.isActive():  # for those who cannot see the page: Tab goes through its lines
            name.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = grid.rowCount()
        grid.addWidget(name, row, 0)
        grid.addWidget(keys, row, 1)
        return keys
