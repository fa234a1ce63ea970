"""A scrolled page that screen readers may ask for any child at any time."""

from __future__ import annotations

from PySide6.QtWidgets import QScrollArea


class QFrame(QScrollArea):
    """Its name makes Qt tell screen readers of it as of a frame; see `ui/transcript/plain_area.py` for why."""
