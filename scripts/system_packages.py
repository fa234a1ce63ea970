"""Checks for the system libraries and programs that the window and its tests need, and installs what is missing.

Usage: PYTHON scripts/system_packages.py run|test|access|web|package|packages [--venv]. With --venv, also what this
Python needs to create a virtual environment.

Each need is checked directly: a library is loaded, a program looked up, a font queried. So this works on every Linux;
only installing is specific to Debian and Ubuntu, and elsewhere the exact command is printed.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from run import has_display

LIST = Path(__file__).resolve().parent.parent / "desktop_chat/app/system_needs.txt"
PURPOSES = ("run", "test", "access", "web", "package", "packages")
PACKAGING = ("package", "packages")
"""Building packages, and testing them."""
PROGRAM_PATHS = (
    *os.environ.get("PATH", os.defpath).split(os.pathsep),
    "/usr/sbin",
    "/usr/libexec",
    "/usr/lib/at-spi2-core",
)
APT_INSTALL = ["apt-get", "install", "-q", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]
NO_NETWORK = ("Temporary failure resolving", "Could not resolve", "Could not connect", "Cannot initiate the connection",
              "Network is unreachable", "Unable to connect")  # fmt: skip
"""apt-get's messages when no server can be reached."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something that the system must provide: its name, its package, and how to check for it."""

    name: str
    package: str
    present: Callable[[], bool]
    required: bool = True
    is_library: bool = False


def main(purpose: str, *, makes_venv: bool) -> int:
    """Install what is missing for a purpose; the exit code is 1 if something required is still missing."""
    needs = needs_for(purpose)
    if makes_venv:
        needs.insert(0, venv_need())
    if purpose in PACKAGING:
        needs += packaged_python_needs()
    return 0 if provide(needs, all_required=purpose != "run") else 1


def needs_for(purpose: str) -> list[Need]:
    """Return what the system must provide to open the window, or to run the tests."""
    groups = ["qt", "xcb", "wayland"]
    is_test = purpose in {"test", "access", "web", "packages"}
    if is_test or not has_display(os.environ):
        groups.append("screen")
    if is_test:
        groups.append("test")
    if purpose in {"access", "web"}:
        groups.append(purpose)
    if purpose in PACKAGING:
        groups.append("package")
    if purpose == "packages":
        groups.append("packages")
    return read_needs(groups)


