"""Breaks the code in one small place after the other, and tells which of these mutants no test notices.

Usage: VENV/bin/python scripts/mutants.py [core|provider|sqlite]... [--every 2|5|10] [--jobs N]. Tests all three where
none is named, and a sample with --every. Works in build/mutants. What died in the last run is tested again only when
its function changed; `rm -r build/mutants` forgets that. Mutants that may live, and why, are in tests/mutants.toml; the
exit code is 1 where others do.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "build" / "mutants"
TOOL = "mutmut>=3.8,<4"
ENVIRONMENT = PLACE / "venv"
COPIED = ("desktop_chat", "resources", "tests", "scripts", "pyproject.toml", "requirements.lock", "Makefile")
JUDGED = ROOT / "tests" / "mutants.toml"
OUTCOMES = {0: "survived", 1: "killed", 3: "killed", 5: "untested", 33: "untested", 24: "timeout", 36: "timeout"}
OUTCOMES |= {152: "timeout", 255: "timeout", -24: "timeout"}
"""By the exit code of the tests; all others tell of a process that died, which is noticed, too."""
LIVED = ("survived", "untested")
_CHANGED = re.compile(r"^[-+](?![-+])\s*(.*)$", re.MULTILINE)


class Package(NamedTuple):
    """What is broken, and the tests that have to notice: those nearest to it, so that all of it takes an hour."""

    folder: str
    tests: Sequence[str]


_PROVIDER_TESTS = (
    "anthropic_models azure_openai bounded_memory dialects failures model_list model_windows openai_provider "
    "own_certificates provider_pool refusals reply_reader responses server_errors sse think_tags read_throttle"
)
_SQLITE_TESTS = (
    "hostile_database migrations reply_journal salvage search_text snapshots sqlite_search sqlite_store "
    "sqlite_store_model file_identity"
)
PACKAGES = {
    "core": Package("desktop_chat/core", ("tests/core",)),
    "provider": Package(
        "desktop_chat/services/provider", [f"tests/services/test_{name}.py" for name in _PROVIDER_TESTS.split()]
    ),
    "sqlite": Package(
        "desktop_chat/services/sqlite", [f"tests/services/test_{name}.py" for name in _SQLITE_TESTS.split()]
    ),
}


class Mutant(NamedTuple):
    """One mutant, by name ("desktop_chat.core.debounced_saver.xǁSaverǁput__mutmut_2"), and what became of it."""

    name: str
    outcome: str


def main(names: Sequence[str], every: int, jobs: int) -> int:
    """Test the packages and say how many mutants lived."""
    python = _tool()
    strange = [name for name in names if not _holds(name, PACKAGES[name], python, every, jobs)]
    return 1 if strange else 0


def _holds(name: str, package: Package, python: Path, every: int, jobs: int) -> bool:
    place = PLACE / name
    _copy_into(place, package)
    _forget_what_lived(place, package)
    sample = [f"*[{''.join(map(str, range(every // 2, 10, every)))}]"] if every > 1 else []
    _mutmut(place, python, "run", "--max-children", str(jobs), *sample)
    mutants = [mutant for mutant in _mutants(place, package) if mutant.outcome != "unknown"]
    judged = _judged()
    count = Counter(mutant.outcome for mutant in mutants)
    strange = 0
    for mutant in mutants:
        if mutant.outcome in LIVED:
            change = _change_of(mutant, place, python)
            why = next((why for pattern, why in judged if pattern.search(change)), "")
            count["judged"] += bool(why)
            strange += not why
            print(f"{mutant.outcome}{f' ({why})' if why else ''}: {change}")
    noticed = len(mutants) - sum(count[outcome] for outcome in LIVED)
    share = 100 * noticed / max(1, len(mutants) - count["judged"])
    print(f"=== {package.folder}: {len(mutants)} mutants, {dict(count)}; of those that may not live {share:.1f} % died")
    return not strange


def _copy_into(place: Path, package: Package) -> None:
    """Copy the working tree to where it is broken, with what the tool has to know; what it found before stays."""
    place.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        target = place / name
        if target.is_dir():
            shutil.rmtree(target)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, target)
    settings = {
        "source_paths": ["desktop_chat"],
        "only_mutate": [f"{package.folder}/*"],
        "also_copy": [name for name in COPIED if name not in {"desktop_chat", "tests", "pyproject.toml"}],
        "pytest_add_cli_args": ["-p", "no:cacheprovider", "-p", "no:xdist"],
        "pytest_add_cli_args_test_selection": [*package.tests],
        "process_isolation": "forkserver",  # threads and Qt would not outlive a fork of what ran the tests
        "do_not_mutate_patterns": [r"logger\.\w+"],
        "timeout_multiplier": 2.0,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    with (place / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n".join(["", "[tool.mutmut]", *lines, "use_git_change_detection = false", ""]))


def _forget_what_lived(place: Path, package: Package) -> None:
    """Have it tested again: there may be new tests."""
    for file in _notes(place, package):
        notes = json.loads(file.read_text(encoding="utf-8"))
        codes = notes["exit_code_by_key"]
        codes.update({name: None for name, code in codes.items() if OUTCOMES.get(code) in LIVED})
        file.write_text(json.dumps(notes), encoding="utf-8")


def _mutants(place: Path, package: Package) -> Iterator[Mutant]:
    for file in _notes(place, package):
        for name, code in json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"].items():
            yield Mutant(name, "unknown" if code is None else OUTCOMES.get(code, "died"))


def _notes(place: Path, package: Package) -> list[Path]:
    return sorted((place / "mutants" / package.folder).rglob("*.py.meta"))


def _change_of(mutant: Mutant, place: Path, python: Path) -> str:
    """Return what a mutant changes, in one line: "core.saver Saver.put: old -> new"."""
    shown = _mutmut(place, python, "show", mutant.name, quiet=True)
    module, _, function = mutant.name.rpartition(".")
    function = function.partition("__mutmut_")[0].removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
    return f"{module.removeprefix('desktop_chat.')} {function}: {' -> '.join(_CHANGED.findall(shown))}"


def _judged() -> list[tuple[re.Pattern[str], str]]:
    """Return the mutants that may live: a pattern of what they change, and why no test should notice."""
    reasons = tomllib.loads(JUDGED.read_text(encoding="utf-8"))["may_live"]
    return [(re.compile(change), reason["why"]) for reason in reasons for change in reason["changes"]]


def _tool() -> Path:
    """Return the Python of an environment with mutmut and all that this one has; it is no part of what is tested."""
    python = ENVIRONMENT / "bin" / "python"
    if not (python.parent / "mutmut").exists():
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        site = Path(sysconfig.get_path("purelib", vars={"base": str(ENVIRONMENT)}))
        (site / "tested.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", TOOL], check=True)
    return python


def _mutmut(place: Path, python: Path, *arguments: str, quiet: bool = False) -> str:
    away = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "REAL_KEYRING")
    environment = {name: value for name, value in os.environ.items() if name not in away}
    done = subprocess.run(
        [str(python.with_name("mutmut")), *arguments],
        cwd=place,
        env=environment | {"QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE if quiet else None,
        encoding="utf-8",
        check=True,
    )
    return done.stdout or ""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("packages", nargs="*", choices=[*PACKAGES, []], metavar="|".join(PACKAGES))
    parser.add_argument("--every", type=int, default=1, choices=(1, 2, 5, 10), help="test each Nth mutant only")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many are tested at once")
    given = parser.parse_args()
    sys.exit(main(given.packages or [*PACKAGES], given.every, given.jobs))
