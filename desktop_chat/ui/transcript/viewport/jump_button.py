"""The button that takes a reader back to the end, and says what is new there."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.retranslation import Retranslated


class JumpButton(Retranslated, QPushButton):
    """Hidden while the end is in view, so that it never stands on the last message's footer."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._count = 0
        self._grown = False
        self._area = QRect()
        self.setIcon(icon("arrow-down"))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self.retranslate()

    def note_messages(self, count: int) -> None:
        """Count messages that others wrote and that came below."""
        self._count += count
        self.retranslate()

    def note_text(self) -> None:
        """Say that text came below."""
        if not self._grown:
            self._grown = True
            self.retranslate()

    def show_in(self, area: QRect) -> None:
        """Appear in the middle of the lower edge of an area, and stay in the middle when the words change."""
        self._area = QRect(area)
        self._centre()
        self.show()
        self.raise_()

    def leave(self) -> None:
        """Hide, and begin to count anew."""
        if self.isHidden() and not self._count and not self._grown:
            return
        self._count, self._grown = 0, False
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        if self._count:
            self.setText(tr("%n new message(s)", n=self._count))
        else:
            self.setText(tr("New text") if self._grown else tr("Latest"))
        self.setAccessibleName(tr("Jump to latest"))
        self._centre()

    def _centre(self) -> None:
        self.adjustSize()
        left = self._area.left() + (self._area.width() - self.width()) // 2
        self.move(left, self._area.bottom() + 1 - self.height() - self._theme.px(12))
