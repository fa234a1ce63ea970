"""A line above the messages that stays in view while they scroll."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel, QWidget


class NoticeLine(QLabel):
    """Hidden while it has nothing to say."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("muted", True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hide()

    def say(self, text: str) -> None:
        """Show a text; an empty one hides the line."""
        self.setText(text)
        self.setVisible(bool(text))

    def fit(self, area: QRect, height: int, margin: int) -> None:
        """Stand right above `area`."""
        self.setContentsMargins(margin, 0, margin, 0)
        self.setGeometry(area.left(), area.top() - height, area.width(), height)
