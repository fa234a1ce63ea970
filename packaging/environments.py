"""Makes the two environments of a build: one with what goes into the packages, one with the tools that put it there.

The first has the packages of requirements.lock and not even pip; PyInstaller runs in it and finds itself in the other
one. Both are kept in build/package until a lock or the Python changes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from release import ROOT

_DESCRIBE = (
    "import sys, sysconfig, json; "
    "print(json.dumps([sys.version, bool(sysconfig.get_config_var('Py_ENABLE_SHARED')), sys.version_info[1]]))"
)
_PERSONAL = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIREMENT", "PIP_NO_BINARY", "PYTHONPATH")
"""Settings of a person that would install packages elsewhere, or different ones."""


class NoPython(Exception):
    """There is no Python to build with; the message says what is needed."""


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

    @property
    def packages(self) -> Path:
        """Where its packages are."""
        if sys.platform == "win32":
            return self.folder / "Lib/site-packages"
        return next((self.folder / "lib").glob("python3.*")) / "site-packages"

    def program(self, name: str) -> str:
        """Return the path of a program that a package brought."""
        return str(self.python.with_name(f"{name}.exe" if sys.platform == "win32" else name))


def make_environments(place: Path, python: str) -> tuple[Environment, Environment]:
    """Return the environment of the product and that of the tools. Raises CalledProcessError where pip fails."""
    tools = _make(place / "tools", python, "requirements-package.lock", with_pip=True)
    product = _make(place / "product", python, "requirements.lock", with_pip=False, pip_of=tools)
    return product, tools


def find_python(wanted: str = "") -> str:
    """Return the Python to build with: the system's, whose licences are known and whose library is a file of its own,
    before the one that runs this. Raises NoPython."""
    candidates = [wanted] if wanted else ["/usr/bin/python3", sys.executable, "python3.13", "python3.12", "python3.11"]
    for candidate in candidates:
        described = _describe(candidate)
        if described is not None and described[1] and 11 <= described[2] <= 13:
            return candidate
    raise NoPython("A Python 3.11 to 3.13 with a shared library is needed. Name one with: make package PYTHON=...")


def _describe(python: str) -> tuple[str, bool, int] | None:
    if shutil.which(python) is None:
        return None
    done = subprocess.run([python, "-I", "-c", _DESCRIBE], capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    version, is_shared, minor = json.loads(done.stdout)
    return version, is_shared or sys.platform == "win32", minor


def _make(folder: Path, python: str, lock: str, *, with_pip: bool, pip_of: Environment | None = None) -> Environment:
    environment, stamp = Environment(folder), folder / "complete"
    described = _describe(python)
    fingerprint = hashlib.sha256(repr((python, described)).encode() + (ROOT / lock).read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint:
        return environment
    print(f"Installing {lock} into {folder.relative_to(ROOT)}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([python, "-m", "venv", *([] if with_pip else ["--without-pip"]), str(folder)], check=True)
    pip = [str((pip_of or environment).python), "-I", "-m", "pip"]
    pip += ["--python", str(environment.python)] if pip_of else []
    # Locks are complete: "--no-deps", for the reason that scripts/setup.py gives.
    command = [*pip, "install", "-qq", "--no-input", "--disable-pip-version-check", "--no-warn-script-location"]
    command += ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--no-compile", "-r", str(ROOT / lock)]
    subprocess.run(command, check=True, env={**_impersonal(), "PIP_USER": "0", "PIP_CONSTRAINT": os.devnull})
    stamp.write_text(fingerprint, encoding="ascii")
    return environment


def _impersonal() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _PERSONAL}
