"""The ledger of usage with 400,000 entries: sums of a year, what was spent, and recording a request."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from harness import HERE, ROOT, Row, Run, Series, python, run

TITLE = "Usage"
COUNT = 400_000
ROUNDS = 5
FRAME_S = 1 / 60
PROMISES = (
    ("sums_s", "sums of a year by day, model, connection, caller or origin: the slowest", 0.05),
    ("conversation_s", "what one conversation used, when it is opened", 0.02),
    ("spent_s", "what was spent this month, before a request is sent", 0.02),
    ("turn_s", "the longest turn of the loop meanwhile", FRAME_S),
    ("conversations_s", "sums of a year by conversation, 20,000 of them", 2.0),
    ("record_s", "recording a request at its end, on the loop", 0.0002),
)


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "usage.sqlite3"
        _run(file, "make")
        series = Series([_run(file, "measure") for _ in range(ROUNDS)])
    return [_row(series, *promise) for promise in PROMISES]


def _row(series: Series, name: str, what: str, at_most_s: float) -> Row:
    found = series.median(lambda one: one.report[name])
    return Row(what, "", f"{found * 1e3:.2f} ms", "", f"at most {at_most_s * 1e3:.4g} ms", found <= at_most_s)


def _run(file: Path, what: str) -> Run:
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return run(python(str(HERE / "usage_child.py"), str(file), str(COUNT), what), environment={"PYTHONPATH": path})
