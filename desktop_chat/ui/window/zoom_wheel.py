"""Reads turns of the wheel with Ctrl held as steps of zoom, one for each notch, from fine wheels and touchpads, too."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QWheelEvent

NOTCH = 120


class ZoomWheel(QObject):
    """Keeps the parts of a notch until they make a whole one.

    The whole window is dressed anew for a step of zoom: all notches that wait make one change.
    """

    turned = Signal(int)
    """By so many steps larger, or smaller when negative."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rest = 0
        self._steps = 0
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._tell)

    def turn(self, event: QWheelEvent) -> None:
        """Take a turn of the wheel."""
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
