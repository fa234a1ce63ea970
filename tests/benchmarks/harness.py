"""Compares the product with a baseline in the same run, in fresh processes, and updates the tables in README.md.

Usage: VENV/bin/python tests/benchmarks/harness.py [NAME...] where NAME is bench_start or start; all by default.

A benchmark is a file bench_*.py in this folder with a `TITLE` and `measure() -> list[Row]`. Baseline and subject
alternate, so that a busy machine slows both; the medians of CPU time are compared.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TABLES = HERE / "README.md"


@dataclass(frozen=True, slots=True)
class Run:
    """One process: its CPU and wall-clock time in seconds, what it reported, and its peak memory in megabytes."""

    cpu_s: float
    wall_s: float
    report: dict[str, Any]
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table. `reach` is the promise in words, `met` whether it was kept in this run."""

    what: str
    floor: str
    measured: str
    ratio: str
    reach: str
    met: bool


@dataclass(slots=True)
class Series:
    """Several runs of the same process."""

    runs: list[Run] = field(default_factory=list)

    def median(self, value: Callable[[Run], float] = lambda run: run.cpu_s) -> float:
        return statistics.median(value(run) for run in self.runs)


def run(command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> Run:
    """Run a process to its end; measure its CPU time, including threads and children that it waited for.

    If the last line it prints is a JSON object, that is its report; `cpu_s` in it replaces the measured CPU time (for
    "CPU until something happened"). Raises if the process fails.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=output, stdin=subprocess.DEVNULL, env={**_as_installed(), **(environment or {})}, cwd=ROOT
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        lines = output.read().strip().splitlines()
    if process.returncode:
        raise RuntimeError(f"exit code {process.returncode}: {' '.join(command)}\n" + "\n".join(lines[-20:]))
    report: dict[str, Any] = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    return Run(report.get("cpu_s", usage.ru_utime + usage.ru_stime), wall_s, report, usage.ru_maxrss / 1024)


def _as_installed() -> dict[str, str]:
    """Return the environment of a process whose modules are already compiled, like those of an installed program."""
    compiled = {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(ROOT / "build" / "bytecode")}
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | compiled


def side_by_side(
    floor: Callable[[], Run], subject: Callable[[], Run], *, rounds: int = 7, warm_up: bool = True
) -> tuple[Series, Series]:
    """Run both alternately; the first round warms the caches and is not counted."""
    below, above = Series(), Series()
    for number in range(rounds + warm_up):
        pair = floor(), subject()
        if number or not warm_up:
            below.runs.append(pair[0])
            above.runs.append(pair[1])
    return below, above


def cpu_row(what: str, floor: Series, subject: Series, at_most: float, *, also: bool = True, note: str = "") -> Row:
    """Return a row that compares median CPU times; `also` is an additional condition, described by `note`."""
    ratio = subject.median() / floor.median()
    return Row(
        what,
        milliseconds(floor.median()),
        milliseconds(subject.median()),
        f"{ratio:.2f}x",
        f"at most {at_most:g}x{note}",
        ratio <= at_most and also,
    )


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"


def python(*arguments: str) -> list[str]:
    """Return the command for a fresh Python of this environment."""
    return [sys.executable, *arguments]


def machine() -> str:
    """Describe the machine of the measurements, without its name."""
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"PySide6 {version('PySide6-Essentials')}, openai {version('openai')}"
    )


def table(title: str, rows: Sequence[Row]) -> str:
    lines = [f"### {title}", "", f"{machine()}.", "", "| what | floor | measured | ratio | reach | |", "|-|-|-|-|-|-|"]
    for row in rows:
        kept = "kept" if row.met else "**missed**"
        lines.append(f"| {row.what} | {row.floor} | {row.measured} | {row.ratio} | {row.reach} | {kept} |")
    return "\n".join(lines)


def write_table(name: str, text: str, page: Path = TABLES) -> None:
    """Replace the part of the page between this benchmark's markers; add them if missing."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, found, rest = page.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2] if found else "\n"
    if not found:
        before = f"{before.rstrip()}\n\n"
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")


def main(names: Sequence[str]) -> int:
    """Run the named benchmarks, or all; the exit code is 1 if a promise was not kept."""
    wanted = {name if name.startswith("bench_") else f"bench_{name}" for name in names}
    files = [path for path in sorted(HERE.glob("bench_*.py")) if not wanted or path.stem in wanted]
    if wanted - {path.stem for path in files}:
        print(f"no such benchmark: {', '.join(sorted(wanted - {path.stem for path in files}))}", file=sys.stderr)
        return 2
    sys.path[:0] = [str(HERE), str(ROOT)]
    kept = True
    for path in files:
        print(f"\n=== {path.stem}", flush=True)
        benchmark = _load(path)
        rows: list[Row] = benchmark.measure()
        kept = kept and all(row.met for row in rows)
        text = table(benchmark.TITLE, rows)
        print(text, flush=True)
        write_table(path.stem, text)
    return 0 if kept else 1


def _load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(str(path))
    benchmark = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = benchmark
    spec.loader.exec_module(benchmark)
    return benchmark


if __name__ == "__main__":
    sys.modules.setdefault("harness", sys.modules["__main__"])  # benchmarks import this module
    sys.exit(main(sys.argv[1:]))
