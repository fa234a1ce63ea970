"""A small window that belongs to a button: opens beside it, closes with Escape or a press elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainterPath, QRegion, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop_chat.ui.theme import Theme

GAP = 6


class Popup(QFrame):
    """Shown with ``open_at``; hidden rather than deleted, so that it opens as it was."""

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.theme = theme
        self.setProperty("card", "outline")

    def open_at(self, anchor: QWidget) -> None:
        """Show above ``anchor`` where there is room, else below; always wholly on the screen and beside the button."""
        self.adjustSize()
        self.move(_place(self.rect(), anchor, self.theme.px(GAP)))
        self.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            event.accept()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the corners: not every screen can show a window through them."""
        super().resizeEvent(event)
        path = QPainterPath()
        radius = self.theme.px(12)
        path.addRoundedRect(QRectF(self.rect()), radius, radius)
        self.setMask(QRegion(path.toFillPolygon().toPolygon()))


def _place(size: QRect, anchor: QWidget, gap: int) -> QPoint:
    free = anchor.screen().availableGeometry()
    corner = anchor.mapToGlobal(QPoint(0, 0))
    above, below = corner.y() - gap - size.height(), corner.y() + anchor.height() + gap
    fits_above = above >= free.top()
    y = above if fits_above else min(below, free.bottom() - size.height())
    x = min(corner.x(), free.right() - size.width())
    return QPoint(max(free.left(), x), max(free.top(), y))
