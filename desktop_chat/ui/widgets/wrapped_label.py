"""A multi-line label that is never cut off: it requests the height that its text needs at its width."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget


class WrappedLabel(QLabel):
    """Wrapping plain text. Nested layouts ignore heights that depend on the width, but they respect a minimum
    height."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._update_minimum_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._update_minimum_height()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._update_minimum_height()

    def _update_minimum_height(self) -> None:
        self.setMinimumHeight(0)  # heightForWidth is never less than the minimum
        self.setMinimumHeight(max(0, self.heightForWidth(self.width())))
