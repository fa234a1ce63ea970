"""An icon on its own, painted at its screen's resolution, so it stays sharp on any screen."""

from __future__ import annotations

from PySide6.QtGui import QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget


class IconView(QWidget):
    """A square of the icon's size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QIcon()

    def show_icon(self, icon: QIcon, side: int) -> None:
        """Show an icon, `side` logical pixels wide and high."""
        self._icon = icon
        self.setFixedSize(side, side)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._icon.paint(painter, self.rect())
        painter.end()
