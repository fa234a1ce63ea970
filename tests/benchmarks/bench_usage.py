"""The ledger of usage with 400,000 entries: sums of a year, what was spent, recording a request, saving a year."""

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
OF_SAVING = (
    ("save_s", "a year, half of the entries, saved as CSV", 3.0),
    ("save_turn_s", "the longest turn of the loop meanwhile", FRAME_S),
)


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        _run(Path(folder), "make")
        measured = Series([_run(Path(folder), "measure") for _ in range(ROUNDS)])
        saved = Series([_run(Path(folder), "save") for _ in range(ROUNDS)])
    rows = [_row(measured, *promise) for promise in PROMISES]
    return [*rows, *(_row(saved, *promise) for promise in OF_SAVING)]


def _row(series: Series, name: str, what: str, at_most_s: float) -> Row:
    found = series.median(lambda one: one.report[name])
    return Row(what, "", f"{found * 1e3:.2f} ms", "", f"at most {at_most_s * 1e3:.4g} ms", found <= at_most_s)


def _run(folder: Path, what: str) -> Run:
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return run(python(str(HERE / "usage_child.py"), str(folder), str(COUNT), what), environment={"PYTHONPATH": path})
