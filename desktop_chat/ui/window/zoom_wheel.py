"""Turns Ctrl+wheel into zoom steps, one per notch, also for high-resolution wheels and touchpads."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QWheelEvent

NOTCH = 120


class ZoomWheel(QObject):
    """Adds up partial notches.

    A zoom step restyles the whole window, so all pending notches are applied at once.
    """

    turned = Signal(int)
    """Number of steps to zoom in, or out if negative."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rest = 0
        self._steps = 0
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._tell)

    def turn(self, event: QWheelEvent) -> None:
        """Handle a wheel event."""
        units = event.angleDelta().y()
        if self._rest * units < 0:
            self._rest = 0
        self._rest += units
        steps = int(self._rest / NOTCH)
        self._rest -= steps * NOTCH
        self._steps += steps
        if self._steps:
            self._soon.start()

    def _tell(self) -> None:
        steps, self._steps = self._steps, 0
        if steps:
            self.turned.emit(steps)
