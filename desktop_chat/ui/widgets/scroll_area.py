"""A scrolled page that screen readers may ask for any child at any time, and a scroll bar that keeps its room."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QScrollArea, QScrollBar


class QFrame(QScrollArea):
    """Its name makes Qt tell screen readers of it as of a frame; see `ui/transcript/plain_area.py` for why."""


class SteadyScrollBar(QScrollBar):
    """Paints nothing where nothing scrolls; shown all the time, it keeps its room, so that nothing moves for it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.maximum():
            super().paintEvent(event)