def read_needs(groups: Iterable[str]) -> list[Need]:
    """Return the lines of the list that belong to `groups`."""
    lines = [line.split() for line in LIST.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [
        Need(package if kind == "font" else name, package, _look(kind, name), need == "needed", kind == "library")
        for group, need, kind, name, package in lines
        if group in groups
    ]


def venv_need() -> Need:
    """Return what this Python needs to create a virtual environment; a separate package on Debian."""
    package = f"python3.{sys.version_info.minor}-venv"
    return Need("Python's venv", package, lambda: _succeeds([sys.executable, "-c", "import ensurepip, venv; print(1)"]))


def packaged_python_needs() -> list[Need]:
    """Return what the system's Python needs to go into a package: its library, and a way to make environments."""
    asked = ["/usr/bin/python3", "-c", "import sys; print(sys.version_info[1])"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False) if Path(asked[0]).exists() else None
    if done is None or done.returncode:
        return []
    name = f"python3.{done.stdout.strip()}"
    makes = [asked[0], "-c", "import ensurepip, venv; print(1)"]
    return [
        Need(f"lib{name}.so.1.0", f"lib{name}", lambda: _loads(f"lib{name}.so.1.0"), is_library=True),
        Need(f"venv of {name}", f"{name}-venv", lambda: _succeeds(makes)),
    ]


def _look(kind: str, name: str) -> Callable[[], bool]:
    ways: dict[str, Callable[[], bool]] = {
        "library": lambda: _loads(name),
        "program": lambda: any(os.access(Path(place, name), os.X_OK) for place in PROGRAM_PATHS),
        "font": lambda: _succeeds(["fc-list", name]),
        "module": lambda: _succeeds(["/usr/bin/python3", "-c", f"import {name}; print(1)"]),
    }
    return ways[kind]


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _succeeds(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and bool(done.stdout.strip())


def provide(needs: Iterable[Need], *, all_required: bool = False) -> bool:
    """Install what is missing if allowed, otherwise say how. Returns False if something required is still missing."""
    missing = [need for need in needs if not need.present()]
    if not missing or not sys.platform.startswith("linux"):
        return True
    _say("Missing on this system: " + ", ".join(need.name for need in missing))
    if shutil.which("apt-get"):
        missing = _provide_by_apt(missing, all_required=all_required)
    else:
        command = _command_by_library(missing)
        _say(f"Install them with:  {command}" if command else "Install them with your system's package manager.")
    fatal = [need.name for need in missing if need.required or all_required]
    if fatal:
        _say(f"Stopping: these are required: {', '.join(fatal)}. Install them, then run the same command again.")
    elif missing:
        _say("Continuing: the window opens without them.")
    return not fatal


def _provide_by_apt(missing: list[Need], *, all_required: bool) -> list[Need]:
    root = _root_prefix()
    if root is None:
        _tell_the_command(missing)
        return missing
    updated = _apt([*root, "apt-get", "-q", "update"])
    packages = _packages(missing)
    _say(f"Installing{_size(packages)}: {' '.join(packages)}")
    # Optional packages separately: if they fail, the required ones are already installed.
    for required in (True, False):
        wanted = [need for need in missing if (need.required or all_required) is required]
        _install(root, wanted)
    still = [need for need in missing if not need.present()]
    if still and any(sign in updated.stdout for sign in NO_NETWORK):
        _say("There is no network: apt-get cannot reach any of its servers.")
    return still


def _install(root: list[str], wanted: list[Need]) -> None:
    """Install packages together or, if that fails, one by one, so that a failing one does not affect the others."""
    packages = _packages(wanted)
    command = [*root, "env", "DEBIAN_FRONTEND=noninteractive", *APT_INSTALL]
    if not packages or _apt([*command, *packages]).returncode == 0:
        return
    for package in packages:
        done = _apt([*command, package])
        if done.returncode:
            _say(f"{package} could not be installed: {_reason(done.stdout)}")


def _reason(printed: str) -> str:
    errors = [line.removeprefix("E: ") for line in printed.splitlines() if line.startswith("E: ")]
    return errors[0] if errors else (printed.splitlines() or ["apt-get gives no reason"])[-1]


def _tell_the_command(missing: list[Need]) -> None:
    packages = _available(missing)
    _say(f"Ask an administrator to run this{_size(packages)}; it installs everything that is missing:")
    _say(f"  sudo apt-get update && sudo apt-get install --no-install-recommends {' '.join(packages)}")
    if tests := sorted({*_available(_missing_for_tests())} - {*packages}):
        _say(f"`make test` will need these as well: {' '.join(tests)}")


def _missing_for_tests() -> list[Need]:
    return [need for need in needs_for("test") if not need.present()]


def _apt(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _size(packages: list[str]) -> str:
    """Return the download size as text, if apt-get knows it."""
    ask = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "--print-uris", "-o", "Debug::NoLocking=1"]
    done = _apt([*ask, *packages])
    sizes = [line.split()[2] for line in done.stdout.splitlines() if line.startswith("'")]
    return f" ({sum(map(int, sizes)) / 1e6:.0f} MB to download)" if done.returncode == 0 and sizes else ""


def _root_prefix() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def _packages(needs: Iterable[Need]) -> list[str]:
    return sorted({need.package for need in needs})


def _available(needs: list[Need]) -> list[str]:
    """Return the packages without optional ones that apt does not know: one unknown name fails the whole command."""
    done = _apt(["apt-cache", "show", "--no-all-versions", "base-files", *_packages(needs)])
    known = {line.partition(" ")[2] for line in done.stdout.splitlines() if line.startswith("Package: ")}
    # If not even base-files is known, there are no package lists yet.
    return _packages(need for need in needs if need.required or need.package in known or "base-files" not in known)


def _command_by_library(missing: list[Need]) -> str | None:
    """Return a command for dnf or zypper, which find packages by the library they provide."""
    libraries = " ".join(f"'{need.name}()(64bit)'" for need in missing if need.is_library)
    for tool in ("dnf", "zypper"):
        if libraries and shutil.which(tool):
            return f"sudo {tool} install {libraries}"
    return None


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    purpose, *options = sys.argv[1:] or [""]
    if purpose not in PURPOSES or options not in ([], ["--venv"]):
        sys.exit(f"usage: {sys.argv[0]} {'|'.join(PURPOSES)} [--venv]")
    sys.exit(main(purpose, makes_venv=bool(options)))
