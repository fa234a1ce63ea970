"""Installs the reference tool servers that the journeys use, from their lock, into build/tool-servers.

Usage: VENV/bin/python scripts/tool_servers.py. Does nothing if they are installed. Needs Node.js and npm.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WANTED = ROOT / "tests" / "journeys" / "tool_servers"
FOLDER = ROOT / "build" / "tool-servers"
_FILES = ("package.json", "package-lock.json")
_LIMIT_S = 300


def install() -> bool:
    """Install what the lock says, if it is not there; return whether it is. No script of a package runs."""
    wanted = hashlib.sha256(b"".join((WANTED / name).read_bytes() for name in _FILES)).hexdigest()
    stamp = FOLDER / "installed"
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return True
    npm = shutil.which("npm")
    if npm is None:
        print("The reference tool servers need npm, which is not installed.")
        return False
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for name in _FILES:
        shutil.copy(WANTED / name, FOLDER)
    print("Installing the reference tool servers (about 7 MB to download)", flush=True)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = subprocess.run(command, cwd=FOLDER, env={**os.environ, "CI": "true"}, timeout=_LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        print("npm did not end in time.")
        return False
    if done.returncode == 0:
        stamp.write_text(wanted, encoding="ascii")
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(0 if install() else 1)
