"""Paints controls: icons, words, and the focus ring."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from desktop_chat.ui.transcript.blocks.block_layout import Control
from desktop_chat.ui.transcript.render_style import RenderStyle

_ICON = 16


@dataclass(frozen=True, slots=True)
class ControlRef:
    """Names a control that the pointer or the keyboard is at."""

    key: int
    """The key of its entry."""
    message_id: str
    name: str
    value: str
    number: int = 0
    """Its number among controls of the same name and value."""


def paint_control(painter: QPainter, render_style: RenderStyle, control: Control, *, hovered: bool) -> None:
    """Paint a control at the painter's origin."""
    rect = control.rects[0]
    if control.is_area:
        if hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(render_style.colour("veil"))
            painter.drawRoundedRect(rect, 8 * render_style.zoom, 8 * render_style.zoom)
            painter.setBrush(Qt.BrushStyle.NoBrush)
    elif control.shows_label and not control.icon:
        _paint_button(painter, render_style, control, rect, hovered=hovered)
    elif control.icon:
        _paint_flat(painter, render_style, control, rect, hovered=hovered)


def paint_focus(painter: QPainter, render_style: RenderStyle, rect: QRectF) -> None:
    """Paint the focus ring."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(render_style.colour("accent"), 2))
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 6 * render_style.zoom, 6 * render_style.zoom)


def _paint_flat(painter: QPainter, render_style: RenderStyle, control: Control, rect: QRectF, *, hovered: bool) -> None:
    if hovered and control.enabled:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(render_style.colour("hover"))
        painter.drawRoundedRect(rect, 6 * render_style.zoom, 6 * render_style.zoom)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    is_sign = control.name.startswith("icon:")
    colour = control.name.removeprefix("icon:") if is_sign else "text" if hovered else "muted"
    if not control.enabled and not is_sign:
        colour = "disabled"
    side = min(render_style.px(_ICON if not is_sign else 18), int(rect.height()))
    words_width = render_style.meta_width(control.label) if control.shows_label else 0.0
    # At the right end: with room for a longer word, the label keeps its distance from the edge.
    left = rect.right() - render_style.px(8 + 4) - words_width - side if words_width else rect.center().x() - side / 2
    ratio = painter.device().devicePixelRatioF()
    at = QPointF(round(left), round(rect.top() + (rect.height() - side) / 2))
    painter.drawPixmap(at, render_style.icon(control.icon, side, ratio, colour))
    if control.shows_label:
        painter.setFont(render_style.meta.font)
        painter.setPen(render_style.colour(colour))
        words = rect.adjusted(round(left) + side + render_style.px(4) - rect.left(), 0, render_style.px(8), 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, control.label)


def _paint_button(
    painter: QPainter, render_style: RenderStyle, control: Control, rect: QRectF, *, hovered: bool
) -> None:
    shape = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    if control.primary:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(render_style.colour("accent_hover" if hovered else "accent"))
        words = "on_accent"
    else:
        painter.setPen(render_style.pen("field_border"))
        painter.setBrush(render_style.colour("hover" if hovered else "background"))
        words = "text"
    painter.drawRoundedRect(shape, 8 * render_style.zoom, 8 * render_style.zoom)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setFont(render_style.meta.font)
    painter.setPen(render_style.colour(words))
    elided = QFontMetricsF(render_style.meta.font).elidedText(
        control.label, Qt.TextElideMode.ElideRight, rect.width() - render_style.px(12)
    )
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, elided)
