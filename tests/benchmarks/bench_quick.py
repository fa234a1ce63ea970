"""How long the quick window takes until one can write in it, in a running program on a screen."""

from __future__ import annotations

import os
import statistics
import tempfile

import harness
from harness import Row

TITLE = "Quick question"
PROGRAM = str(harness.HERE / "quick_child.py")
ROUNDS = 3
REACH_MS = 150.0


def measure() -> list[Row]:
    if not os.environ.get("DISPLAY"):
        raise RuntimeError("it needs a screen: run it under scripts/gui-session")
    runs = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as place:
            runs.append(harness.run(harness.python(PROGRAM, place)).report)
    return [
        _row("the first time, the window is made", [run["first"] for run in runs]),
        _row("hidden before, another conversation", [one for run in runs for one in run["other"]]),
        _row("hidden before, the same conversation", [one for run in runs for one in run["same"]]),
        _row("`desktop-chat --quick`, a process of its own included", [run["process"] for run in runs], reach_ms=0),
    ]


def _row(what: str, times_s: list[float], reach_ms: float = REACH_MS) -> Row:
    worst, middle = max(times_s) * 1000, statistics.median(times_s) * 1000
    measured = f"{middle:.0f} ms (worst {worst:.0f} ms)"
    reach = f"at most {reach_ms:g} ms" if reach_ms else "-"
    return Row(
        f"request to a caret that takes characters: {what}", "-", measured, "-", reach, middle <= (reach_ms or middle)
    )
