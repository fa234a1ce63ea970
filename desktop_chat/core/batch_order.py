"""The order in which the rows of a batch are shown: failures, then what runs, then all others, each by their numbers.

Made several times a second while a batch runs, so it costs nothing for the others, however many they are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable


class BatchOrder:
    """The order of `count` rows, of which some failed and others are running."""

    def __init__(self, count: int, failed: Iterable[int] = (), running: Iterable[int] = ()) -> None:
        self._count = count
        self._first = [*sorted(failed), *sorted(running)]
        self._taken = sorted(self._first)
        self._before = [row - index for index, row in enumerate(self._taken)]
        """How many of the others come before each row of `_taken`."""
        self._places: dict[int, int] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BatchOrder) and (self._count, self._first) == (other._count, other._first)

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return self._count

    def row_at(self, place: int) -> int:
        """Return the number of the row at a place."""
        if place < len(self._first):
            return self._first[place]
        other = place - len(self._first)
        return other + bisect_right(self._before, other)

    def place_of(self, row: int) -> int:
        """Return where a row is."""
        if self._places is None:
            self._places = {found: place for place, found in enumerate(self._first)}
        if row in self._places:
            return self._places[row]
        return len(self._first) + row - bisect_left(self._taken, row)
