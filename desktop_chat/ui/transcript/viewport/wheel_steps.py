"""Reads what a turn of the wheel or a touchpad asks for, in pixels, whatever sent it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication, QInputDevice, QWheelEvent
from PySide6.QtWidgets import QApplication

NOTCH = 120
"""What one notch of a plain wheel sends; finer wheels send parts of it."""


@dataclass(frozen=True, slots=True)
class Way:
    """How far to go, in pixels."""

    across: float
    down: float
    glides: bool
    """It is a step; else the fingers, or what their swing left, already move evenly."""


class WheelSteps:
    """Keeps the parts of a pixel until they make a whole one."""

    def __init__(self) -> None:
        self._rest = 0.0

    def read(self, event: QWheelEvent, pitch: int, page: int) -> Way:
        """Return how far to go at lines of `pitch` pixels, and pages where the system wants the wheel to turn them."""
        pixels = QPointF(event.pixelDelta())
        if not pixels.isNull() and QGuiApplication.platformName() != "xcb":  # a wheel sends pixels there, few and wrong
            return Way(-pixels.x(), -pixels.y(), glides=False)
        lines = QApplication.wheelScrollLines()
        notch = page if lines < 0 else pitch * lines
        turned = QPointF(event.angleDelta()) * (notch / NOTCH)
        is_touched = event.device() is not None and event.device().type() is QInputDevice.DeviceType.TouchPad
        return Way(-turned.x(), -turned.y(), glides=not is_touched and event.phase() is Qt.ScrollPhase.NoScrollPhase)

    def whole(self, pixels: float) -> int:
        """Return the whole pixels to go now; a turn to the other side forgets the rest of this one."""
        if self._rest * pixels < 0:
            self._rest = 0.0
        self._rest += pixels
        whole = int(self._rest)
        self._rest -= whole
        return whole
