"""Selecting with the mouse: by characters, words or blocks, scrolling on when the drag leaves the view."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from math import ceil, floor

from PySide6.QtCore import QPointF, QTimer

from desktop_chat.markdown.block import Kind
from desktop_chat.ui.transcript.blocks.block_layout import Pane
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.selection.selection import Position
from desktop_chat.ui.transcript.selection.word_breaks import word_around
from desktop_chat.ui.transcript.transcript_page import TranscriptPage

_AUTO_SCROLL_MS = 16
_LINE_BY_LINE = frozenset({Kind.PARAGRAPH, Kind.HEADING, Kind.CODE, Kind.INDENTED})
_FASTEST = 60
"""The most pixels that one step beyond an edge scrolls."""


class Grain(IntEnum):
    """The unit that a drag selects by; its value is the number of clicks that began it."""

    CHARACTERS = 1
    WORDS = 2
    BLOCKS = 3


Stretch = tuple[Position, Position]


class MouseSelection:
    """One drag of the mouse over text at a time."""

    def __init__(self, page: TranscriptPage) -> None:
        self._page = page
        self.active = False
        self._grain = Grain.CHARACTERS
        self._origin: Stretch | None = None
        self._point = QPointF()
        self._auto_scroll = QTimer(page)
        self._auto_scroll.setInterval(_AUTO_SCROLL_MS)
        self._auto_scroll.timeout.connect(self._scroll_on)

    # --- the drag -----------------------------------------------------------------------------------------------

    def begin(self, point: QPointF, grain: Grain) -> None:
        """Select the unit at a point; the drag from here extends the selection."""
        self._grain = grain
        self._origin = self._stretch_at(point)
        self.active = self._origin is not None
        self._point = point
        if self._origin is not None:
            self._page.selection.cover(*self._origin)
            self._page.repaint_all()

    def begin_from_anchor(self, point: QPointF) -> None:
        """Extend the selection from its anchor to a point, and let the drag go on."""
        anchor, position = self._page.selection.anchor, self._page.position_at(point)
        if anchor is None or self._page.selection.order_of(anchor) is None or position is None:
            self.begin(point, Grain.CHARACTERS)
            return
        self._grain, self._origin, self.active = Grain.CHARACTERS, (anchor, anchor), True
        self.drag_to(point)

    def drag_to(self, point: QPointF) -> None:
        """Move the pointer to a point; beyond an edge the text scrolls until the pointer is back or released."""
        self._point = point
        self._extend()
        if self._beyond_edge() == (0, 0):
            self._auto_scroll.stop()
        elif not self._auto_scroll.isActive():
            self._auto_scroll.start()

    def end(self) -> None:
        """The button was released."""
        self.active = False
        self._auto_scroll.stop()

    def _extend(self) -> None:
        stretch = self._stretch_at(self._point)
        selection, origin = self._page.selection, self._origin
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
        """Repaint the lines from the highest to the lowest of some positions."""
        page = self._page
        height = page.height
        ranges = [self._lines_of(position) or (0, height) for position in positions]
        top, bottom = min(low for low, _ in ranges), max(high for _, high in ranges)
        page.viewport.update(0, top, page.viewport.width(), bottom - top)

    def _lines_of(self, position: Position | None) -> tuple[int, int] | None:
        """Return where the line of a position is on screen; of blocks with texts side by side, the whole block."""
        for one in self._page.placed:
            entry, layout = one.entry, one.entry.layout
            if position is None or entry.key != position.key or layout is None:
                continue
            if self._page.message_id(one) == position.message_id:
                if not isinstance(entry, BlockEntry) or entry.block.kind not in _LINE_BY_LINE:
                    return one.y, one.y + entry.height
                rect = layout.caret_rect(position.offset)
                return one.y + floor(rect.top()), one.y + ceil(rect.bottom())
        return None

    def _scroll_on(self) -> None:
        across, down = self._beyond_edge()
        if down:
            self._page.scroll_by(down)
        pane = self._pane_at_caret() if across else None
        if pane is not None:
            entry, number, _ = pane
            entry.scroll_pane(number, entry.offset_of(number) + across)
            self._page.repaint_all()
        if (across, down) == (0, 0):
            self._auto_scroll.stop()
        else:
            self._extend()

    def _beyond_edge(self) -> tuple[int, int]:
        """Return how far to scroll: sideways in the pane of the caret, and down."""
        page, point = self._page, self._point
        down = _beyond(point.y(), 0, page.height)
        pane = self._pane_at_caret()
        if pane is None:
            return 0, down
        entry, number, shown = pane
        across = 3 * _beyond(point.x() - page.column_x, shown.rect.left(), shown.rect.right())
        offset = entry.offset_of(number)
        is_at_end = (across < 0 and offset <= 0) or (across > 0 and offset >= shown.hidden_width)
        return 0 if is_at_end else across, down

    def _pane_at_caret(self) -> tuple[BlockEntry, int, Pane] | None:
        """Return the scrollable pane in which the selection ends, with its entry and number."""
        page = self._page
        caret = page.selection.caret
        for one in page.placed:
            entry = one.entry
            if caret is None or entry.key != caret.key or not isinstance(entry, BlockEntry) or entry.layout is None:
                continue
            if page.message_id(one) == caret.message_id:
                number = entry.layout.pane_at_position(caret.offset)
                if number is not None:
                    return entry, number, entry.layout.panes[number]
        return None

    # --- what is at a point -------------------------------------------------------------------------------------

    def covers(self, point: QPointF) -> bool:
        """Return whether selected text is under a point."""
        if self._page.selection.ends() is None:
            return False
        placed = self._page.entry_at(point.y())
        if placed is None or not isinstance(placed.entry, BlockEntry) or placed.entry.layout is None:
            return False
        layout = placed.entry.layout
        selected = self._page.selection.within(placed.spot.place, placed.entry.key, layout.length)
        x, y = self._page.local(placed, point)
        return selected is not None and layout.covers(x, y, selected, placed.entry.code.offset)

    def _stretch_at(self, point: QPointF) -> Stretch | None:
        if self._grain is Grain.BLOCKS:
            return self._block_stretch(point)
        if self._grain is Grain.WORDS:
            return self._word_stretch(point)
        position = self._page.position_at(point)
        return (position, position) if position is not None else None

    def _word_stretch(self, point: QPointF) -> Stretch | None:
        placed, position = self._page.block_at(point.y()), self._page.position_at(point, on_character=True)
        if placed is None or position is None or placed.entry.layout is None:
            return None
        box = placed.entry.layout.box_at(position.offset)
        if box is None:
            return position, position
        start, end = word_around(box.text, position.offset - box.start)
        message_id, key = position.message_id, position.key
        return Position(message_id, key, box.start + start), Position(message_id, key, box.start + end)

    def _block_stretch(self, point: QPointF) -> Stretch | None:
        """Return the ends of a block with all its parts."""
        placed = self._page.block_at(point.y())
        if placed is None or not isinstance(placed.entry, BlockEntry):
            return None
        page, entry = self._page, placed.entry
        parts = page.document.item(placed.spot.place).parts_of(entry)
        length = parts[-1].laid_out(page.document.render_style, page.document.width).length
        message_id = self._page.message_id(placed)
        return Position(message_id, parts[0].key, 0), Position(message_id, parts[-1].key, length)


def _beyond(at: float, low: float, high: float) -> int:
    """Return how far to scroll for a pointer outside two edges: the further away, the faster."""
    beyond = at - low if at < low else at - high if at > high else 0.0
    if not beyond:
        return 0
    return int(max(-_FASTEST, min(_FASTEST, beyond / 3))) or (1 if beyond > 0 else -1)
