"""What a stream costs that passes through the local endpoint, against a bare proxy of the same server and client; what
the first byte waits; and how soon the upstream sees that a caller has left."""

from __future__ import annotations

import statistics
from typing import Any

import harness
from harness import Row

TITLE = "Streams through the local endpoint"
CHILD = str(harness.HERE / "passing_child.py")
AT_MOST = {"v1": 1.3, "chat": 1.5}
NAMES = {"v1": "/v1", "chat": "/api/chat/stream"}
ADDED_MS = 3.0
LEFT_MS = 50.0
ROUNDS, FIRST_BYTES, LEAVES = 5, 120, 60


def measure() -> list[Row]:
    """One set of processes, in which everything takes turns."""
    words = (str(number) for number in (ROUNDS, FIRST_BYTES, LEAVES))
    report = harness.run(harness.python(CHILD, *words)).report
    rows = []
    for way, at_most in AT_MOST.items():
        rows.append(_cpu_row(way, at_most, report))
        rows.append(_first_byte_row(way, report["first"]))
        rows.append(_left_row(way, report["left"][way]))
    return rows


def _cpu_row(way: str, at_most: float, report: dict[str, Any]) -> Row:
    floor, subject = (statistics.median(report["cpu"][name]) for name in ("bare", way))
    ratio = subject / floor
    return Row(
        f"20 streams at 100 tokens/s, {NAMES[way]}: CPU",
        harness.milliseconds(floor),
        harness.milliseconds(subject),
        f"{ratio:.2f}x",
        f"at most {at_most:g}x",
        ratio <= at_most and report["complete"],
    )


def _first_byte_row(way: str, first: dict[str, float]) -> Row:
    direct, through = first["direct"] * 1_000, first[way] * 1_000
    return Row(
        f"first byte, {NAMES[way]}, against a direct request",
        f"{direct:.1f} ms",
        f"{through:.1f} ms",
        f"+{through - direct:.1f} ms",
        f"at most +{ADDED_MS:g} ms",
        through - direct <= ADDED_MS,
    )


def _left_row(way: str, seconds: list[float]) -> Row:
    middle, late = (statistics.quantiles(seconds, n=100)[percent - 1] * 1_000 for percent in (50, 95))
    return Row(
        f"a caller of {NAMES[way]} leaves, the upstream sees it: p50, p95 of {len(seconds)}",
        "-",
        f"{middle:.1f}, {late:.1f} ms",
        "-",
        f"p95 at most {LEFT_MS:g} ms",
        late <= LEFT_MS,
    )
