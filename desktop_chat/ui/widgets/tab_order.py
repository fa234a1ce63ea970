"""The order in which the Tab key reaches widgets that are made late; Qt puts them at the end of the window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def reach_at(place: QWidget, parts: Sequence[QWidget]) -> None:
    """Let the Tab key reach `parts`, one after the other, where `place` is in its order."""
    before = _before(place)
    while before is not place and (before.focusPolicy() is Qt.FocusPolicy.NoFocus or before in parts):
        before = _before(before)  # Qt refuses one that takes no focus
    for part in parts:
        QWidget.setTabOrder(before, part)
        before = part


def _before(widget: QWidget) -> QWidget:
    return cast(QWidget, widget.previousInFocusChain())  # never None: the chain is a ring
