"""The effect of a flood on the window: a server sends as fast as TCP allows, to the real application on a screen."""

from __future__ import annotations

import asyncio
import statistics
import tempfile

import harness
from bench_stop import MEDIAN_S, P95_S, Server, hostile_server
from harness import Row

TITLE = "A flood, seen by the person at the window"
CHILD = str(harness.HERE / "flood_child.py")
ROUNDS = 3
LONGEST_GAP_S = 0.050


def measure() -> list[Row]:
    return asyncio.run(_measure())


async def _measure() -> list[Row]:
    reports, stops = [], []
    for _ in range(ROUNDS):
        async with hostile_server() as server:
            with tempfile.TemporaryDirectory() as data_dir:
                command = harness.python(CHILD, str(server.port), data_dir)
                report = (await asyncio.to_thread(harness.run, command)).report
            reports.append(report)
            stops += [await _seen_after(server, clicked) - clicked for clicked in report["clicked"]]
    idle, flood, stopping = (
        statistics.median(report[name] for report in reports) for name in ("idle", "flood", "stopping")
    )
    whole = all(report["whole"] for report in reports)
    return [
        _gap_row(
            "50,000 chunks as fast as TCP takes them, longest CPU between two turns of the loop", idle, flood, whole
        ),
        _gap_row("the same in floods without an end that are stopped", idle, stopping, True),
        _stop_row(stops),
    ]


async def _seen_after(server: Server, clicked: float) -> float:
    """When the server saw the client disconnect; a client that left before the click had received the whole reply."""
    while (seen := await server.left_at()) < clicked:
        pass
    return seen


def _gap_row(what: str, idle: float, busy: float, whole: bool) -> Row:
    return Row(
        what,
        f"{idle * 1000:.1f} ms (idle)",
        f"{busy * 1000:.1f} ms",
        f"{busy / idle:.1f}x",
        f"at most {LONGEST_GAP_S * 1000:g} ms, all text there",
        busy <= LONGEST_GAP_S and whole,
    )


def _stop_row(times: list[float]) -> Row:
    median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    return Row(
        "from the click on Stop in a flood to the disconnect that the server sees",
        "-",
        f"median {median * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms",
        "-",
        "median at most 20 ms, p95 at most 50 ms",
        median <= MEDIAN_S and p95 <= P95_S,
    )
