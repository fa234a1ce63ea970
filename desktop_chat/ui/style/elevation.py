"""Draws floating cards: a soft shadow, and an outline that is visible in light and dark."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_chat.ui.style.theme import Theme

_EXTENT, _OFFSET = 14, 3
"""Pixels at zoom 1 by which a shadow extends beyond its card and is shifted down."""
_OPACITY = {False: 0.14, True: 0.5}
"""The shadow's opacity under the card, in light and dark."""


def shadow_reach(theme: Theme) -> int:
    """Return the pixels to leave free around a card for its shadow."""
    return theme.px(_EXTENT)


def paint_shadow(painter: QPainter, card: QRectF, radius: float, theme: Theme) -> None:
    """Paint a card's shadow, including the area under the card."""
    reach, drop = shadow_reach(theme), theme.px(_OFFSET)
    layer = QColor("#000000")
    layer.setAlphaF(_OPACITY[theme.palette.dark] / reach)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(layer)
    for wider in range(reach - drop, 0, -1):
        ground = card.adjusted(-wider, -wider, wider, wider).translated(0, drop)
        painter.drawRoundedRect(ground, radius + wider, radius + wider)


def paint_elevated(painter: QPainter, card: QRectF, radius: float, theme: Theme) -> None:
    """Paint an empty card and its shadow."""
    paint_shadow(painter, card, radius, theme)
    painter.setPen(QPen(QColor(theme.palette.field_border), 1))
    painter.setBrush(QColor(theme.palette.background))
    painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
