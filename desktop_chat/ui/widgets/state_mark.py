"""Draws a tab's state by shape and colour, for the tab strip and the sidebar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.tab_state import TabState

MARK = 14
"""Size of a mark in pixels at zoom 1."""
_DOT = 0.25
"""Radius of a dot, relative to the mark's size."""


def paint_mark(painter: QPainter, place: QRectF, state: TabState, theme: Theme) -> None:
    """Paint an open ring for what runs, a lock for ASKING, a dot for what ended unseen, a warning for ERROR."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    accent = QColor(theme.palette.accent)
    if state in {TabState.STREAMING, TabState.RUNNING}:
        _paint_ring(painter, place, accent)
    elif state in {TabState.UNSEEN, TabState.FINISHED}:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        painter.drawEllipse(place.center(), place.width() * _DOT, place.width() * _DOT)
    elif state is TabState.ASKING:
        icon("lock", "accent").paint(painter, place.toAlignedRect())
    elif state is TabState.ERROR:
        icon("warning", "danger").paint(painter, place.toAlignedRect())
    painter.restore()


def _paint_ring(painter: QPainter, place: QRectF, colour: QColor) -> None:
    """Paint three quarters of a ring over a paler full one."""
    width, inset = place.width() * 0.14, place.width() * 0.2
    rect = place.adjusted(inset, inset, -inset, -inset)
    pale = QColor(colour)
    pale.setAlphaF(0.25)
    painter.setPen(QPen(pale, width))
    painter.drawEllipse(rect)
    painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawArc(rect, 90 * 16, -270 * 16)
