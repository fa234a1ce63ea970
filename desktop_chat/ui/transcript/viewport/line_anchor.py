"""Keeps the line at the top edge in place while width, zoom or fonts change, and with them all line breaks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace

from desktop_chat.core.workspace import ScrollPlace
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout
from desktop_chat.ui.transcript.document import TranscriptDocument
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.viewport.scroller import Scroller


@dataclass(frozen=True, slots=True)
class _Line:
    message_id: str
    key: int
    position: int | None
    """The position of the first character of the line in its block; None if the anchor has no text."""
    below: float
    """How far the top edge is below the top of the line (or of an entry without text), at zoom 1."""
    offset: float
    """How far the top edge is below the top of the entry, at zoom 1."""


class LineAnchor:
    """Notes a line before a change and finds it again afterwards.

    Until the user scrolls, it stays the line noted first: otherwise dragging a window narrower and wider again would
    move the text further and further.
    """

    def __init__(self, document: TranscriptDocument, scroller: Scroller) -> None:
        self._document = document
        self._scroller = scroller
        self._line: _Line | None = None
        self._noted_at = (-1, -1)
        self._is_due = False

    def hold(self) -> None:
        """Note the line while it is still laid out as shown; to be called before a change."""
        scroller, document = self._scroller, self._document
        now = (scroller.jumps, scroller.moves)
        if scroller.follow or not len(document):
            self._line, self._noted_at = None, (-1, -1)
        elif self._noted_at != now:
            self._line, self._noted_at = self._at_top(), now
        self._is_due = self._line is not None

    def keep(self) -> None:
        """Put the line back in its place after a change; to be called when the page is laid out again."""
        line, self._is_due = self._line if self._is_due else None, False
        spot = self._document.spot_of(line.message_id, line.key) if line is not None else None
        if line is None or spot is None:
            return
        layout = self._document.entry(spot).layout
        top = _top_of(layout, line.position) if layout is not None and line.position is not None else 0.0
        self._scroller.hold_at(spot, round(top + line.below * self._document.render_style.zoom))

    def renumber(self, renumbered: Callable[[str, int, int], int]) -> None:
        """Follow characters whose offsets changed: `renumbered` maps message, block and old offset to the new one."""
        line = self._line
        if line is not None and line.position is not None:
            self._line = replace(line, position=renumbered(line.message_id, line.key, line.position))

    def waiting(self) -> ScrollPlace | None:
        """Return where the reader was before a change that a hidden transcript has not applied yet."""
        line = self._line if self._is_due else None
        return ScrollPlace(line.message_id, line.key, line.offset) if line is not None else None

    def _at_top(self) -> _Line:
        spot, offset = self._scroller.anchor
        item = self._document.item(spot.place)
        entry = item.entries[min(spot.index, len(item.entries) - 1)]
        zoom = self._document.render_style.zoom
        position, top = None, 0.0
        if isinstance(entry, BlockEntry) and entry.layout is not None and entry.layout.boxes:
            position, top = _line_at(entry.layout, offset)
        return _Line(item.message.id, entry.key, position, (offset - top) / zoom, offset / zoom)


def _line_at(layout: BlockLayout, y: float) -> tuple[int, float]:
    """Return the first position of the last line that begins above a height, and the line's top."""
    best = (layout.boxes[0].start, layout.boxes[0].y)
    for box in layout.boxes:
        number = bisect_right(box.tops, y - box.y) - 1
        if number >= 0 and box.y + box.tops[number] > best[1]:
            best = (box.start + box.layout.lineAt(number).textStart(), box.y + box.tops[number])
    return best


def _top_of(layout: BlockLayout, position: int) -> float:
    """Return the top of the line of a position."""
    box = layout.box_at(position)
    if box is None:
        return 0.0
    line = box.layout.lineForTextPosition(position - box.start)
    number = line.lineNumber() if line.isValid() else 0
    return box.y + box.tops[min(number, len(box.tops) - 1)]
