"""Draws what a tab is doing, by shape and colour together, for the tab strip and the sidebar alike."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_chat.ui.icons import icon
from desktop_chat.ui.tab_state import TabState
from desktop_chat.ui.theme import Theme

MARK = 14
"""The side of a mark at zoom 1."""


def paint_mark(painter: QPainter, place: QRectF, state: TabState, theme: Theme) -> None:
    """Paint a dot for STREAMING, a star for UNSEEN, a warning for ERROR, nothing for IDLE."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    accent = QColor(theme.palette.accent)
    if state is TabState.STREAMING:
        _paint_dot(painter, place, accent)
    elif state is TabState.UNSEEN:
        _paint_star(painter, place, accent)
    elif state is TabState.ERROR:
        icon("warning", "danger").paint(painter, place.toAlignedRect())
    painter.restore()


def _paint_dot(painter: QPainter, place: QRectF, colour: QColor) -> None:
    radius = place.width() * 0.22
    ring = QColor(colour)
    ring.setAlphaF(0.28)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ring)
    painter.drawEllipse(place.center(), radius * 1.9, radius * 1.9)
    painter.setBrush(colour)
    painter.drawEllipse(place.center(), radius, radius)


def _paint_star(painter: QPainter, place: QRectF, colour: QColor) -> None:
    reach = place.width() * 0.30
    painter.setPen(QPen(colour, place.width() * 0.13, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for turn in range(3):
        angle = math.pi / 2 + turn * math.pi / 3
        arm = QPointF(math.cos(angle) * reach, -math.sin(angle) * reach)
        painter.drawLine(place.center() - arm, place.center() + arm)
