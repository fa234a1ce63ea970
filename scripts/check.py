"""Runs the project's checks in order, shows each one's time and, at the end, one line for each.

Usage: VENV/bin/python scripts/check.py all|lint. A failure does not hide the later ones; the exit code is 1 if any.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LAYERS = ("core", "services", "markdown", "ui")
AWAY_FROM_THE_SCREEN = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "REAL_KEYRING")

Check = Callable[[], bool]


def main(which: str) -> int:
    """Runs the asked checks one after the other."""
    checks = [*lint_checks(), *(test_checks() if which == "all" else [])]
    results: list[tuple[str, bool, float]] = []
    for name, check in checks:
        print(f"\n=== {name}", flush=True)
        begun = time.monotonic()
        passed = check()
        results.append((name, passed, time.monotonic() - begun))
    print("\n=== Summary")
    for name, passed, seconds in results:
        print(f"{'passed' if passed else 'FAILED':8}{seconds:7.1f} s  {name}")
    return 0 if all(passed for _, passed, _ in results) else 1


def lint_checks() -> Iterator[tuple[str, Check]]:
    """What needs no test run."""
    yield "Format (ruff format)", lambda: _tool("ruff", "format", "--check", ".")
    yield "Rules (ruff check)", lambda: _tool("ruff", "check", ".")
    yield "Types (mypy)", lambda: _tool("mypy")
    yield "Layers (lint-imports)", lambda: _tool("lint-imports")
    yield "Dependencies (deptry)", lambda: _tool("deptry", ".")
    yield "Dead code (vulture)", lambda: _tool("vulture")
    yield "Translations", lambda: _run([sys.executable, "scripts/translations.py", "--check"], dict(os.environ))


def test_checks() -> Iterator[tuple[str, Check]]:
    """Unit tests without a screen, how much they cover, then the journeys on a real one."""
    yield "Unit tests (offscreen)", _unit_tests
    yield "Coverage", _coverage
    yield "Journeys (X server, window manager, Secret Service)", _journeys


def _unit_tests() -> bool:
    environment = {name: value for name, value in os.environ.items() if name not in AWAY_FROM_THE_SCREEN}
    environment["QT_QPA_PLATFORM"] = "offscreen"
    chosen = ["-m", "not journey and not real_keyring", "--cov", "--cov-report="]
    return _tool("pytest", *chosen, environment=environment)


def _coverage() -> bool:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    floors: dict[str, int] = settings["tool"]["desktop-chat"]["coverage"]
    short = [layer for layer in LAYERS if not _covered(layer, floors[layer])]
    return not short


def _covered(layer: str, floor: int) -> bool:
    print(f"--- {layer}: at least {floor} %", flush=True)
    chosen = [f"--include=desktop_chat/{layer}/*", f"--fail-under={floor}", "--skip-covered", "--skip-empty"]
    return _tool("coverage", "report", "--show-missing", *chosen)


def _journeys() -> bool:
    session = [str(ROOT / "scripts/gui-session"), "--keyring"]
    chosen = ["-m", "journey or real_keyring", "--require-journeys"]
    return _run([*session, sys.executable, "-m", "pytest", *chosen], dict(os.environ))


def _tool(name: str, *arguments: str, environment: dict[str, str] | None = None) -> bool:
    return _run([str(BIN / name), *arguments], environment or dict(os.environ))


def _run(command: list[str], environment: dict[str, str]) -> bool:
    environment = {**environment, "PATH": f"{BIN}{os.pathsep}{environment.get('PATH', os.defpath)}"}
    return subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False).returncode == 0


if __name__ == "__main__":
    if sys.argv[1:] not in (["all"], ["lint"]):
        sys.exit(f"usage: {sys.argv[0]} all|lint")
    sys.exit(main(sys.argv[1]))
