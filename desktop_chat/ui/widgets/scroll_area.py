"""Scroll areas whose children screen readers may ask for at any time, and a scroll bar that keeps its room."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QScrollArea, QScrollBar


class _FrameToReaders:
    """Makes Qt present the classes right below it to screen readers as frames: it decides that by a class's name.

    As a scroll area, its children would be counted again whenever its bars come and go, and a child beyond the new
    count is read from invalid memory: a reader that asks while a tab is hidden ends the process. As a frame, its
    children are all widgets in it, and a missing one is simply not found.
    """

    def __init_subclass__(cls) -> None:
        if _FrameToReaders in cls.__bases__:
            cls.__name__ = "QFrame"  # PySide reads it after this


class ScrollArea(_FrameToReaders, QScrollArea):
    """A page that scrolls."""


class PlainScrollArea(_FrameToReaders, QAbstractScrollArea):
    """An area that scrolls what it paints."""


class SteadyScrollBar(QScrollBar):
    """Paints nothing where nothing scrolls; shown all the time, it keeps its room, so that nothing moves for it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.maximum():
            super().paintEvent(event)
