"""Paints the entries in view: text, selection, controls, focus, and the caret of a reply that is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter

from desktop_chat.ui.transcript.blocks.control_painter import ControlRef, paint_control, paint_focus
from desktop_chat.ui.transcript.blocks.shapes import paint_outline
from desktop_chat.ui.transcript.controls.hit_testing import HitTester
from desktop_chat.ui.transcript.entries import HEADER, BlockEntry, Entry
from desktop_chat.ui.transcript.images.transcript_images import TranscriptImages
from desktop_chat.ui.transcript.render_style import RenderStyle
from desktop_chat.ui.transcript.transcript_page import TranscriptPage
from desktop_chat.ui.transcript.viewport.scroller import Placed

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.find.find import FindSession


class PagePainter:
    """Paints from the layouts that the page has placed."""

    def __init__(self, page: TranscriptPage, hit_tester: HitTester, images: TranscriptImages) -> None:
        self._page = page
        self._hit_tester = hit_tester
        self._images = images
        self.edited_message = ""
        """The question that is being edited in the composer."""

    def paint(self, painter: QPainter, dirty: QRect, find: FindSession | None) -> None:
        """Paint what is in view, as far as it is inside `dirty`."""
        page, render_style = self._page, self._page.document.render_style
        painter.fillRect(dirty, render_style.colour("background"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top, bottom, caret = dirty.top(), dirty.bottom() + 1, page.caret_entry()
        for one in page.placed:
            if one.y < bottom and one.y + one.entry.height > top:
                painter.save()
                painter.translate(page.column_x, one.y)
                self._paint_entry(painter, one, QRectF(dirty).translated(-page.column_x, -one.y))
                if one.entry is caret:
                    _paint_caret(render_style, painter, caret)
                if find is not None:
                    find.paint(painter, one)
                painter.restore()

    def _paint_entry(self, painter: QPainter, one: Placed, clip: QRectF) -> None:
        page, entry, hit_tester = self._page, one.entry, self._hit_tester
        render_style, message_id = page.document.render_style, page.message_id(one)
        selected = None
        offsets: dict[int, float] = {}
        if isinstance(entry, BlockEntry) and entry.layout is not None:
            selected = page.selection.within(one.spot.place, entry.key, entry.layout.length)
            offsets = entry.code.offset
        if entry.layout is not None and entry.layout.arts:
            seen = [art for art in entry.layout.arts if art.rect.intersects(clip)]
            self._images.look_at(message_id, entry, seen)
        entry.paint(painter, render_style, selected, offsets, clip, active=hit_tester.is_active(message_id))
        for control in entry.controls():
            if control.rects[0].intersects(clip) and hit_tester.shows(control, message_id, entry):
                ref = ControlRef(entry.key, message_id, control.name, control.value)
                paint_control(painter, render_style, control, hovered=ref == hit_tester.hovered)
        if self.edited_message == message_id and isinstance(entry, BlockEntry) and entry.layout is not None:
            paint_outline(painter, render_style, entry.layout.shapes[0])
        for rect in hit_tester.focused_rects(message_id, entry):
            paint_focus(painter, render_style, rect)
        if hit_tester.focused is None and hit_tester.current_message == message_id:
            _paint_message_bar(painter, render_style, entry)


def _paint_message_bar(painter: QPainter, render_style: RenderStyle, entry: Entry) -> None:
    """Paint a bar beside the focused message."""
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
