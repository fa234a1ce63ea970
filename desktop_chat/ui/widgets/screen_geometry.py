"""Keeps windows and dialogs within the screen's available area at every zoom."""

from __future__ import annotations

import base64
import binascii

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtWidgets import QWidget

_FRAME = QSize(16, 56)
"""Pixels taken by a window's frame and title bar, with some margin."""


def geometry_text(window: QWidget) -> str:
    """Return where a window is and how large, as text for the workspace."""
    return bytes(window.saveGeometry().toBase64().data()).decode("ascii")


def restore_geometry(window: QWidget, geometry: str) -> bool:
    """Put a window where it was, on a screen that exists; return False if the text is empty or damaged."""
    try:
        return window.restoreGeometry(QByteArray(base64.b64decode(geometry, validate=True)))
    except (binascii.Error, ValueError):
        return False


def room_on_screen(window: QWidget) -> QSize:
    """Return the largest size that a window can have on its screen."""
    return window.screen().availableSize() - _FRAME


def resize_on_screen(window: QWidget, wanted: QSize) -> None:
    """Resize a window to `wanted`, or as large as the screen allows."""
    window.resize(wanted.boundedTo(room_on_screen(window)))
