"""Installs the locked packages and the project into the virtual environment it runs in.

Usage: VENV/bin/python scripts/setup.py run|test. Packages are verified against the hashes in the lock, and reinstalled
only if a lock, pyproject.toml, the Python version or the checkout's path changed.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"run": ("requirements.lock", "requirements-build.lock"), "test": ("requirements-dev.lock",)}
MEGABYTES = {"run": 95, "test": 135}
"""Download size of a first installation, measured on Linux with Python 3.11 and 3.13."""
LOG = Path(sys.prefix) / "pip.log"
ELSEWHERE = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIREMENT", "PIP_NO_BINARY")
"""Personal pip settings that would install packages elsewhere, or different packages."""
UNREACHABLE = re.compile(r"NewConnectionError|NameResolutionError|ConnectTimeout|Network is unreachable")
UNSTEADY = re.compile(r"Connection broken|ConnectionError|ReadTimeout|IncompleteRead|Read timed out|ProtocolError")
ANSWERED = re.compile(r'HTTP/1\.[01]" (?:200|304)')


def main(purpose: str) -> int:
    """Set up for one purpose; the exit code is 1 on failure."""
    stamp = Path(sys.prefix) / "desktop-chat.stamp"
    done = stamp.read_text(encoding="ascii").split() if stamp.exists() else []
    if _fingerprint("test") in done or _fingerprint(purpose) in done:
        return 0
    more = MEGABYTES[purpose] - (MEGABYTES["run"] if _fingerprint("run") in done and purpose == "test" else 0)
    stamp.unlink(missing_ok=True)
    _say(f"Installing the packages of {' and '.join(LOCKS[purpose])} (about {more} MB to download)")
    if not install(LOCKS[purpose]):
        return 1
    stamp.write_text(f"{_fingerprint(purpose)}\n", encoding="ascii")
    return 0


def install(locks: tuple[str, ...]) -> bool:
    """Install the locked packages, then the project."""
    requirements = [part for lock in locks for part in ("-r", str(ROOT / lock))]
    # The locks are complete. If pip 23 resolved dependencies, it would take the newest release of a package with an
    # extra, find no hash for it, and give up.
    ok = _downloaded("--no-deps", "--require-hashes", "--only-binary", ":all:", *requirements)
    ok = ok and _installed("--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT))
    if ok:
        write_place_in_ascii(Path(sysconfig.get_path("purelib")), ROOT)
    return ok


def write_place_in_ascii(site: Path, place: Path) -> None:
    """Write the project's path in ASCII: Python 3.11 and 3.12 read .pth files in the locale's encoding, and exit if a
    path cannot be decoded."""
    for file in site.glob("*desktop_chat*.pth"):
        file.write_text(f"import sys; sys.path.append({str(place)!a})\n", encoding="ascii")


def _downloaded(*arguments: str) -> bool:
    """Install from an index. The first attempt does not retry, so that a missing network is reported at once."""
    LOG.unlink(missing_ok=True)
    done = _pip("--retries", "0", "--timeout", "10", "--log", str(LOG), *arguments)
    if done.returncode == 0:
        return True
    log = LOG.read_text(encoding="utf-8", errors="replace") if LOG.exists() else ""
    if UNREACHABLE.search(log) and not ANSWERED.search(log):
        _say("There is no network: the package index cannot be reached. Run the same command again once it can be.")
        return False
    return _installed(*arguments) if UNREACHABLE.search(log) or UNSTEADY.search(log) else _tell(done)


def _installed(*arguments: str) -> bool:
    return _tell(_pip("--log", str(LOG), *arguments))


def _tell(done: subprocess.CompletedProcess[str]) -> bool:
    """Print pip's output; return whether it succeeded."""
    print(done.stdout, end="", file=sys.stderr)
    if done.returncode:
        _say(f"The packages could not be installed; see above for the reason, or {LOG} for the full log.")
    return done.returncode == 0


def _pip(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check"]
    command += ["--no-warn-script-location", "--progress-bar", "off", *arguments]
    world = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**world, "PIP_USER": "0", "PIP_CONSTRAINT": os.devnull},  # these override configuration files too
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def _fingerprint(purpose: str) -> str:
    digest = hashlib.sha256(f"{sys.version} {ROOT}".encode(errors="surrogateescape"))
    for name in (*LOCKS[purpose], "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in LOCKS:
        sys.exit(f"usage: {sys.argv[0]} {'|'.join(LOCKS)}")
    sys.exit(main(sys.argv[1]))
