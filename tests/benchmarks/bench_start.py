"""The cost of starting, and of an idle window, compared with the minimum that Python and Qt allow."""

from __future__ import annotations

import os
import tempfile

import harness
from harness import Row, Run

TITLE = "Start and rest"
CHILD = str(harness.HERE / "window_child.py")
IDLE_S = float(os.environ.get("BENCH_IDLE_S", "60"))


def measure() -> list[Row]:
    return [version_row(), paint_row(), *idle_rows()]


def version_row() -> Row:
    floor, subject = harness.side_by_side(
        lambda: harness.run(harness.python("-c", "pass")),
        lambda: harness.run(harness.python("-m", "desktop_chat", "--version")),
        rounds=15,
    )
    return harness.cpu_row("CPU of `--version`, against `python -c pass`", floor, subject, 3)


def paint_row() -> Row:
    floor, subject = harness.side_by_side(lambda: window("floor", "paint"), lambda: window("product", "paint"))
    imported = sorted({name for run in subject.runs for name in run.report["imported"]})
    note = f"; imported too early: {', '.join(imported)}" if imported else "; none of the slow libraries imported"
    what = "CPU to the first painted window, against an empty `QMainWindow`"
    return harness.cpu_row(what, floor, subject, 2, also=not imported, note=note)


def idle_rows() -> list[Row]:
    floor, subject = window("floor", "idle"), window("product", "idle")
    share, pss = (subject.report[name] for name in ("cpu_share", "pss_mb"))
    tabs = subject.report["tabs"]
    return [
        Row(
            f"CPU of an untouched window with {tabs} tabs, over {IDLE_S:g} s",
            f"{floor.report['cpu_share']:.2%}",
            f"{share:.2%}",
            "",
            "at most 1 % of a core, 10 tabs",
            share <= 0.01 and tabs >= 10,
        ),
        Row(
            f"Memory of that window (PSS), with {tabs} tabs",
            f"{floor.report['pss_mb']:.0f} MB",
            f"{pss:.0f} MB",
            f"{pss / floor.report['pss_mb']:.2f}x",
            "at most 150 MB, 10 tabs",
            pss <= 150 and tabs >= 10,
        ),
    ]


def window(subject: str, question: str) -> Run:
    """Run one window in a fresh process, with an empty data directory."""
    with tempfile.TemporaryDirectory() as data_dir:
        return harness.run(harness.python(CHILD, subject, question, data_dir, str(IDLE_S)))
