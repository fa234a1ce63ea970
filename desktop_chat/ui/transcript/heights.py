"""Sums of many heights that change often: a Fenwick tree, so that neither a sum nor a change walks the whole list."""

from __future__ import annotations

from collections.abc import Iterable


class HeightSums:
    """Whole heights in pixels by place, never negative. All but `reset` cost the logarithm of the number of places."""

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self._heights: list[int] = []
        self._tree: list[int] = [0]
        self.reset(heights)

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, place: int) -> int:
        return self._heights[place]

    def reset(self, heights: Iterable[int]) -> None:
        """Begin again with other heights."""
        self._heights = list(heights)
        self._tree = tree = [0, *self._heights]
        for place in range(1, len(tree)):
            parent = place + (place & -place)
            if parent < len(tree):
                tree[parent] += tree[place]

    def append(self, height: int) -> None:
        """Add a place at the end."""
        self._heights.append(height)
        place = len(self._tree)
        total, step = height, 1
        while place & step == 0:
            total += self._tree[place - step]
            step <<= 1
        self._tree.append(total)

    def truncate(self, length: int) -> None:
        """Drop the places from `length` on."""
        del self._heights[length:]
        del self._tree[length + 1 :]

    def set(self, place: int, height: int) -> None:
        """Change one height."""
        change = height - self._heights[place]
        if not change:
            return
        self._heights[place] = height
        place += 1
        while place < len(self._tree):
            self._tree[place] += change
            place += place & -place

    def above(self, place: int) -> int:
        """Return the sum of the heights of all places before `place`."""
        total = 0
        while place:
            total += self._tree[place]
            place &= place - 1
        return total

    def total(self) -> int:
        """Return the sum of all."""
        return self.above(len(self._heights))

    def find(self, y: int) -> int:
        """Return the place that contains the pixel `y` counted from the top; the nearest one outside of all."""
        place, step = 0, 1 << len(self._heights).bit_length()
        while step:
            after = place + step
            if after < len(self._tree) and self._tree[after] <= y:
                place = after
                y -= self._tree[after]
            step >>= 1
        return max(0, min(place, len(self._heights) - 1))
