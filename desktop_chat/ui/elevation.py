"""Lifts what floats over the page off it: a soft shadow and an outline that is seen on light and on dark."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_chat.ui.theme import Theme

SHADOW = 14
"""Pixels at zoom 1 that a shadow reaches beyond its card."""
_DROP = 3
"""Pixels at zoom 1 by which it falls downwards."""
_DARKEST = {False: 0.16, True: 0.5}
"""Its opacity under the card, in light and in dark."""


def paint_elevated(painter: QPainter, card: QRectF, radius: float, theme: Theme) -> None:
    """Paint an empty card with its shadow around it."""
    palette = theme.palette
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    depth, drop = theme.px(SHADOW), theme.px(_DROP)
    layer = QColor("#000000")
    layer.setAlphaF(_DARKEST[palette.dark] / depth)
    painter.setBrush(layer)
    for reach in range(depth, 0, -1):
        ground = card.adjusted(-reach, -reach, reach, reach).translated(0, drop)
        painter.drawRoundedRect(ground, radius + reach, radius + reach)
    painter.setPen(QPen(QColor(palette.field_border), 1))
    painter.setBrush(QColor(palette.background))
    painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
