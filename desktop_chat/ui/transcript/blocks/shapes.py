"""The shapes painted behind and beside text: cards, bullets, check boxes, lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from desktop_chat.ui.transcript.render_style import RenderStyle


class Form(StrEnum):
    """How a shape is drawn."""

    FILL = "fill"
    CARD = "card"
    CARD_TOP = "card_top"
    CARD_MIDDLE = "card_middle"
    CARD_BOTTOM = "card_bottom"
    DISC = "disc"
    RING = "ring"
    CHECKED = "checked"
    UNCHECKED = "unchecked"


CARD_FORMS = {
    (True, True): Form.CARD,
    (True, False): Form.CARD_TOP,
    (False, False): Form.CARD_MIDDLE,
    (False, True): Form.CARD_BOTTOM,
}
"""The part of a card that a block covers, by whether it is the first and whether it is the last one on it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Something painted behind the text."""

    form: Form
    rect: QRectF
    colour: str
    line: str = ""
    """The colour of the outline of a card."""
    radius: float = 8.0


def paint_shape(painter: QPainter, render_style: RenderStyle, shape: Shape) -> None:
    """Paint one shape at the painter's origin."""
    colour = render_style.colour(shape.colour)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    match shape.form:
        case Form.FILL:
            painter.fillRect(shape.rect, colour)
        case Form.DISC:
            painter.drawEllipse(shape.rect)
        case Form.RING:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, 1.2 * render_style.zoom))
            painter.drawEllipse(shape.rect)
        case Form.CHECKED | Form.UNCHECKED:
            _paint_check_box(painter, render_style, shape)
        case _:
            _paint_card(painter, render_style, shape)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_outline(painter: QPainter, render_style: RenderStyle, shape: Shape) -> None:
    """Paint an accented outline around a card, or around the slice of it that one block covers."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _paint_card(painter, render_style, replace(shape, line="accent"))


def _paint_card(painter: QPainter, render_style: RenderStyle, shape: Shape) -> None:
    """Paint a card, or the slice of it that one block covers: slices meet without a seam."""
    radius = shape.radius * render_style.zoom
    rect = shape.rect
    top = rect.top() if shape.form in {Form.CARD, Form.CARD_TOP} else rect.top() - 2 * radius
    bottom = rect.bottom() if shape.form in {Form.CARD, Form.CARD_BOTTOM} else rect.bottom() + 2 * radius
    whole = QRectF(rect.left(), top, rect.width(), bottom - top)
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    if shape.line:
        painter.setPen(render_style.pen(shape.line))
        whole.adjust(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(whole, radius, radius)
    painter.restore()


def _paint_check_box(painter: QPainter, render_style: RenderStyle, shape: Shape) -> None:
    rect = shape.rect
    radius = 3.5 * render_style.zoom
    if shape.form is Form.UNCHECKED:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(render_style.colour("muted"), 1.3 * render_style.zoom))
        painter.drawRoundedRect(rect, radius, radius)
        return
    painter.setBrush(render_style.colour("accent"))
    painter.drawRoundedRect(rect, radius, radius)
    tick = QPainterPath(rect.topLeft() + QPointF(rect.width() * 0.24, rect.height() * 0.52))
    tick.lineTo(rect.topLeft() + QPointF(rect.width() * 0.43, rect.height() * 0.71))
    tick.lineTo(rect.topLeft() + QPointF(rect.width() * 0.77, rect.height() * 0.31))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pen = QPen(render_style.colour("on_accent"), 1.7 * render_style.zoom)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPath(tick)
