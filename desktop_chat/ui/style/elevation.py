"""Lifts what floats over the page off it: a soft shadow, and an outline that is seen on light and on dark."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_chat.ui.style.theme import Theme

_REACH, _DROP = 14, 3
"""Pixels at zoom 1 that a shadow reaches beyond its card, and by which it falls downwards."""
_DARKEST = {False: 0.14, True: 0.5}
"""Its opacity under the card, in light and in dark."""


def shadow_reach(theme: Theme) -> int:
    """Return the pixels that are to be kept free around a card for its shadow."""
    return theme.px(_REACH)


def paint_shadow(painter: QPainter, card: QRectF, radius: float, theme: Theme) -> None:
    """Paint the shadow of a card, below it too."""
    reach, drop = shadow_reach(theme), theme.px(_DROP)
    layer = QColor("#000000")
    layer.setAlphaF(_DARKEST[theme.palette.dark] / reach)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(layer)
    for wider in range(reach - drop, 0, -1):
        ground = card.adjusted(-wider, -wider, wider, wider).translated(0, drop)
        painter.drawRoundedRect(ground, radius + wider, radius + wider)


def paint_elevated(painter: QPainter, card: QRectF, radius: float, theme: Theme) -> None:
    """Paint an empty card with its shadow around it."""
    paint_shadow(painter, card, radius, theme)
    painter.setPen(QPen(QColor(theme.palette.field_border), 1))
    painter.setBrush(QColor(theme.palette.background))
    painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
