"""The cost of journalling a streamed reply: CPU compared with no journal, and bytes compared with the text."""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path

from bench_provider import hostile_server
from harness import HERE, ROOT, Row, Run, python, run, side_by_side

TITLE = "Journal"
CPU_AT_MOST = 1.15
BYTES_AT_MOST = 3.0


def measure() -> list[Row]:
    with hostile_server() as address:
        floor, subject = side_by_side(lambda: _run(address, "without"), lambda: _run(address, "with"), rounds=3)
    ratio = subject.median() / floor.median()
    written = statistics.median(
        (above.report["written"] - below.report["written"]) / above.report["characters"]
        for below, above in zip(floor.runs, subject.runs, strict=True)
    )
    return [
        Row(
            "CPU of a reply of 10 s at 100 tokens/s, with the provider and a session",
            f"{floor.median() * 1e3:.0f} ms",
            f"{subject.median() * 1e3:.0f} ms",
            f"{ratio:.2f}x",
            f"at most {CPU_AT_MOST:g}x",
            ratio <= CPU_AT_MOST,
        ),
        Row(
            "bytes written while it streams, against its text",
            f"{subject.runs[0].report['characters']} B",
            f"{written * subject.runs[0].report['characters']:.0f} B",
            f"{written:.2f}x",
            f"at most {BYTES_AT_MOST:g}x",
            written <= BYTES_AT_MOST,
        ),
    ]


def _run(address: str, journal: str) -> Run:
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "history.db")
        child = python(str(HERE / "journal_child.py"), address, database, journal)
        return run(child, environment={"PYTHONPATH": path})
