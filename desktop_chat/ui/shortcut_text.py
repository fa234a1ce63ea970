"""Formats keys as labelled on keyboards, which name Enter and Ctrl in Latin letters even in Chinese."""

from __future__ import annotations

import sys

from PySide6.QtGui import QKeySequence

_ARROWS = {"Up": "↑", "Down": "↓", "Left": "←", "Right": "→"}


def shortcut_text(shortcut: str) -> str:
    """Return a shortcut as written on this system; text that is not a key sequence is returned unchanged."""
    sequence = QKeySequence(shortcut)
    if sequence.isEmpty():
        return shortcut
    if sys.platform == "darwin":
        return sequence.toString(QKeySequence.SequenceFormat.NativeText)
    return "+".join(_ARROWS.get(key, key) for key in sequence.toString().split("+"))
