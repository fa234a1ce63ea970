"""Opening, resizing, zooming and scrolling: ten thousand messages compared with a hundred."""

from __future__ import annotations

import statistics

import harness
from harness import Row

TITLE = "Long conversations"
CHILD = str(harness.HERE / "open_child.py")
ROUNDS = 3


def measure() -> list[Row]:
    """Return the median of each figure from three fresh processes."""
    where = {"QT_QPA_PLATFORM": "offscreen"}
    runs = [harness.run(harness.python(CHILD), environment=where).report for _ in range(ROUNDS)]
    found = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    jumps = sum(run["jumps"] for run in runs)
    return [
        _compared(
            "opening 10,000 messages (8 MB), from the messages to the first paint, against 100", found, "open", 2
        ),
        _limited("memory that opening 10,000 messages takes", found["open MB"], 50, "MB"),
        _limited("longest turn of the loop while one message of 400 KB is opened", found["one message"], 33, "ms"),
        _compared("a resize step in 10,000 messages, against 100", found, "resize", 1.3),
        _compared("a zoom step in 10,000 messages, against 100", found, "zoom", 1.3),
        _limited("a wheel step anywhere in 10,000 messages, p95", found["wheel"], 8, "ms"),
        Row("content that jumps in 3 x 1,000 random steps", "-", f"{jumps:.0f}", "-", "none", jumps == 0),
        _null(found),
    ]


def _compared(what: str, found: dict[str, float], name: str, at_most: float) -> Row:
    few, many = found[f"{name} 100"], found[f"{name} 10000"]
    return Row(
        what, f"{few:.2f} ms", f"{many:.2f} ms", f"{many / few:.2f}x", f"at most {at_most:g}x", many <= at_most * few
    )


def _limited(what: str, value: float, at_most: float, unit: str) -> Row:
    return Row(what, "-", f"{value:.1f} {unit}", "-", f"at most {at_most:g} {unit}", value <= at_most)


def _null(found: dict[str, float]) -> Row:
    one, other = found["open 100"], found["open 100 again"]
    ratio = other / one
    reach = "within 10%"
    return Row(
        "opening 100 messages, against itself (noise)",
        f"{one:.2f} ms",
        f"{other:.2f} ms",
        f"{ratio:.2f}x",
        reach,
        abs(ratio - 1) <= 0.1,
    )
