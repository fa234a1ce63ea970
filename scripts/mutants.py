"""Runs mutation tests: changes the code in small ways, one at a time, and lists the changes that no test notices.

Usage: VENV/bin/python scripts/mutants.py [core|provider|sqlite]... [--every 2|5|10] [--jobs N]. Tests all three
packages by default, and with --every a sample. Works in build/mutants. Mutants that were killed in the last run are
tested again only if their function changed; `rm -r build/mutants` starts over. tests/mutants.toml lists mutants that
may survive, and why; the exit code is 1 if others do.
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
EQUIVALENT = ROOT / "tests" / "mutants.toml"
OUTCOMES = {0: "survived", 1: "killed", 3: "killed", 5: "untested", 33: "untested"} | dict.fromkeys(
    (24, 36, 152, 255, -24), "timeout"
)
"""By the exit code of the tests. Any other one means that the process died, which also counts as killed."""
SURVIVED = ("survived", "untested")
_CHANGED = re.compile(r"^[-+](?![-+])\s*(.*)$", re.MULTILINE)


class Package(NamedTuple):
    """The code to change, and the tests that must notice: those closest to it, to keep the time within hours."""

    folder: str
    tests: Sequence[str]


_PROVIDER_TESTS = (
    "anthropic_models azure_openai bounded_memory dialects exchanges failures missing_abilities model_list "
    "openai_provider own_certificates parts pass_through provider_pool read_throttle refusals refused_parts "
    "reply_reader request_content request_messages responses server_errors sse think_tags lazy_sdk_types"
)
_SQLITE_TESTS = (
    "earlier_version emptying_trash file_identity giving_space_back grams hostile_database migrations own_json "
    "part_rows reply_journal salvage shortened_conversation snapshot_archive snapshot_files sqlite_search sqlite_store "
    "sqlite_store_model stored_conversations stored_summaries usage_store"
)
PACKAGES = {
    "core": Package("desktop_chat/core", ("tests/core",)),
    "provider": Package(
        "desktop_chat/services/provider",
        [
            *(f"tests/services/test_{name}.py" for name in _PROVIDER_TESTS.split()),
            "tests/services/endpoint/test_passed_requests.py",
        ],
    ),
    "sqlite": Package(
        "desktop_chat/services/sqlite",
        [
            *(f"tests/services/test_{name}.py" for name in _SQLITE_TESTS.split()),
            "tests/services/imports/test_import_writer.py",
            "tests/app/test_usage_filling.py",
        ],
    ),
}


class Mutant(NamedTuple):
    """One mutant, by name ("desktop_chat.core.tasks.xǁTasksǁstart__mutmut_2"), and its outcome."""

    name: str
    outcome: str


def main(names: Sequence[str], every: int, jobs: int) -> int:
    """Test the packages and report how many mutants survived."""
    python = _tool()
    unexpected = [name for name in names if not _passes(name, PACKAGES[name], python, every, jobs)]
    return 1 if unexpected else 0


def _passes(name: str, package: Package, python: Path, every: int, jobs: int) -> bool:
    place = PLACE / name
    _copy_into(place, package)
    _reset_survivors(place, package)
    sample = [f"*[{''.join(map(str, range(every // 2, 10, every)))}]"] if every > 1 else []
    _mutmut(place, python, "run", "--max-children", str(jobs), *sample)
    return _report(place, package, python)


def _report(place: Path, package: Package, python: Path) -> bool:
    """Print the survivors and the score. Returns whether all survivors are allowed."""
    mutants = [mutant for mutant in _mutants(place, package) if mutant.outcome != "unknown"]
    survivors = [mutant for mutant in mutants if mutant.outcome in SURVIVED]
    allowed = 0
    for mutant in survivors:
        change = _change_of(mutant, place, python)
        why = next((why for pattern, why in _may_survive() if pattern.search(change)), "")
        allowed += bool(why)
        print(f"{mutant.outcome}{f' ({why})' if why else ''}: {change}")
    score = 100 * (len(mutants) - len(survivors)) / max(1, len(mutants) - allowed)
    outcomes = ", ".join(f"{count} {name}" for name, count in Counter(mutant.outcome for mutant in mutants).items())
    print(f"=== {package.folder}: {outcomes}; {allowed} may survive, {score:.1f} % of the others were killed")
    return allowed == len(survivors)


def _copy_into(place: Path, package: Package) -> None:
    """Copy the working tree and add the tool's settings; its earlier results stay."""
    place.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        target = place / name
        if target.is_dir():
            shutil.rmtree(target)
        if (ROOT / name).is_dir():
            # Not with the old times: by them, the tool would take a file that changed for one that it knows.
            shutil.copytree(
                ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"), copy_function=shutil.copy
            )
        else:
            shutil.copy(ROOT / name, target)
    settings = {
        "source_paths": ["desktop_chat"],
        "only_mutate": [f"{package.folder}/*"],
        "also_copy": [name for name in COPIED if name not in {"desktop_chat", "tests", "pyproject.toml"}],
        "pytest_add_cli_args": ["-p", "no:cacheprovider", "-p", "no:xdist"],
        "pytest_add_cli_args_test_selection": [*package.tests],
        "process_isolation": "forkserver",  # forking after the tests have run would break threads and Qt
        "do_not_mutate_patterns": [r"logger\.\w+"],
        "timeout_multiplier": 2.0,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    with (place / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n".join(["", "[tool.mutmut]", *lines, "use_git_change_detection = false", ""]))


def _reset_survivors(place: Path, package: Package) -> None:
    """Have survivors tested again: there may be new tests."""
    for file in _notes(place, package):
        notes = json.loads(file.read_text(encoding="utf-8"))
        codes = notes["exit_code_by_key"]
        codes.update({name: None for name, code in codes.items() if OUTCOMES.get(code) in SURVIVED})
        file.write_text(json.dumps(notes), encoding="utf-8")


def _mutants(place: Path, package: Package) -> Iterator[Mutant]:
    for file in _notes(place, package):
        for name, code in json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"].items():
            yield Mutant(name, "unknown" if code is None else OUTCOMES.get(code, "died"))


def _notes(place: Path, package: Package) -> list[Path]:
    return sorted((place / "mutants" / package.folder).rglob("*.py.meta"))


def _change_of(mutant: Mutant, place: Path, python: Path) -> str:
    """Return what a mutant changes, in one line: "core.tasks Tasks.start: old -> new"."""
    shown = _mutmut(place, python, "show", mutant.name, quiet=True)
    module, _, function = mutant.name.rpartition(".")
    function = function.partition("__mutmut_")[0].removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
    return f"{module.removeprefix('desktop_chat.')} {function}: {' -> '.join(_CHANGED.findall(shown))}"


def _may_survive() -> list[tuple[re.Pattern[str], str]]:
    """Return a pattern for each change that may survive, and the reason."""
    reasons = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["may_survive"]
    return [(re.compile(change), reason["why"]) for reason in reasons for change in reason["changes"]]


def _tool() -> Path:
    """Return the Python of an environment with mutmut and the packages of this one."""
    python = ENVIRONMENT / "bin" / "python"
    if not (python.parent / "mutmut").exists():
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        site = Path(sysconfig.get_path("purelib", vars={"base": str(ENVIRONMENT)}))
        (site / "tested.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
        if subprocess.run([str(python), "-m", "pip", "install", "--quiet", TOOL], check=False).returncode:
            sys.exit(f"{TOOL} could not be installed; pip says why above.")
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
