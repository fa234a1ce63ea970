"""Tool calls and attached images in a transcript: a frame while arguments grow, opening many calls, large images."""

from __future__ import annotations

import statistics

import harness
from harness import Row

TITLE = "Tool calls and images"
CHILD = str(harness.HERE / "parts_child.py")
ROUNDS = 3
FRAME, OPEN, TURN_MS, MEMORY_MB = 1.6, 1.5, 16.7, 60.0


def measure() -> list[Row]:
    """Return the median of each figure from three fresh processes."""
    where = {"QT_QPA_PLATFORM": "offscreen"}
    runs = [harness.run(harness.python(CHILD), environment=where).report for _ in range(ROUNDS)]
    found = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    return [
        _compared(
            "a frame while 100 KB of arguments stream into a card, against a plain text append",
            found,
            "floor",
            "arguments",
            FRAME,
        ),
        _compared(
            "opening 200 replies with a call of 50 KB each, against texts",
            found,
            "open text",
            "open calls",
            OPEN,
        ),
        _compared(
            "opening one reply with 200 calls of 50 KB, against texts",
            found,
            "open text",
            "open one reply",
            OPEN,
        ),
        _limited(
            "100 attached images of 12 megapixels, scrolled through: longest turn",
            found["images: longest turn"],
            TURN_MS,
            "ms",
        ),
        _limited("memory that they take over the text alone", found["images: memory"], MEMORY_MB, "MB"),
    ]


def _compared(what: str, found: dict[str, float], floor: str, subject: str, at_most: float) -> Row:
    below, above = found[floor], found[subject]
    ratio = above / below
    return Row(what, f"{below:.2f} ms", f"{above:.2f} ms", f"{ratio:.2f}x", f"at most {at_most:g}x", ratio <= at_most)


def _limited(what: str, value: float, at_most: float, unit: str) -> Row:
    return Row(what, "-", f"{value:.1f} {unit}", "-", f"at most {at_most:g} {unit}", value <= at_most)
