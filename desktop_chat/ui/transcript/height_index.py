"""Sums of many heights that change often: a Fenwick tree over short runs, sums and changes
are logarithmic, building is linear."""

from __future__ import annotations

from collections.abc import Iterable

_RUN = 64
"""Places that share a leaf of the tree: adding them up takes no longer than a step in the tree."""


class HeightIndex:
    """Heights in whole pixels by place, never negative. All but `reset` take logarithmic time."""

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self._heights: list[int] = []
        self._tree: list[int] = [0]
        self.reset(heights)

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, place: int) -> int:
        return self._heights[place]

    def reset(self, heights: Iterable[int]) -> None:
        """Replace all heights."""
        self._heights = own = list(heights)
        self._tree = tree = [0, *[sum(own[start : start + _RUN]) for start in range(0, len(own), _RUN)]]
        for leaf in range(1, len(tree)):
            parent = leaf + (leaf & -leaf)
            if parent < len(tree):
                tree[parent] += tree[leaf]

    def append(self, height: int) -> None:
        """Add a place at the end."""
        begins_run = len(self._heights) % _RUN == 0
        self._heights.append(height)
        if not begins_run:
            self._tree[-1] += height
            return
        leaf = len(self._tree)
        total, step = height, 1
        while leaf & step == 0:
            total += self._tree[leaf - step]
            step <<= 1
        self._tree.append(total)

    def truncate(self, length: int) -> None:
        """Drop the places from `length` on."""
        leaves = -(-length // _RUN)
        dropped = sum(self._heights[length : leaves * _RUN])
        del self._heights[length:]
        del self._tree[leaves + 1 :]
        self._tree[-1] -= dropped

    def set(self, place: int, height: int) -> None:
        """Change one height."""
        change = height - self._heights[place]
        if not change:
            return
        self._heights[place] = height
        leaf = place // _RUN + 1
        while leaf < len(self._tree):
            self._tree[leaf] += change
            leaf += leaf & -leaf

    def above(self, place: int) -> int:
        """Return the sum of the heights of all places before `place`."""
        leaf = place // _RUN
        total = sum(self._heights[leaf * _RUN : place])
        while leaf:
            total += self._tree[leaf]
            leaf &= leaf - 1
        return total

    def total(self) -> int:
        """Return the sum of all."""
        return self.above(len(self._heights))

    def find(self, y: int) -> int:
        """Return the place that contains the pixel `y` from the top; outside of all, the nearest one."""
        leaf, step = 0, 1 << len(self._tree).bit_length()
        while step:
            after = leaf + step
            if after < len(self._tree) and self._tree[after] <= y:
                leaf = after
                y -= self._tree[after]
            step >>= 1
        last = len(self._heights) - 1
        place = leaf * _RUN
        while place < last and self._heights[place] <= y:
            y -= self._heights[place]
            place += 1
        return max(0, min(place, last))
