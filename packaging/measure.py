"""Measures a packaged program against the same source tree: from its start to its window on the screen, and at rest.

Usage: scripts/gui-session PYTHON packaging/measure.py PROGRAM [ROUNDS]. The source tree runs in the environment that
build.py made, so with the same Python and libraries. Needs xev, which comes with scripts/gui-session's needs.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SOURCE = [str(ROOT / "build/package/product/bin/python"), "-m", "desktop_chat"]
TICKS = os.sysconf("SC_CLK_TCK")
REST_S = 8.0
"""After which the window is at rest."""


class Start(NamedTuple):
    """One start, in seconds, and the memory at rest in MB."""

    wall: float
    cpu: float
    pss: float


def main(program: str, rounds: int) -> None:
    """Start both by turns, and print the medians."""
    subjects = {"source": SOURCE, "packaged": [program]}
    starts: dict[str, list[Start]] = {name: [] for name in subjects}
    for number in range(rounds + 1):
        for name, command in subjects.items():
            start = measure(command, rest=number == 1)
            if number:  # the first round warms the disk's cache
                starts[name].append(start)
    medians = {
        name: (statistics.median(one.wall for one in found), statistics.median(one.cpu for one in found))
        for name, found in starts.items()
    }
    for name, (wall, cpu) in medians.items():
        pss = max(one.pss for one in starts[name])
        print(f"{name:9} window after {wall:.3f} s, CPU {cpu:.3f} s; at rest with one tab {pss:.0f} MB (PSS)")
    ratios = [packaged / source for packaged, source in zip(medians["packaged"], medians["source"], strict=True)]
    print(f"packaged against source: {ratios[0]:.2f}x wall, {ratios[1]:.2f}x CPU, median of {rounds}")


def measure(command: Sequence[str], *, rest: bool) -> Start:
    """Start a program with an empty data directory and stop it again."""
    with tempfile.TemporaryDirectory() as folder, mapped_windows() as mapped:
        begun = time.monotonic()
        process = subprocess.Popen([*command, "--data-dir", folder, "--demo"], cwd=ROOT, stdin=subprocess.DEVNULL)
        try:
            wait_for_map(mapped)
            wall, cpu = time.monotonic() - begun, cpu_of(process.pid)
            pss = 0.0
            if rest:
                time.sleep(REST_S)
                pss = pss_of(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
        mapped.terminate()
    return Start(wall, cpu, pss)


def mapped_windows() -> subprocess.Popen[str]:
    """Return a process that says what is mapped on the screen, once it watches."""
    watch = subprocess.Popen(["xev", "-root", "-event", "substructure"], stdout=subprocess.PIPE, text=True)
    time.sleep(0.5)
    return watch


def wait_for_map(watch: subprocess.Popen[str]) -> None:
    """Return when a window comes onto the screen."""
    assert watch.stdout is not None  # noqa: S101  (asked for)
    for line in watch.stdout:
        if line.startswith("MapNotify"):
            return
    raise RuntimeError("xev ended")


def cpu_of(pid: int) -> float:
    """Return what a process has used so far, with the children that it waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def pss_of(pid: int) -> float:
    """Return its memory, of what is shared a share; readable for root alone, as the program hides its memory."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    except PermissionError:
        return float("nan")
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 7)
