"""Waits for a window's first paint, so that slow work can start after it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

LIMIT_S = 1.0
"""A window that starts minimised or on another desktop is not painted; the wait ends then."""


class _PaintWatch(QObject):
    """Sets `painted` when the widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.painted = asyncio.Event()
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.painted.set()
        return False


async def first_paint(window: QWidget) -> None:
    """Return once `window` has been painted, or after LIMIT_S."""
    watch = _PaintWatch(window)
    with suppress(TimeoutError):
        await asyncio.wait_for(watch.painted.wait(), LIMIT_S)
    window.removeEventFilter(watch)
    watch.deleteLater()
