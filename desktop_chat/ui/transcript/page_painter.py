"""Paints the entries in view: text, selection, controls, focus, and the caret of a reply that is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter

from desktop_chat.ui.transcript.blocks.block_layout import paint_outline
from desktop_chat.ui.transcript.blocks.control_painter import ControlRef, paint_control, paint_focus
from desktop_chat.ui.transcript.entries import HEADER, BlockEntry, Entry
from desktop_chat.ui.transcript.render_style import RenderStyle
from desktop_chat.ui.transcript.viewport.scroller import Placed

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.view import TranscriptView


def paint_page(view: TranscriptView, painter: QPainter, dirty: QRect) -> None:
    """Paint what is in view, as far as it is inside `dirty`."""
    render_style = view.document.render_style
    painter.fillRect(dirty, render_style.colour("background"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    top, bottom, caret = dirty.top(), dirty.bottom() + 1, view.caret_entry()
    for one in view.placed:
        if one.y < bottom and one.y + one.entry.height > top:
            painter.save()
            painter.translate(view.column_x, one.y)
            _paint_entry(view, painter, one, QRectF(dirty).translated(-view.column_x, -one.y))
            if one.entry is caret:
                _paint_caret(render_style, painter, caret)
            if view.finding is not None:
                view.finding.paint(painter, one)
            painter.restore()


def _paint_entry(view: TranscriptView, painter: QPainter, one: Placed, clip: QRectF) -> None:
    render_style, entry = view.document.render_style, one.entry
    selected = None
    offsets: dict[int, float] = {}
    item = view.document.item(one.spot.place)
    if isinstance(entry, BlockEntry) and entry.layout is not None:
        selected = view.selection.within(one.spot.place, entry.key, entry.layout.length)
        offsets = entry.code.offset
        if entry.layout.arts:
            view.images.look_at(item.message.id, entry, entry.layout.arts)
    touches = view.hit_tester
    entry.paint(painter, render_style, selected, offsets, clip, active=touches.is_active(item.message.id))
    for control in entry.controls():
        if control.rects[0].intersects(clip) and touches.shows(control, item.message.id, entry):
            touch = ControlRef(entry.key, item.message.id, control.name, control.value)
            paint_control(painter, render_style, control, hovered=touch == touches.hovered)
    if view.edited_message == item.message.id and isinstance(entry, BlockEntry) and entry.layout is not None:
        paint_outline(painter, render_style, entry.layout.shapes[0])
    for rect in touches.focused_rects(item.message.id, entry):
        paint_focus(painter, render_style, rect)
    if touches.focused is None and touches.current_message == item.message.id:
        _paint_mark(painter, render_style, entry)


def _paint_mark(painter: QPainter, render_style: RenderStyle, entry: Entry) -> None:
    """Paint a bar beside the message that the keyboard is at."""
    top = render_style.px(26) if entry.key == HEADER else 0
    painter.fillRect(
        QRectF(-render_style.px(14), top, render_style.px(3), entry.height - top), render_style.colour("accent")
    )


def _paint_caret(render_style: RenderStyle, painter: QPainter, entry: Entry) -> None:
    layout = entry.layout
    if layout is None or not layout.boxes or not layout.boxes[-1].colour:
        return
    box = layout.boxes[-1]
    end = box.end_point()
    high = box.face.pitch * 0.72
    right = layout.width - render_style.px(4)
    bar = QRectF(
        min(end.x() + render_style.px(3), right), end.y() + (box.face.pitch - high) / 2, 2.5 * render_style.zoom, high
    )
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(render_style.colour("accent"))
    painter.drawRoundedRect(bar, bar.width() / 2, bar.width() / 2)
