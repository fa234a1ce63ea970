"""The button that takes a reader back to the end, and says what is new there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_chat.ui.i18n import tr
from desktop_chat.ui.icons import icon
from desktop_chat.ui.theme import Theme


class JumpButton(QPushButton):
    """Hidden while the end is in view."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._count = 0
        self._grown = False
        self.setIcon(icon("arrow-down"))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self.retranslate()

    def note_message(self) -> None:
        """Count a message that came below."""
        self._count += 1
        self.retranslate()

    def note_text(self) -> None:
        """Say that text came below."""
        if not self._grown:
            self._grown = True
            self.retranslate()

    def show_in(self, area: QRect) -> None:
        """Appear in the middle of the lower edge of an area."""
        self.adjustSize()
        left = area.left() + (area.width() - self.width()) // 2
        self.move(left, area.bottom() + 1 - self.height() - self._theme.px(12))
        self.show()
        self.raise_()

    def leave(self) -> None:
        """Hide, and begin to count anew."""
        self._count, self._grown = 0, False
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        if self._count:
            self.setText(tr("%n new message(s)", n=self._count))
        else:
            self.setText(tr("New text") if self._grown else tr("Latest"))
        self.setAccessibleName(tr("Jump to latest"))
        self.adjustSize()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
