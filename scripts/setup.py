"""Fills the virtual environment it runs in: the locked packages, the project itself, the system's libraries.

Usage: VENV/bin/python scripts/setup.py run|screen|test. Packages are checked against the hashes in the lock and
installed again only when a lock, pyproject.toml, the Python or the checkout's place changed.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import system_packages as system

ROOT = Path(__file__).resolve().parent.parent
RUN_LOCKS = ("requirements.lock", "requirements-build.lock")
TEST_LOCKS = ("requirements-dev.lock",)
PURPOSES = ("run", "screen", "test")


def main(purpose: str) -> int:
    """Sets up for one purpose: a window, a window on a virtual screen, or the tests."""
    if purpose == "test":
        needs = [*system.window_needs(), *system.screen_needs(), *system.test_needs()]
    elif purpose == "screen":
        needs = [*system.window_needs(), *system.screen_needs()]
    else:
        needs = system.window_needs()
    if not install_packages(TEST_LOCKS if purpose == "test" else RUN_LOCKS):
        return 1
    return 0 if system.provide(needs, all_required=purpose == "test") else 1


def install_packages(locks: tuple[str, ...]) -> bool:
    """Installs the locks and the project; remembers what was installed in a stamp inside the environment."""
    stamp = Path(sys.prefix) / "desktop-chat.stamp"
    done = stamp.read_text(encoding="ascii").split() if stamp.exists() else []
    if _fingerprint(locks) in done or _fingerprint(TEST_LOCKS) in done:
        return True
    stamp.unlink(missing_ok=True)
    print(f"Installing the packages of {' and '.join(locks)} (about 120 MB the first time)", flush=True)
    requirements = [part for lock in locks for part in ("-r", str(ROOT / lock))]
    # The locks are complete. Left to look for dependencies, pip 23 takes the newest release of a package with an extra,
    # finds no hash for it, and gives up.
    ok = _pip("--no-deps", "--require-hashes", "--only-binary", ":all:", *requirements)
    ok = ok and _pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    if not ok:
        print(
            "The packages could not be installed; the lines above say why. Nothing else was changed.", file=sys.stderr
        )
        return False
    stamp.write_text(f"{_fingerprint(locks)}\n", encoding="ascii")
    return True


def _pip(*arguments: str) -> bool:
    command = [sys.executable, "-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check"]
    command += ["--no-warn-script-location", "--progress-bar", "off", *arguments]
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode == 0


def _fingerprint(locks: tuple[str, ...]) -> str:
    digest = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for name in (*locks, "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in PURPOSES:
        sys.exit(f"usage: {sys.argv[0]} {'|'.join(PURPOSES)}")
    sys.exit(main(sys.argv[1]))
