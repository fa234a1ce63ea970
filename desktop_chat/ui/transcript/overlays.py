"""Overlays on the transcript: the notice line, and the button that jumps to the end."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.retranslation import Retranslated


class NoticeLine(QLabel):
    """Stays above the messages while they scroll; hidden while it is empty."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("muted", True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hide()

    def set_notice(self, text: str) -> None:
        """Show a text; an empty one hides the line."""
        self.setText(text)
        self.setVisible(bool(text))

    def fit(self, area: QRect, height: int, margin: int) -> None:
        """Take the place right above `area`."""
        self.setContentsMargins(margin, 0, margin, 0)
        self.setGeometry(area.left(), area.top() - height, area.width(), height)


class JumpButton(Retranslated, QPushButton):
    """Says what is new at the end. Hidden while the end is in view, so that it never covers the last footer."""

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
        """Count messages that others wrote and that were added below."""
        self._count += count
        self.retranslate()

    def note_text(self) -> None:
        """Say that text was added below."""
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
        """Hide, and start counting again."""
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
