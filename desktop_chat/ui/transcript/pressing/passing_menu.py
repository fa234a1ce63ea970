"""Menus that open at a place in the transcript, and are gone when they close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.pressing.focus_walk import Target
    from desktop_chat.ui.transcript.view import TranscriptView

_GAP = 2
"""Pixels between a control and its menu."""


def passing_menu(view: TranscriptView) -> QMenu:
    """Return an empty menu that ends when it closes."""
    menu = QMenu(view)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def place_below(view: TranscriptView, target: Target) -> QPoint:
    """Return where on the screen the menu of a control opens; that of a link that was clicked, at the pointer."""
    if not target.control.rects:
        return QCursor.pos()
    rect = target.control.rects[0]
    at = QPoint(round(rect.left()) + view.column_x, target.placed.y + round(rect.bottom()) + _GAP)
    return view.viewport().mapToGlobal(at)
