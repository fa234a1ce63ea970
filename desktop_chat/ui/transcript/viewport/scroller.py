"""Which part of the transcript is in view: kept as the entry at the top edge, not as a number of pixels."""

from __future__ import annotations

from typing import NamedTuple

from desktop_chat.ui.transcript.document import Spot, TranscriptDocument
from desktop_chat.ui.transcript.entries import BlockEntry, Entry


class Placed(NamedTuple):
    """An entry in view, and where its top is."""

    y: int
    spot: Spot
    entry: Entry


class Scroller:
    """Places entries from an anchor down, or from the end up while it follows the end."""

    def __init__(self, document: TranscriptDocument) -> None:
        self._document = document
        self.follow = True
        self.top = 0
        """Empty room above the first message and below the last one."""
        self.bottom = 0
        self.jumps = 0
        """Counts jumps to a position, as opposed to scrolling by pixels."""
        self.moves = 0
        self.held = False
        """The user is looking at something in view: do not follow the end, even if it is in view."""
        self._anchor = Spot(0, 0)
        self._offset = 0
        """How many pixels of the anchor are above the top edge; negative for room above it."""

    @property
    def anchor(self) -> tuple[Spot, int]:
        """The entry at the top edge, and how much of it is above the edge."""
        return self._anchor, self._offset

    def go_to_entry(self, spot: Spot, offset: int) -> None:
        """Put a pixel of an entry at the top edge."""
        self._anchor, self._offset, self.follow, self.held = spot, offset, False, False
        self.jumps += 1

    def follow_end(self) -> None:
        """Go to the end and stay there while it grows."""
        self.follow, self.held = True, False
        self.jumps += 1

    def move(self, pixels: int) -> None:
        """Go down, or up when negative, by real pixels."""
        self._offset += pixels
        self.follow = self.held = False
        self.moves += 1

    def shift(self, pixels: int) -> None:
        """Keep what is in view in its place on the screen when the top edge itself has moved down."""
        self._offset += pixels
        self.moves += 1

    def hold_at(self, spot: Spot, offset: int) -> None:
        """Stay at the same line, which has a new place."""
        self._anchor, self._offset = spot, offset

    def way_to(self, spot: Spot, most: int) -> int | None:
        """Return how far the top of an entry is below the top edge, in real pixels; None beyond `most`."""
        document, y = self._document, -self._offset
        at: Spot | None = self._anchor
        down = (spot.place, spot.index) >= (self._anchor.place, self._anchor.index)
        while at is not None and at != spot and abs(y) <= most:
            if down:
                y += document.entry(at).height
                at = document.below(at)
            elif (at := document.above(at)) is not None:
                y -= document.entry(at).height
        return y if at == spot and abs(y) <= most else None

    def way_to_end(self, height: int, most: int) -> int | None:
        """Return how far the end is below a view of `height` pixels; None beyond `most`."""
        last = self._document.last()
        way = self.way_to(last, most + height) if last is not None else None
        if last is None or way is None:
            return None
        below = way + self._document.entry(last).height + self.bottom - height
        return below if 0 <= below <= most else None

    def place(self, height: int) -> list[Placed]:
        """Lay out and return what is in a view of `height` pixels, from top to bottom."""
        document = self._document
        if not len(document):
            self._anchor, self._offset, self.follow = Spot(0, 0), -self.top, True
            return []
        if self.follow:
            return self._place_from_end(height)
        self._normalise()
        placed = self._down(self._anchor, -self._offset, height)
        last = placed[-1]
        end = last.y + last.entry.height + self.bottom
        if end <= height and document.below(last.spot) is None:
            self.follow = not self.held
            return self._place_from_end(height)
        return placed

    def shows_end(self, placed: list[Placed], height: int) -> bool:
        """Return whether the end is in view: any part of a reply's footer, or the end of a text."""
        if self.follow or not placed:
            return True
        last = placed[-1]
        is_text = isinstance(last.entry, BlockEntry)
        return self._document.below(last.spot) is None and (not is_text or last.y + last.entry.height <= height)

    def value(self) -> int:
        """Return the height of the top edge, for the scroll bar."""
        return max(0, self._document.y_of(self._anchor) + self._offset + self.top) if len(self._document) else 0

    def total(self) -> int:
        """Return the height of everything, for the scroll bar."""
        return self.top + self._document.sums.total() + self.bottom

    def go_to_height(self, value: int) -> None:
        """Go where the scroll bar was dragged to."""
        if len(self._document):
            y = value - self.top
            spot, offset = self._document.at(y)
            self.go_to_entry(spot, offset if y >= 0 else y)

    def _place_from_end(self, height: int) -> list[Placed]:
        document = self._document
        spot = document.last()
        y = height - self.bottom
        placed: list[Placed] = []
        while spot is not None and y > 0:
            entry = document.entry(spot)
            y -= entry.height
            placed.append(Placed(y, spot, entry))
            spot = document.above(spot)
        placed.reverse()
        first = placed[0]
        if spot is None and first.y > self.top:
            lift = first.y - self.top
            placed = [Placed(one.y - lift, one.spot, one.entry) for one in placed]
            first = placed[0]
        self._anchor, self._offset = first.spot, -first.y
        return placed

    def _down(self, spot: Spot | None, y: int, height: int) -> list[Placed]:
        placed: list[Placed] = []
        while spot is not None and (y < height or not placed):
            entry = self._document.entry(spot)
            placed.append(Placed(y, spot, entry))
            y += entry.height
            spot = self._document.below(spot)
        return placed

    def _normalise(self) -> None:
        """Make the entry that really is at the top edge the anchor."""
        document = self._document
        place = min(self._anchor.place, len(document) - 1)
        spot = Spot(place, min(self._anchor.index, len(document.item(place).entries) - 1))
        offset = self._offset
        while offset < 0 and (higher := document.above(spot)) is not None:
            spot = higher
            offset += document.entry(spot).height
        while offset >= (tall := document.entry(spot).height) and (lower := document.below(spot)) is not None:
            spot, offset = lower, offset - tall
        self._anchor, self._offset = spot, max(offset, -self.top)
