"""Shared parts of the soak tests: the project's path, a child's environment, and reporting results."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "services")]


@dataclass(frozen=True)
class Result:
    """What was done and found, in words, and the violations."""

    words: str
    problems: list[str] = field(default_factory=list)


def child_environment() -> dict[str, str]:
    """Return an environment in which a child process finds the project and its tests."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path[:3])}


def report(result: Result) -> NoReturn:
    """Print a result and exit: 0 if all was as promised, else 1."""
    print(result.words)
    for problem in result.problems:
        print(f"  {problem}")
    sys.exit(1 if result.problems else 0)
