"""Selecting by keyboard: moves the free end of the selection, and keeps it in view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar

from PySide6.QtCore import QPointF, QRectF

from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout
from desktop_chat.ui.transcript.controls.hit_testing import HitTester
from desktop_chat.ui.transcript.document import Spot
from desktop_chat.ui.transcript.entries import HEADER, REASONING, BlockEntry
from desktop_chat.ui.transcript.selection.clipboard import Clipboard
from desktop_chat.ui.transcript.selection.selection import Position, next_character
from desktop_chat.ui.transcript.selection.word_breaks import next_word
from desktop_chat.ui.transcript.transcript_page import TranscriptPage
from desktop_chat.ui.transcript.viewport.smooth_scroll import SmoothScroll

_Step = Callable[["KeyboardSelection", Spot, Position], Position | None]


class KeyboardSelection:
    """Carries out the commands that select by characters, words, lines and more."""

    def __init__(
        self, page: TranscriptPage, hit_tester: HitTester, clipboard: Clipboard, smooth_scroll: SmoothScroll
    ) -> None:
        self._page = page
        self._hit_tester = hit_tester
        self._clipboard = clipboard
        self._gliding = smooth_scroll
        self._goal: tuple[Position, float] | None = None
        """Where Up and Down left the caret, and the x that they keep."""

    def leave(self) -> bool:
        """Clear the selection. While a reply runs, Escape stops that first, in the window."""
        page = self._page
        if page.selection.ends() is None:
            return False
        page.selection.clear()
        page.repaint_all()
        return True

    def press(self, command: str) -> bool:
        """Move the caret. False for other commands, and while there is no text."""
        step = self._STEPS.get(command)
        start = self._start() if step is not None else None
        if step is None or start is None:
            return False
        page = self._page
        self._gliding.stop()
        moved = step(self, *start)
        if moved is not None:
            page.selection.extend(moved)
            self._clipboard.offer_primary()
            if command not in {"select_page_up", "select_page_down"}:
                self._reveal(moved)
            page.repaint_all()
        return True

    def _start(self) -> tuple[Spot, Position] | None:
        """Return the caret and its entry; a caret outside a message's text moves to that text."""
        caret = self._page.selection.caret
        spot = self._page.document.spot_of(caret.message_id, caret.key) if caret else None
        if caret is None or spot is None:
            return self._beginning()
        entry = self._page.document.item(spot.place).entries[spot.index]
        if isinstance(entry, BlockEntry):
            return spot, caret if entry.key == caret.key else self._end_of(spot, at_end=True)
        found = self._next_text(spot, forward=caret.key in {HEADER, REASONING})
        if found is None:
            return None
        return found, self._end_of(found, at_end=caret.key not in {HEADER, REASONING})

    def _beginning(self) -> tuple[Spot, Position] | None:
        """Put the caret at the beginning of the text in view; if a message is focused, of that message."""
        page = self._page
        texts = [one for one in page.placed if isinstance(one.entry, BlockEntry)]
        current = page.model.place_of(self._hit_tester.current_message)
        texts = [one for one in texts if one.spot.place == current] or texts
        chosen = next((one for one in texts if one.y >= 0), texts[0] if texts else None)
        if chosen is None:
            return None
        position = self._end_of(chosen.spot, at_end=False)
        page.selection.begin(position)
        return chosen.spot, position

    def _layout(self, spot: Spot) -> BlockLayout:
        render_style, width = self._page.document.render_style, self._page.document.width
        return self._page.document.entry(spot).laid_out(render_style, width)

    # --- the steps ----------------------------------------------------------------------------------------------

    def _across(self, spot: Spot, caret: Position, *, forward: bool, by_word: bool) -> Position | None:
        layout = self._layout(spot)
        box = layout.box_at(caret.offset)
        if box is not None:
            move = next_word if by_word else next_character
            inside = move(box.text, caret.offset - box.start, forward=forward)
            offset = box.start + inside if inside >= 0 else box.end + 1 if forward else box.start - 1
            if 0 <= offset <= layout.length:
                return Position(caret.message_id, caret.key, offset)
        return self._neighbour(spot, forward=forward)

    def _line(self, spot: Spot, caret: Position, *, forward: bool) -> Position | None:
        layout = self._layout(spot)
        rect = layout.caret_rect(caret.offset)
        x = self._goal[1] if self._goal is not None and self._goal[0] == caret else rect.left()
        y = rect.bottom() + 1 if forward else rect.top() - 1
        beyond = [box for box in layout.boxes if (box.y + box.height > y if forward else box.y < y)]
        if beyond:
            nearest = min(box.y for box in beyond) if forward else max(box.y + box.height for box in beyond) - 1
            y = max(y, nearest) if forward else min(y, nearest)
            moved = Position(caret.message_id, caret.key, layout.position_at(x, y, {}))
        else:
            other = self._next_text(spot, forward=forward)
            if other is None:
                return self._end_of(spot, at_end=forward)
            reached = self._layout(other)
            offset = reached.position_at(x, 0 if forward else reached.height, {})
            moved = Position(self._message_id(other), self._key(other), offset)
        self._goal = (moved, x)
        return moved

    def _line_end(self, spot: Spot, caret: Position, *, at_end: bool) -> Position | None:
        box = self._layout(spot).box_at(caret.offset)
        if box is None:
            return None
        inside = box.line_end(caret.offset - box.start, at_end=at_end)
        return Position(caret.message_id, caret.key, box.start + inside)

    def _block_end(self, spot: Spot, caret: Position, *, forward: bool) -> Position | None:
        if caret.offset != (self._layout(spot).length if forward else 0):
            return self._end_of(spot, at_end=forward)
        other = self._next_text(spot, forward=forward)
        return self._end_of(other, at_end=forward) if other is not None else None

    def _end_of_all(self, *, forward: bool) -> Position | None:
        document = self._page.document
        spot = document.last() if forward else Spot(0, 0)
        while spot is not None and not isinstance(document.item(spot.place).entries[spot.index], BlockEntry):
            spot = document.above(spot) if forward else document.below(spot)
        return self._end_of(spot, at_end=forward) if spot is not None else None

    def _by_page(self, spot: Spot, caret: Position, *, forward: bool) -> Position | None:
        """Turn the page, and put the caret at the same height of the view; on the last page, at the end."""
        page = self._page
        self._reveal(caret)
        rect = self._rect_in_view(spot, caret)
        before = page.scroller.value()
        way = max(1, page.height - page.document.render_style.px(40))
        page.scroll_by(way if forward else -way)
        if rect is None or page.scroller.value() == before:
            return self._end_of_all(forward=forward)
        return page.position_at(QPointF(rect.left(), rect.center().y()))

    # --- neighbours ---------------------------------------------------------------------------------------------

    def _neighbour(self, spot: Spot, *, forward: bool) -> Position | None:
        """Return the near end of the next block of text."""
        other = self._next_text(spot, forward=forward)
        return self._end_of(other, at_end=not forward) if other is not None else None

    def _next_text(self, spot: Spot, *, forward: bool) -> Spot | None:
        document = self._page.document
        other = document.below(spot) if forward else document.above(spot)
        while other is not None and not isinstance(document.item(other.place).entries[other.index], BlockEntry):
            other = document.below(other) if forward else document.above(other)
        return other

    def _end_of(self, spot: Spot, *, at_end: bool) -> Position:
        return Position(self._message_id(spot), self._key(spot), self._layout(spot).length if at_end else 0)

    def _message_id(self, spot: Spot) -> str:
        return self._page.model.row(spot.place).message.id

    def _key(self, spot: Spot) -> int:
        return self._page.document.item(spot.place).entries[spot.index].key

    # --- keeping it in view -------------------------------------------------------------------------------------

    def _rect_in_view(self, spot: Spot, caret: Position) -> QRectF | None:
        page = self._page
        for one in page.placed:
            if one.spot == spot and one.entry.layout is not None:
                return one.entry.layout.caret_rect(caret.offset).translated(page.column_x, one.y)
        return None

    def _reveal(self, caret: Position) -> None:
        """Scroll just far enough to show the caret, sideways in its pane, too."""
        page = self._page
        spot = page.document.spot_of(caret.message_id, caret.key)
        if spot is None:
            return
        layout, height, edge = self._layout(spot), page.height, page.document.render_style.px(8)
        self._reveal_sideways(spot, layout, caret)
        rect = self._rect_in_view(spot, caret)
        inside = layout.caret_rect(caret.offset)
        if rect is None:
            is_below = bool(page.placed) and (spot.place, spot.index) > _order(page.placed[-1].spot)
            page.scroller.go_to_entry(
                spot, round(inside.bottom()) - height + edge if is_below else round(inside.top()) - edge
            )
            page.show_changes()
        elif rect.top() < edge:
            page.scroll_by(round(rect.top()) - edge)
        elif rect.bottom() > height - edge:
            page.scroll_by(round(rect.bottom()) - height + edge)

    def _reveal_sideways(self, spot: Spot, layout: BlockLayout, caret: Position) -> None:
        number = layout.pane_at_position(caret.offset)
        entry = self._page.document.item(spot.place).entries[spot.index]
        if number is None or not isinstance(entry, BlockEntry):
            return
        pane, x = layout.panes[number], layout.caret_rect(caret.offset).left()
        edge = self._page.document.render_style.px(8)
        least, most = x + edge - pane.rect.right(), x - edge - pane.rect.left()
        entry.scroll_pane(number, min(max(entry.offset_of(number), least), max(most, 0.0)))

    _STEPS: ClassVar[Mapping[str, _Step]] = {
        "select_left": partial(_across, forward=False, by_word=False),
        "select_right": partial(_across, forward=True, by_word=False),
        "select_word_left": partial(_across, forward=False, by_word=True),
        "select_word_right": partial(_across, forward=True, by_word=True),
        "select_line_up": partial(_line, forward=False),
        "select_line_down": partial(_line, forward=True),
        "select_line_start": partial(_line_end, at_end=False),
        "select_line_end": partial(_line_end, at_end=True),
        "select_block_up": partial(_block_end, forward=False),
        "select_block_down": partial(_block_end, forward=True),
        "select_page_up": partial(_by_page, forward=False),
        "select_page_down": partial(_by_page, forward=True),
        "select_to_start": lambda self, _spot, _caret: self._end_of_all(forward=False),
        "select_to_end": lambda self, _spot, _caret: self._end_of_all(forward=True),
    }
    """What each command does with the caret and its entry."""


def _order(spot: Spot) -> tuple[int, int]:
    return spot.place, spot.index
