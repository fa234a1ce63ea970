"""Runs the project's checks, two or three in parallel, and prints the output and duration of each.

Usage: VENV/bin/python scripts/check.py all|lint|nightly|thorough|journeys|access|web|packages. Checks continue after a
failure; the exit code is 1 if any failed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LAYERS = ("core", "services", "markdown", "ui")
SESSION = (str(ROOT / "scripts/gui-session"), "--keyring")
DESKTOP_VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "REAL_KEYRING")
_PARALLEL = ("-n", str(min(4, (os.cpu_count() or 2) + 1)), "--dist", "worksteal")
"""Pytest options that run the unit tests in parallel; many wait for a process or a server while another computes."""
_WITH_COVERAGE = ("--cov", "--cov-report=")
_IN_CI = bool(os.environ.get("CI"))
"""CI runs "all", then "thorough": the first records coverage, and the second runs only the rest and adds to it."""
_MAIN_JOURNEYS = [
    f"tests/journeys/test_{name}.py" for name in ("first_run", "streaming", "restart", "keyring_journeys")
]
"""Those that "all" runs: the first start, sending and stopping, quitting and starting again, keys."""

Output = IO[bytes]
"""Where a check writes its output."""
Check = Callable[[Output], bool]
Lane = Sequence[tuple[str, Check]]
"""Named checks that run one after another."""


class Result(NamedTuple):
    """The result of a check."""

    name: str
    passed: bool
    seconds: float


def main(which: str) -> int:
    """Run the selected checks."""
    begun = time.monotonic()
    results: list[Result] = []
    for lanes in STAGES[which]():
        results += run_in_parallel(lanes)
    print("\n=== Summary")
    for name, passed, seconds in results:
        print(f"{'passed' if passed else 'FAILED':8}{seconds:7.1f} s  {name}")
    print(f"{'':8}{time.monotonic() - begun:7.1f} s  in total")
    return 0 if all(result.passed for result in results) else 1


def run_in_parallel(lanes: Sequence[Lane]) -> list[Result]:
    """Run lanes in parallel, each with its checks one after another. The first lane's output is shown as it comes,
    that of the others when they finish."""
    with ThreadPoolExecutor(len(lanes)) as pool, ExitStack() as stack:
        seen = sys.stdout.buffer
        outputs = [seen, *(stack.enter_context(TemporaryFile(buffering=0)) for _ in lanes[1:])]
        running = {pool.submit(run_lane, lane, output): output for lane, output in zip(lanes, outputs, strict=True)}
        done = list(as_completed(running))
        for lane in done:
            if (output := running[lane]) is not seen:
                output.seek(0)
                seen.write(output.read())
                seen.flush()
        return [result for lane in running for result in lane.result()]


def run_lane(lane: Lane, output: Output) -> list[Result]:
    """Run checks one after another."""
    results = []
    for name, check in lane:
        output.write(f"\n=== {name}\n".encode())
        output.flush()
        begun = time.monotonic()
        passed = check(output)
        results.append(Result(name, passed, time.monotonic() - begun))
    return results


def lint() -> Iterator[Sequence[Lane]]:
    """Everything that runs no tests, except the house rules, which are tests."""
    types, others = _lint_lanes()
    house_rules: Lane = [("House rules", lambda output: _tool(output, "pytest", "-q", "tests/test_house_rules.py"))]
    yield [types, [*others, *house_rules]]


def everything() -> Iterator[Sequence[Lane]]:
    """The static checks; then the quick unit tests without a screen, in parallel with the main journeys on a real
    screen, which mostly wait."""
    yield [*_lint_lanes()]
    unit_tests: Lane = [("Unit tests (offscreen)", _quick_unit_tests)]
    yield [unit_tests, [("Main journeys (X server, window manager, Secret Service)", _main_journeys)]]


def thorough() -> Iterator[Sequence[Lane]]:
    """All unit tests, with those that "all" leaves out, and the coverage of all. In CI, "all" has run the others."""
    yield [[("Thorough unit tests (offscreen)", _thorough_unit_tests), ("Coverage", _coverage)]]


def nightly() -> Iterator[Sequence[Lane]]:
    """The property tests with many more examples, which differ every time."""
    yield [[("Property tests (offscreen)", _property_tests)]]


def journeys() -> Iterator[Sequence[Lane]]:
    """The whole application on a real screen: all journeys that "all" leaves out."""
    yield [[("Journeys (X server, window manager, Secret Service)", _other_journeys)]]


def access() -> Iterator[Sequence[Lane]]:
    """What a real screen reader says about the real window."""
    yield [[("Journeys with a screen reader (Orca)", _access)]]


def web() -> Iterator[Sequence[Lane]]:
    """The endpoint's page in a real browser, and other clients; Node's packages are installed first."""
    build = [sys.executable, "scripts/web_page.py"]
    yield [
        [
            ("The page is what its sources give", lambda output: _run(output, [*build, "check"], dict(os.environ))),
            ("Page and clients (Chromium, Node.js, nginx)", _web),
        ]
    ]


def packages() -> Iterator[Sequence[Lane]]:
    """Everything that is released, built, installed on this machine and used as a person would."""
    build = [sys.executable, "packaging/build.py"]
    yield [
        [
            ("Packages are built", lambda output: _run(output, build, dict(os.environ))),
            ("Packages are installed and used", _packages),
        ]
    ]


STAGES: dict[str, Callable[[], Iterator[Sequence[Lane]]]] = {
    "all": everything,
    "lint": lint,
    "nightly": nightly,
    "thorough": thorough,
    "journeys": journeys,
    "access": access,
    "web": web,
    "packages": packages,
}


def _lint_lanes() -> Iterator[Lane]:
    """Return two halves that take about the same time."""
    yield [
        ("Types (mypy)", lambda output: _tool(output, "mypy")),
        ("Layers (lint-imports)", lambda output: _tool(output, "lint-imports")),
    ]
    translations = [sys.executable, "scripts/translations.py", "--check"]
    yield [
        ("Format (ruff format)", lambda output: _tool(output, "ruff", "format", "--check", ".")),
        ("Rules (ruff check)", lambda output: _tool(output, "ruff", "check", ".")),
        ("Dependencies (deptry)", lambda output: _tool(output, "deptry", ".")),
        ("Dead code (vulture)", lambda output: _tool(output, "vulture")),
        ("Translations", lambda output: _run(output, translations, dict(os.environ))),
    ]


def _quick_unit_tests(output: Output) -> bool:
    return _unit_tests(output, "not thorough", *(_WITH_COVERAGE if _IN_CI else ()))


def _thorough_unit_tests(output: Output) -> bool:
    if _IN_CI:
        return _unit_tests(output, "thorough", *_WITH_COVERAGE, "--cov-append")
    return _unit_tests(output, "", *_WITH_COVERAGE)


def _unit_tests(output: Output, which: str, *options: str) -> bool:
    others = ("journey", "real_keyring", "access", "web", "packages")
    chosen = " and ".join([*filter(None, [which]), *(f"not {marker}" for marker in others)])
    ignored = [f"--ignore=tests/{folder}" for folder in ("journeys", "access", "web", "packages")]
    return _tool(output, "pytest", "-m", chosen, *ignored, *options, *_PARALLEL, environment=_offscreen())


def _property_tests(output: Output) -> bool:
    environment = {**_offscreen(), "HYPOTHESIS_PROFILE": "nightly"}
    return _tool(output, "pytest", "-m", "hypothesis", *_PARALLEL, environment=environment)


def _offscreen() -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name not in DESKTOP_VARIABLES}
    return {**environment, "QT_QPA_PLATFORM": "offscreen"}


def _coverage(output: Output) -> bool:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    floors: dict[str, int] = settings["tool"]["desktop-chat"]["coverage"]
    short = [layer for layer in LAYERS if not _covered(output, layer, floors[layer])]
    return not short


def _covered(output: Output, layer: str, floor: int) -> bool:
    output.write(f"--- {layer}: at least {floor} %\n".encode())
    output.flush()
    chosen = [f"--include=desktop_chat/{layer}/*", f"--fail-under={floor}", "--skip-covered", "--skip-empty"]
    return _tool(output, "coverage", "report", "--show-missing", *chosen)


def _main_journeys(output: Output) -> bool:
    others = (path for path in (ROOT / "tests").rglob("test_*.py") if "journeys" not in path.parts)
    with_keyring = [str(path) for path in others if "real_keyring" in path.read_text(encoding="utf-8")]
    return _journeys(output, *_MAIN_JOURNEYS, *with_keyring)


def _other_journeys(output: Output) -> bool:
    if not _run(output, [sys.executable, "scripts/tool_servers.py"], dict(os.environ)):
        return False
    return _journeys(output, "tests/journeys", *(f"--ignore={path}" for path in _MAIN_JOURNEYS))


def _journeys(output: Output, *chosen: str) -> bool:
    options = ["-m", "journey or real_keyring", "--require-journeys"]
    return _run(output, [*SESSION, sys.executable, "-m", "pytest", *options, *chosen], dict(os.environ))


def _access(output: Output) -> bool:
    chosen = ["-m", "access", "--require-journeys", "tests/access"]
    return _run(output, [*SESSION, sys.executable, "-m", "pytest", *chosen], dict(os.environ))


def _web(output: Output) -> bool:
    chosen = ["-m", "web", "--require-journeys", "tests/web"]
    return _run(output, [*SESSION, sys.executable, "-m", "pytest", *chosen], dict(os.environ))


def _packages(output: Output) -> bool:
    if os.geteuid() != 0:
        output.write(b"Only root can install packages: these tests are skipped. Run them as root, as CI does.\n")
    required = ["--require-journeys"] if os.geteuid() == 0 else []
    chosen = ["-m", "packages", *required, "tests/packages"]
    return _run(output, [*SESSION, sys.executable, "-m", "pytest", *chosen], dict(os.environ))


def _tool(output: Output, name: str, *arguments: str, environment: dict[str, str] | None = None) -> bool:
    return _run(output, [str(BIN / name), *arguments], environment or dict(os.environ))


def _run(output: Output, command: list[str], environment: dict[str, str]) -> bool:
    environment = {**environment, "PATH": f"{BIN}{os.pathsep}{environment.get('PATH', os.defpath)}"}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode == 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in STAGES:
        sys.exit(f"usage: {sys.argv[0]} {'|'.join(STAGES)}")
    sys.exit(main(sys.argv[1]))
