"""Opens the window or, without a display, runs the self-test on a virtual screen.

Usage: VENV/bin/python scripts/run.py [ARGUMENTS OF desktop-chat]
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCREENSHOT = ROOT / "build" / "self-test.png"


def main(arguments: list[str]) -> int:
    """Run whichever is possible on this machine; return its exit code."""
    if has_display(os.environ):
        return subprocess.call([sys.executable, "-m", "desktop_chat", *arguments], cwd=ROOT)
    print("There is no display here (DISPLAY and WAYLAND_DISPLAY are not set or do not work).", flush=True)
    print("Testing the same window on a virtual screen instead, with the built-in demo.", flush=True)
    SCREENSHOT.parent.mkdir(exist_ok=True)
    session = str(ROOT / "scripts/gui-session")
    self_test = [sys.executable, "-m", "desktop_chat", "self-test", "--screenshot", str(SCREENSHOT)]
    return subprocess.call([session, *self_test], cwd=ROOT)


def has_display(environment: Mapping[str, str]) -> bool:
    """Return whether there is a display: off Linux, under Wayland, a remote X server, or a local one that answers."""
    if not sys.platform.startswith("linux") or environment.get("WAYLAND_DISPLAY"):
        return True
    display = environment.get("DISPLAY", "")
    local = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", display)
    if local is None:
        return bool(display)
    path = f"/tmp/.X11-unix/X{local[1]}"  # noqa: S108 -- the standard place of X sockets
    return _answers(path) or _answers(f"\0{path}")


def _answers(address: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(2)
        try:
            probe.connect(address)
        except OSError:
            return False
        return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
