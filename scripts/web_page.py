"""Builds the page of the local endpoint, or checks that what is committed is what its sources give.

Usage: VENV/bin/python scripts/web_page.py build|check. Needs Node.js and npm: the packages of `web/package-lock.json`
are installed into web/node_modules if they are not there; no script of a package runs.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "web"
PAGE = ROOT / "desktop_chat" / "web"
LARGEST = 430_000
"""Bytes that the whole page may have: packages are close to their limits."""
_LOCK = ("package.json", "package-lock.json")
_LIMIT_S = 300


def main(task: str) -> int:
    """Install what building needs, then build or check."""
    if not install():
        return 1
    return 0 if (build(PAGE) if task == "build" else check()) else 1


def install() -> bool:
    """Install what the lock says, if it is not there; return whether it is."""
    wanted = hashlib.sha256(b"".join((SOURCES / name).read_bytes() for name in _LOCK)).hexdigest()
    stamp = SOURCES / "node_modules" / ".desktop-chat-installed"
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return True
    print("Installing what the page is built with (about 25 MB to download)", flush=True)
    if _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"):
        stamp.write_text(wanted, encoding="ascii")
        return True
    return False


def build(folder: Path) -> bool:
    """Write the page to a folder; return whether that was possible."""
    return _run("node", "build.mjs", str(folder))


def check() -> bool:
    """Return whether the types are right, and the committed page has the bytes that are built now, within the limit."""
    fresh = ROOT / "build" / "web-page"
    if not _run("npm", "run", "--silent", "types") or not build(fresh):
        return False
    committed, built = _files(PAGE), _files(fresh)
    differ = sorted(name for name in committed.keys() | built.keys() if committed.get(name) != built.get(name))
    size = sum(map(len, built.values()))
    if differ:
        print(f"desktop_chat/web is not what web gives: {', '.join(differ)}. Run `make web` and commit the result.")
    if size > LARGEST:
        print(f"The page has {size} bytes, and may have {LARGEST}.")
    print(f"{len(built)} files, {size} bytes")
    return not differ and size <= LARGEST


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _run(*command: str) -> bool:
    program = shutil.which(command[0])
    if program is None:
        print(f"{command[0]} is not installed.")
        return False
    try:
        done = subprocess.run(
            [program, *command[1:]], cwd=SOURCES, env={**os.environ, "CI": "true"}, timeout=_LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired:
        print(f"{command[0]} did not end in time.")
        return False
    return done.returncode == 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in {"build", "check"}:
        sys.exit(f"usage: {sys.argv[0]} build|check")
    sys.exit(main(sys.argv[1]))
