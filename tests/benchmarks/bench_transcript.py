"""The cost of a frame while streaming, at any length, compared with appending to a plain text widget."""

from __future__ import annotations

import os
import statistics
from collections.abc import Mapping

import harness
from harness import Row

TITLE = "A frame of streaming text"
CHILD = str(harness.HERE / "frames_child.py")
ROUNDS = 3
FLOOR, FLAT = 1.6, 1.15
NOISE = 0.1


def measure() -> list[Row]:
    """Three fresh processes per platform, alternating; each figure is the median of its ratios."""
    platforms = ["offscreen"] + (["xcb"] if os.environ.get("DISPLAY") else [])
    runs: dict[str, list[Mapping[str, float]]] = {name: [] for name in platforms}
    for _ in range(ROUNDS):
        for name in platforms:
            where = {"QT_QPA_PLATFORM": name}
            runs[name].append(harness.run(harness.python(CHILD), environment=where).report)
    return [row for name in platforms for row in _rows("X11" if name == "xcb" else name, runs[name])]


def _rows(where: str, runs: list[Mapping[str, float]]) -> list[Row]:
    same = _ratio(runs, "2k", "2k again")
    return [
        _row(f"a frame of two tokens after 2,000, against a plain text append, {where}", runs, "floor", "2k", FLOOR),
        _row(f"the same after 100,000 tokens, {where}", runs, "floor", "100k", FLOOR),
        _row(f"after 100,000 tokens, against after 2,000, {where}", runs, "2k", "100k", FLAT),
        _row(f"below 10,000 messages, against below none, {where}", runs, "2k", "history", FLAT),
        Row(
            f"the same against itself (noise), {where}",
            _median(runs, "2k"),
            _median(runs, "2k again"),
            f"{same:.2f}x",
            f"within {NOISE:.0%}",
            abs(same - 1) <= NOISE,
        ),
    ]


def _row(what: str, runs: list[Mapping[str, float]], floor: str, subject: str, at_most: float) -> Row:
    ratio = _ratio(runs, floor, subject)
    reach = f"at most {at_most:g}x, one paint a frame"  # the child fails if there is more than one
    return Row(what, _median(runs, floor), _median(runs, subject), f"{ratio:.2f}x", reach, ratio <= at_most)


def _ratio(runs: list[Mapping[str, float]], floor: str, subject: str) -> float:
    return statistics.median(run[subject] / run[floor] for run in runs)


def _median(runs: list[Mapping[str, float]], name: str) -> str:
    return f"{statistics.median(run[name] for run in runs):.2f} ms"
