"""Moves the free end of the selection by keys, and keeps it in view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QPointF, QRectF

from desktop_chat.ui.transcript.document import Spot
from desktop_chat.ui.transcript.entries import HEADER, THINKING, BlockEntry
from desktop_chat.ui.transcript.selection.selection import Position, next_letter
from desktop_chat.ui.transcript.selection.word_breaks import next_word

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout
    from desktop_chat.ui.transcript.view import TranscriptView

_Step = Callable[["KeyboardSelection", Spot, Position], Position | None]


class KeyboardSelection:
    """Carries out the commands that select by characters, words, lines and more."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self._goal: tuple[Position, float] | None = None
        """Where Up and Down left the caret, and the x that they keep to."""

    def leave(self) -> bool:
        """Select nothing. While a reply runs, Escape is the window's: it stops that first."""
        view = self._view
        if view.selection.ends() is None:
            return False
        view.selection.clear()
        view.repaint_all()
        return True

    def press(self, command: str) -> bool:
        """Move the caret. False for other commands, and while there is no text."""
        step = self._STEPS.get(command)
        standing = self._standing() if step is not None else None
        if step is None or standing is None:
            return False
        view = self._view
        view.smooth_scroll.stop()
        moved = step(self, *standing)
        if moved is not None:
            view.selection.extend(moved)
            view.clipboard.offer_primary()
            if command not in {"select_page_up", "select_page_down"}:
                self._reveal(moved)
            view.repaint_all()
        return True

    def _standing(self) -> tuple[Spot, Position] | None:
        """Return the caret and its entry; one that stands around a message's text is taken to that text."""
        caret = self._view.selection.caret
        place = self._view.model.place_of(caret.message_id) if caret else None
        if caret is None or place is None:
            return self._beginning()
        document = self._view.document
        spot = Spot(place, document.item(place).index_of(caret.key))
        entry = document.item(place).entries[spot.index]
        if isinstance(entry, BlockEntry):
            return spot, caret if entry.key == caret.key else self._end_of(spot, at_end=True)
        found = self._next_text(spot, forward=caret.key in {HEADER, THINKING})
        if found is None:
            return None
        return found, self._end_of(found, at_end=caret.key not in {HEADER, THINKING})

    def _beginning(self) -> tuple[Spot, Position] | None:
        """Put the caret where the text in view begins; in the message that the keyboard is at, if there is one."""
        view = self._view
        texts = [one for one in view.placed if isinstance(one.entry, BlockEntry)]
        current = view.model.place_of(view.hit_tester.current_message)
        texts = [one for one in texts if one.spot.place == current] or texts
        chosen = next((one for one in texts if one.y >= 0), texts[0] if texts else None)
        if chosen is None:
            return None
        position = self._end_of(chosen.spot, at_end=False)
        view.selection.begin(position)
        return chosen.spot, position

    def _layout(self, spot: Spot) -> BlockLayout:
        render_style, width = self._view.document.render_style, self._view.document.width
        return self._view.document.entry(spot).laid_out(render_style, width)

    # --- the steps ----------------------------------------------------------------------------------------------

    def _across(self, spot: Spot, caret: Position, *, forward: bool, by_word: bool) -> Position | None:
        layout = self._layout(spot)
        box = layout.box_at(caret.offset)
        if box is not None:
            move = next_word if by_word else next_letter
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
        document = self._view.document
        spot = document.last() if forward else Spot(0, 0)
        while spot is not None and not isinstance(document.item(spot.place).entries[spot.index], BlockEntry):
            spot = document.above(spot) if forward else document.below(spot)
        return self._end_of(spot, at_end=forward) if spot is not None else None

    def _page(self, spot: Spot, caret: Position, *, forward: bool) -> Position | None:
        """Turn the page, and take the caret to where it is now in view; at the very end, to the end."""
        view = self._view
        self._reveal(caret)
        rect = self._rect_in_view(spot, caret)
        before = view.scroller.value()
        page = max(1, view.viewport().height() - view.document.render_style.px(40))
        view.scroll_by(page if forward else -page)
        if rect is None or view.scroller.value() == before:
            return self._end_of_all(forward=forward)
        return view.selecting.position_at(QPointF(rect.left(), rect.center().y()))

    # --- neighbours ---------------------------------------------------------------------------------------------

    def _neighbour(self, spot: Spot, *, forward: bool) -> Position | None:
        """Return the nearest end of the next block of text."""
        other = self._next_text(spot, forward=forward)
        return self._end_of(other, at_end=not forward) if other is not None else None

    def _next_text(self, spot: Spot, *, forward: bool) -> Spot | None:
        document = self._view.document
        other = document.below(spot) if forward else document.above(spot)
        while other is not None and not isinstance(document.item(other.place).entries[other.index], BlockEntry):
            other = document.below(other) if forward else document.above(other)
        return other

    def _end_of(self, spot: Spot, *, at_end: bool) -> Position:
        return Position(self._message_id(spot), self._key(spot), self._layout(spot).length if at_end else 0)

    def _message_id(self, spot: Spot) -> str:
        return self._view.model.row(spot.place).message.id

    def _key(self, spot: Spot) -> int:
        return self._view.document.item(spot.place).entries[spot.index].key

    # --- keeping it in view -------------------------------------------------------------------------------------

    def _rect_in_view(self, spot: Spot, caret: Position) -> QRectF | None:
        view = self._view
        for one in view.placed:
            if one.spot == spot and one.entry.layout is not None:
                return one.entry.layout.caret_rect(caret.offset).translated(view.column_x, one.y)
        return None

    def _reveal(self, caret: Position) -> None:
        """Scroll as little as shows the caret, in its pane too."""
        view = self._view
        place = view.model.place_of(caret.message_id)
        if place is None:
            return
        spot = Spot(place, view.document.item(place).index_of(caret.key))
        layout, height, edge = self._layout(spot), view.viewport().height(), view.document.render_style.px(8)
        self._reveal_sideways(spot, layout, caret)
        rect = self._rect_in_view(spot, caret)
        inside = layout.caret_rect(caret.offset)
        if rect is None:
            is_below = bool(view.placed) and (spot.place, spot.index) > _order(view.placed[-1].spot)
            view.scroller.stand_at(
                spot, round(inside.bottom()) - height + edge if is_below else round(inside.top()) - edge
            )
            view.show_changes()
        elif rect.top() < edge:
            view.scroll_by(round(rect.top()) - edge)
        elif rect.bottom() > height - edge:
            view.scroll_by(round(rect.bottom()) - height + edge)

    def _reveal_sideways(self, spot: Spot, layout: BlockLayout, caret: Position) -> None:
        number = layout.pane_at_position(caret.offset)
        entry = self._view.document.item(spot.place).entries[spot.index]
        if number is None or not isinstance(entry, BlockEntry):
            return
        pane, x = layout.panes[number], layout.caret_rect(caret.offset).left()
        edge = self._view.document.render_style.px(8)
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
        "select_page_up": partial(_page, forward=False),
        "select_page_down": partial(_page, forward=True),
        "select_to_start": lambda self, _spot, _caret: self._end_of_all(forward=False),
        "select_to_end": lambda self, _spot, _caret: self._end_of_all(forward=True),
    }
    """What each command does with the caret and its entry."""


def _order(spot: Spot) -> tuple[int, int]:
    return spot.place, spot.index
