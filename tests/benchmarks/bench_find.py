"""Find in a conversation of 10,000 messages and 8 MB, compared with one pass over all its characters."""

from __future__ import annotations

import statistics
from pathlib import Path

import harness
from harness import Row

TITLE = "Find in a conversation"
ROUNDS = 3
FIRST_MS, SLICE_MS = 30.0, 6.0
_CHILD = str(Path(__file__).resolve().parent / "find_child.py")


def measure() -> list[Row]:
    """Return rows for English and for mixed Chinese and English; medians of fresh processes."""
    return [
        row for language, name in (("en", "English"), ("zh", "Chinese and English")) for row in _rows(language, name)
    ]


def _rows(language: str, name: str) -> list[Row]:
    runs = [harness.run(harness.python(_CHILD, language)).report for _ in range(ROUNDS)]

    def median(what: str) -> float:
        return statistics.median(run[what] for run in runs)

    first, floor, longest = median("first"), median("floor"), median("longest")
    size = f"10,000 messages, {median('bytes') / 1e6:.1f} MB, {name}"
    return [
        Row(
            f"{size}: bar opened, CPU to the only hit",
            f"{floor:.1f} ms",
            f"{first:.1f} ms",
            f"{first / floor:.1f}x",
            f"under {FIRST_MS:.0f} ms",
            first < FIRST_MS,
        ),
        Row(
            f"the same: {median('hits'):,.0f} hits of a common word counted, longest slice",
            f"{median('floor_all'):.0f} ms for all",
            f"{longest:.1f} ms, {median('with_garbage'):.1f} ms with a garbage collection in it "
            f"({median('all') / 1000:.1f} s for all)",
            "-",
            f"at most {SLICE_MS:.0f} ms a slice",
            longest <= SLICE_MS,
        ),
    ]
