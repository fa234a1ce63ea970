"""Keeps windows and dialogs within what the screen leaves to them, at every zoom."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

_FRAME = QSize(16, 56)
"""Pixels that a window's frame and title take, and a little air."""


def room_on_screen(window: QWidget) -> QSize:
    """Return the largest size that a window can have on its screen."""
    return window.screen().availableSize() - _FRAME


def resize_on_screen(window: QWidget, wanted: QSize) -> None:
    """Give a window the size that it wants, or what there is room for."""
    window.resize(wanted.boundedTo(room_on_screen(window)))
