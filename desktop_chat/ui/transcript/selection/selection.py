"""The selection, stored as positions that survive scrolling and growing text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QTextBoundaryFinder

from desktop_chat.ui.transcript.entries import FIRST_TAIL, HEADER


@dataclass(frozen=True, slots=True)
class Position:
    """A position between two characters; `key` names the block, `offset` counts UTF-16 units in it."""

    message_id: str
    key: int
    offset: int


Order = tuple[int, int, int]


class Selection:
    """Two ends: the anchor stays, the caret moves."""

    def __init__(self, place_of: Callable[[str], int | None]) -> None:
        self._place_of = place_of
        self.anchor: Position | None = None
        self.caret: Position | None = None

    def clear(self) -> None:
        self.anchor = self.caret = None

    def begin(self, at: Position) -> None:
        """Put both ends at one position."""
        self.anchor = self.caret = at

    def extend(self, to: Position) -> None:
        """Move the caret."""
        if self.anchor is None:
            self.anchor = to
        self.caret = to

    def cover(self, start: Position, end: Position) -> None:
        """Select from start to end."""
        self.anchor, self.caret = start, end

    def renumber(self, renumbered: Callable[[str, int, int], int]) -> None:
        """Follow characters whose offsets changed: `renumbered` maps message, block and old offset to the new one."""
        self.anchor, self.caret = (
            at and Position(at.message_id, at.key, renumbered(at.message_id, at.key, at.offset))
            for at in (self.anchor, self.caret)
        )

    def order_of(self, position: Position) -> Order | None:
        """Return a key that sorts positions; None when the message is no longer shown."""
        place = self._place_of(position.message_id)
        return None if place is None else (place, position.key, position.offset)

    def ends(self) -> tuple[Order, Order] | None:
        """Return the ends, the upper one first; None when nothing is selected."""
        if self.anchor is None or self.caret is None:
            return None
        first, second = self.order_of(self.anchor), self.order_of(self.caret)
        if first is None or second is None or first == second:
            return None
        return (first, second) if first < second else (second, first)

    def within(self, place: int, key: int, length: int) -> tuple[int, int] | None:
        """Return the selected part of a block; None for nothing."""
        ends = self.ends()
        if ends is None:
            return None
        start, end = ends
        if end < (place, key, 0) or start > (place, key, length):
            return None
        first = start[2] if start[:2] == (place, key) else 0
        last = end[2] if end[:2] == (place, key) else length
        return (first, min(last, length)) if first < last or length == 0 else None


def whole_message(message_id: str) -> tuple[Position, Position]:
    """Return the two ends of a message."""
    return Position(message_id, HEADER, 0), Position(message_id, FIRST_TAIL, 0)


def next_character(text: str, offset: int, *, forward: bool) -> int:
    """Return the next position for a caret in a text, or -1 beyond its end."""
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, text)
    finder.setPosition(offset)
    return finder.toNextBoundary() if forward else finder.toPreviousBoundary()
