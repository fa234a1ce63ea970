"""Scroll areas that are safe for screen readers, and a scroll bar that keeps its space."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QScrollArea, QScrollBar


class _FrameToReaders:
    """Makes Qt expose direct subclasses to screen readers as frames, which it decides by class name.

    As a scroll area, the children are recounted whenever scroll bars come and go, and a child beyond the new count is
    read from invalid memory: a screen reader querying a hidden tab crashes the process. As a frame, all child widgets
    are counted, and a missing one is simply not found.
    """

    def __init_subclass__(cls) -> None:
        if _FrameToReaders in cls.__bases__:
            cls.__name__ = "QFrame"  # PySide reads the name after this


class ScrollArea(_FrameToReaders, QScrollArea):
    """A scrolling page."""


class PlainScrollArea(_FrameToReaders, QAbstractScrollArea):
    """A scrolling area that paints its own content."""


class SteadyScrollBar(QScrollBar):
    """Always takes up its space, so that nothing moves, but paints nothing when there is nothing to scroll."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.maximum():
            super().paintEvent(event)
