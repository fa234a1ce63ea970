"""Attaching files: the text of a long PDF compared with PDFium alone, 100 photos, and how long the window waits."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from harness import HERE, Row, Run, cpu_row, python, run, side_by_side

TITLE = "Attaching files"
CHILD = str(HERE / "files_child.py")
TEXT_AT_MOST = 1.2
TURN_MS = 16.7
MEMORY_MB = 60.0
ROUNDS = 5


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        run(python(CHILD, "make", folder))
        pdf, photo = str(Path(folder) / "report.pdf"), str(Path(folder) / "photo.jpg")
        floor, subject = side_by_side(
            lambda: run(python(CHILD, "alone", pdf)), lambda: run(python(CHILD, "pdf", pdf)), rounds=ROUNDS
        )
        images = [run(python(CHILD, "images", photo)) for _ in range(3)]
    whole = all(each.report["letters"] >= floor.runs[0].report["letters"] * 0.95 for each in subject.runs)
    assert not any(each.report["left_out"] for each in subject.runs), "text was left out"
    return [
        cpu_row("text of a 1,000-page PDF", floor, subject, TEXT_AT_MOST, also=whole, note=", all text there"),
        _turn("longest wait of the window meanwhile", subject.runs),
        _turn("100 photos of 12 megapixels, longest wait of the window", images),
        _memory(images),
    ]


def _turn(what: str, runs: list[Run]) -> Row:
    """Compare with the same loop beside a thread that needs no interpreter: the machine makes it wait, too."""
    floor, busy = (statistics.median(each.report[name] for each in runs) for name in ("floor_ms", "gap_ms"))
    more = max(0.0, busy - floor)
    reach = f"at most {TURN_MS} ms more"
    return Row(what, f"{floor:.1f} ms", f"{busy:.1f} ms", f"+{more:.1f} ms", reach, more <= TURN_MS)


def _memory(runs: list[Run]) -> Row:
    most, kept = (statistics.median(each.report[name] for each in runs) for name in ("most_mb", "kept_mb"))
    seconds = statistics.median(each.report["wall_s"] for each in runs)
    return Row(
        f"the same, memory at most ({seconds:.0f} s in all, {runs[0].report['side']:,} px wide)",
        "-",
        f"{most:.0f} MB, {kept:.0f} MB kept",
        "-",
        f"at most {MEMORY_MB:g} MB",
        most <= MEMORY_MB,
    )
