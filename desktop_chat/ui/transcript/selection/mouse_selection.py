"""Selecting with the mouse: by letters, words or blocks, as the drag began, and on beyond the edges of the view."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from math import ceil, floor
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QTimer

from desktop_chat.markdown.block import Kind
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.selection.selection import Position
from desktop_chat.ui.transcript.selection.word_breaks import word_around

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.blocks.block_layout import Pane
    from desktop_chat.ui.transcript.view import TranscriptView
    from desktop_chat.ui.transcript.viewport.scroller import Placed

_AUTO_SCROLL_MS = 16
_LINE_BY_LINE = frozenset({Kind.PARAGRAPH, Kind.HEADING, Kind.CODE, Kind.INDENTED})
_FASTEST = 60
"""Pixels that one step beyond an edge scrolls at most."""


class Grain(IntEnum):
    """What a drag selects in steps of: so many clicks began it."""

    LETTERS = 1
    WORDS = 2
    BLOCKS = 3


Stretch = tuple[Position, Position]


class MouseSelection:
    """One drag of the mouse over text at a time."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self.active = False
        self._grain = Grain.LETTERS
        self._origin: Stretch | None = None
        self._point = QPointF()
        self._auto_scroll = QTimer(view)
        self._auto_scroll.setInterval(_AUTO_SCROLL_MS)
        self._auto_scroll.timeout.connect(self._scroll_on)

    # --- the drag -----------------------------------------------------------------------------------------------

    def begin(self, point: QPointF, grain: Grain) -> None:
        """Select what is at a point; what is dragged over from here is added."""
        self._grain = grain
        self._origin = self._stretch_at(point)
        self.active = self._origin is not None
        self._point = point
        if self._origin is not None:
            self._view.selection.cover(*self._origin)
            self._view.repaint_all()

    def begin_from_anchor(self, point: QPointF) -> None:
        """Select from where the selection began up to a point, and go on from there."""
        anchor, position = self._view.selection.anchor, self.position_at(point)
        if anchor is None or self._view.selection.order_of(anchor) is None or position is None:
            self.begin(point, Grain.LETTERS)
            return
        self._grain, self._origin, self.active = Grain.LETTERS, (anchor, anchor), True
        self.drag_to(point)

    def drag_to(self, point: QPointF) -> None:
        """Take the pointer to a point; beyond an edge the text comes to meet it until the pointer is back or let go."""
        self._point = point
        self._extend()
        if self._beyond_edge() == (0, 0):
            self._auto_scroll.stop()
        elif not self._auto_scroll.isActive():
            self._auto_scroll.start()

    def end(self) -> None:
        """Let go."""
        self.active = False
        self._auto_scroll.stop()

    def _extend(self) -> None:
        stretch = self._stretch_at(self._point)
        selection, origin = self._view.selection, self._origin
        if stretch is None or origin is None:
            return
        begun, reached = selection.order_of(origin[0]), selection.order_of(stretch[0])
        if begun is None or reached is None:
            return
        ends = (origin[0], stretch[1]) if reached >= begun else (origin[1], stretch[0])
        before = (selection.anchor, selection.caret)
        if ends != before:
            selection.cover(*ends)
            self._repaint_between({*before, *ends} if ends[0] != before[0] else {before[1], ends[1]})

    def _repaint_between(self, positions: Iterable[Position | None]) -> None:
        """Repaint the lines from the highest to the lowest of some places."""
        view = self._view
        height = view.viewport().height()
        ranges = [self._lines_of(position) or (0, height) for position in positions]
        top, bottom = min(low for low, _ in ranges), max(high for _, high in ranges)
        view.viewport().update(0, top, view.viewport().width(), bottom - top)

    def _lines_of(self, position: Position | None) -> tuple[int, int] | None:
        """Return where the line of a place is on screen, or all of a block whose texts stand side by side."""
        for one in self._view.placed:
            entry, layout = one.entry, one.entry.layout
            if position is None or entry.key != position.key or layout is None:
                continue
            if self._message_id(one) == position.message_id:
                if not isinstance(entry, BlockEntry) or entry.block.kind not in _LINE_BY_LINE:
                    return one.y, one.y + entry.height
                rect = layout.caret_rect(position.offset)
                return one.y + floor(rect.top()), one.y + ceil(rect.bottom())
        return None

    def _scroll_on(self) -> None:
        across, down = self._beyond_edge()
        if down:
            self._view.scroll_by(down)
        pane = self._pane_at_caret() if across else None
        if pane is not None:
            entry, number, _ = pane
            entry.scroll_pane(number, entry.offset_of(number) + across)
            self._view.repaint_all()
        if (across, down) == (0, 0):
            self._auto_scroll.stop()
        else:
            self._extend()

    def _beyond_edge(self) -> tuple[int, int]:
        """Return how far to scroll: sideways in the pane that the caret is in, where a margin is narrow, and down."""
        view, point = self._view, self._point
        down = _beyond(point.y(), 0, view.viewport().height())
        pane = self._pane_at_caret()
        if pane is None:
            return 0, down
        entry, number, shown = pane
        across = 3 * _beyond(point.x() - view.column_x, shown.rect.left(), shown.rect.right())
        offset = entry.offset_of(number)
        is_at_end = (across < 0 and offset <= 0) or (across > 0 and offset >= shown.hidden_width)
        return 0 if is_at_end else across, down

    def _pane_at_caret(self) -> tuple[BlockEntry, int, Pane] | None:
        """Return the pane that hides something of the text in which the selection ends, with its number."""
        view = self._view
        caret = view.selection.caret
        for one in view.placed:
            entry = one.entry
            if caret is None or entry.key != caret.key or not isinstance(entry, BlockEntry) or entry.layout is None:
                continue
            if view.model.row(one.spot.place).message.id == caret.message_id:
                number = entry.layout.pane_at_position(caret.offset)
                if number is not None:
                    return entry, number, entry.layout.panes[number]
        return None

    # --- what is at a point -------------------------------------------------------------------------------------

    def position_at(self, point: QPointF, *, on_letter: bool = False) -> Position | None:
        """Return the place in the text nearest to a point of the viewport; `on_letter` the one before its letter."""
        placed = self._block_at(point.y())
        if placed is None or not isinstance(placed.entry, BlockEntry) or placed.entry.layout is None:
            return None
        entry, layout = placed.entry, placed.entry.layout
        x, y = self._view.hit_tester.local(placed, point)
        if y >= entry.height:
            offset = layout.length
        elif y < 0:
            offset = 0
        else:
            offset = layout.position_at(x, y, entry.code.offset, on_letter=on_letter)
        return Position(self._message_id(placed), entry.key, offset)

    def covers(self, point: QPointF) -> bool:
        """Say whether selected letters are under a point."""
        if self._view.selection.ends() is None:
            return False
        placed = self._view.hit_tester.entry_at(point.y())
        if placed is None or not isinstance(placed.entry, BlockEntry) or placed.entry.layout is None:
            return False
        layout = placed.entry.layout
        selected = self._view.selection.within(placed.spot.place, placed.entry.key, layout.length)
        x, y = self._view.hit_tester.local(placed, point)
        return selected is not None and layout.covers(x, y, selected, placed.entry.code.offset)

    def _stretch_at(self, point: QPointF) -> Stretch | None:
        if self._grain is Grain.BLOCKS:
            return self._block_stretch(point)
        if self._grain is Grain.WORDS:
            return self._word_stretch(point)
        position = self.position_at(point)
        return (position, position) if position is not None else None

    def _word_stretch(self, point: QPointF) -> Stretch | None:
        placed, position = self._block_at(point.y()), self.position_at(point, on_letter=True)
        if placed is None or position is None or placed.entry.layout is None:
            return None
        box = placed.entry.layout.box_at(position.offset)
        if box is None:
            return position, position
        start, end = word_around(box.text, position.offset - box.start)
        message_id, key = position.message_id, position.key
        return Position(message_id, key, box.start + start), Position(message_id, key, box.start + end)

    def _block_stretch(self, point: QPointF) -> Stretch | None:
        """Return the ends of a block: of all parts of a long one."""
        placed = self._block_at(point.y())
        if placed is None or not isinstance(placed.entry, BlockEntry):
            return None
        view, entry = self._view, placed.entry
        parts = view.document.item(placed.spot.place).parts_of(entry)
        length = parts[-1].laid_out(view.document.render_style, view.document.width).length
        message_id = self._message_id(placed)
        return Position(message_id, parts[0].key, 0), Position(message_id, parts[-1].key, length)

    def _block_at(self, y: float) -> Placed | None:
        """Return the block at a height, else the one above, else the first one."""
        found = None
        for one in self._view.placed:
            if isinstance(one.entry, BlockEntry):
                if found is not None and y < one.y:
                    break
                found = one
        return found

    def _message_id(self, placed: Placed) -> str:
        return self._view.model.row(placed.spot.place).message.id


def _beyond(at: float, low: float, high: float) -> int:
    """Return how far to go for a pointer outside of two edges: faster when it is further away."""
    beyond = at - low if at < low else at - high if at > high else 0.0
    if not beyond:
        return 0
    return int(max(-_FASTEST, min(_FASTEST, beyond / 3))) or (1 if beyond > 0 else -1)
