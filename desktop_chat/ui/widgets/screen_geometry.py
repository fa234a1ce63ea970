"""Keeps windows and dialogs within the screen's available area at every zoom."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

_FRAME = QSize(16, 56)
"""Pixels taken by a window's frame and title bar, with some margin."""


def room_on_screen(window: QWidget) -> QSize:
    """Return the largest size that a window can have on its screen."""
    return window.screen().availableSize() - _FRAME


def resize_on_screen(window: QWidget, wanted: QSize) -> None:
    """Resize a window to `wanted`, or as large as the screen allows."""
    window.resize(wanted.boundedTo(room_on_screen(window)))
