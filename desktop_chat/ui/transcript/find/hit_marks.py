"""Paints a coloured ground behind each hit in view, and a stronger one behind the current hit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QRegion, QTextCharFormat

from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout
from desktop_chat.ui.transcript.blocks.text_box import TextBox, format_range
from desktop_chat.ui.transcript.render_style import RenderStyle


class HitMark(NamedTuple):
    """A hit in a block, by positions in its layout."""

    start: int
    end: int
    current: bool = False


def paint_marks(
    layout: BlockLayout,
    painter: QPainter,
    render_style: RenderStyle,
    marks: Sequence[HitMark],
    offsets: Mapping[int, float],
) -> None:
    """Paint the grounds over the block, and the text on them again."""
    for place, box in enumerate(layout.boxes):
        inside = [mark for mark in marks if mark.start < box.end and mark.end > box.start]
        if inside:
            pane = layout.pane_of.get(place)
            shift = offsets.get(pane, 0.0) if pane is not None else 0.0
            clip = layout.panes[pane].rect if pane is not None and layout.panes[pane].hidden_width else None
            painter.save()
            if clip is not None:
                painter.setClipRect(clip, Qt.ClipOperation.IntersectClip)
            _paint_in_box(box, painter, render_style, inside, shift)
            painter.restore()


def mark_rects(box: TextBox, mark: HitMark) -> list[QRectF]:
    """Return where a hit is, line by line, in the block's coordinates, as if no pane were scrolled."""
    return box.rects(max(mark.start, box.start) - box.start, min(mark.end, box.end) - box.start)


def _paint_in_box(
    box: TextBox, painter: QPainter, render_style: RenderStyle, marks: Sequence[HitMark], shift: float
) -> None:
    covered = QRegion()
    painter.setPen(Qt.PenStyle.NoPen)
    for mark in marks:
        painter.setBrush(QColor(render_style.palette.hit_current if mark.current else render_style.palette.hit))
        for rect in mark_rects(box, mark):
            ground = _ground(box, rect, shift)
            painter.drawRoundedRect(ground, 3 * render_style.zoom, 3 * render_style.zoom)
            covered += ground
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setClipRegion(covered, Qt.ClipOperation.IntersectClip)
    painter.setPen(render_style.colour(box.colour or "text"))
    on_current = QTextCharFormat()
    on_current.setForeground(QColor(render_style.palette.on_hit_current))
    own = [
        format_range(max(0, mark.start - box.start), min(mark.end, box.end) - max(mark.start, box.start), on_current)
        for mark in marks
        if mark.current
    ]
    box.layout.draw(painter, QPointF(box.x - shift, box.y), own, QRectF(covered.boundingRect()))


def _ground(box: TextBox, rect: QRectF, shift: float) -> QRect:
    inset = box.face.pitch * 0.06
    return rect.translated(-shift, 0).adjusted(-1, inset, 1, -inset).toAlignedRect()
