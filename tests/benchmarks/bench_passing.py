"""What a stream costs that passes through the local endpoint, against a bare proxy of the same server and client."""

from __future__ import annotations

from functools import partial

import harness
from harness import Row, Run

TITLE = "Streams through the local endpoint"
CHILD = str(harness.HERE / "passing_child.py")
AT_MOST = {"v1": 1.3, "chat": 1.5}
ADDED_MS = 3.0
ROUNDS = 3


def measure() -> list[Row]:
    """Compare CPU times of the serving processes, and times to the first byte."""
    rows = []
    for path, at_most in AT_MOST.items():
        floor, subject = harness.side_by_side(
            lambda path=path: _run("bare", path), lambda path=path: _run("endpoint", path), rounds=ROUNDS
        )
        complete = all(run.report["complete"] == 20 for run in subject.runs)
        rows.append(harness.cpu_row(f"20 streams at 100 tokens/s, {path}: CPU", floor, subject, at_most, also=complete))
        direct, first = (subject.median(partial(_ms, name)) for name in ("direct", "first"))
        added = first - direct
        rows.append(
            Row(
                f"first byte, {path}, against a direct request",
                f"{direct:.1f} ms",
                f"{first:.1f} ms",
                f"+{added:.1f} ms",
                f"at most +{ADDED_MS:g} ms",
                added <= ADDED_MS,
            )
        )
    return rows


def _ms(name: str, run: Run) -> float:
    value: float = run.report[name]
    return value * 1_000


def _run(proxy: str, path: str) -> Run:
    return harness.run(harness.python(CHILD, proxy, path))
