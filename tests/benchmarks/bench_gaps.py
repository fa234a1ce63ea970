"""The longest gap of the event loop while text streams in: open constructs, steady and fast streams, backlogs."""

from __future__ import annotations

import statistics

import harness
from harness import Row

TITLE = "No frame is missed"
TAILS = str(harness.HERE / "tails_child.py")
GAPS = str(harness.HERE / "gaps_child.py")
ROUNDS = 3
STEADY_S = 10
FRAME_MS, BACKLOG_MS = 16.7, 33.0
TABS = 1.5


def measure() -> list[Row]:
    """Three fresh processes each: the median of the longest frame, the worst of the longest gaps."""
    where = {"QT_QPA_PLATFORM": "offscreen"}
    tails, gaps = [], []
    for _ in range(ROUNDS):
        tails.append(harness.run(harness.python(TAILS), environment=where).report)
        gaps.append(harness.run(harness.python(GAPS, str(STEADY_S)), environment=where).report)
    steady, fast, backlog = (max(run[name] for run in gaps) for name in ("steady", "fast", "backlog"))
    one, eight = (statistics.median(run[name] for run in gaps) for name in ("one tab", "8 tabs"))
    return [
        *[_tail(name.removesuffix(": max"), tails) for name in tails[0] if name.endswith(": max")],
        _gap(f"100 tokens/s into 100,000 tokens for {ROUNDS * STEADY_S} s, longest gap", steady, FRAME_MS),
        _gap("2,000 tokens/s, longest gap, all text there", fast, BACKLOG_MS),
        _gap("50,000 tokens at once, longest gap, all text there", backlog, BACKLOG_MS),
        Row(
            "8 transcripts that take 100 tokens/s each, one of them seen, against one",
            f"{one * 1000:.0f} ms",
            f"{eight * 1000:.0f} ms",
            f"{eight / one:.2f}x",
            f"at most {TABS:g}x",
            eight <= TABS * one,
        ),
    ]


def _tail(name: str, runs: list[dict[str, float]]) -> Row:
    longest = statistics.median(run[f"{name}: max"] for run in runs)
    mean = statistics.median(run[f"{name}: mean"] for run in runs)
    reach = f"at most {FRAME_MS:g} ms"
    return Row(
        f"longest frame, open {name}", f"{mean:.1f} ms (mean)", f"{longest:.1f} ms", "-", reach, longest <= FRAME_MS
    )


def _gap(what: str, gap: float, at_most: float) -> Row:
    return Row(f"{what}, CPU", "-", f"{gap:.1f} ms", "-", f"at most {at_most:g} ms", gap <= at_most)
