"""Reads turns of the wheel with Ctrl held as steps of zoom, one for each notch, from fine wheels and touchpads, too."""

from __future__ import annotations

from PySide6.QtGui import QWheelEvent

NOTCH = 120


class ZoomWheel:
    """Keeps the parts of a notch until they make a whole one."""

    def __init__(self) -> None:
        self._turned = 0

    def steps(self, event: QWheelEvent) -> int:
        """Return how many steps larger, or smaller when negative, an event makes it."""
        turned = event.angleDelta().y()
        if self._turned * turned < 0:
            self._turned = 0
        self._turned += turned
        steps = int(self._turned / NOTCH)
        self._turned -= steps * NOTCH
        return steps
