"""The built packages, and this machine as a package manager sees it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
DIST = ROOT / "dist"
TOOLS = ROOT / "build/package/tools/bin"
PACKAGE = "desktop-chat"
SOMEBODY = 12_345
"""A user id of nobody in particular: what root may write says nothing."""


def call(*command: str | Path, **options: object) -> str:
    """Run a command that must succeed, and return what it said."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    assert done.returncode == 0, f"{command[0]}: {done.stdout}"
    return done.stdout


def built(pattern: str) -> Path:
    """Return the one built file whose name is like this."""
    (file,) = DIST.glob(pattern)
    return file


def apt(*words: str | Path) -> str:
    """Have apt-get do something, as an administrator would without being asked."""
    options = ("-q", "-y", "--no-install-recommends", "--allow-downgrades", "-o", "DPkg::Lock::Timeout=300")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return call("apt-get", words[0], *options, *words[1:], env=environment, stdin=subprocess.DEVNULL, timeout=300)


def purge() -> None:
    """Remove the package, if it is there."""
    if subprocess.run(["dpkg-query", "-W", PACKAGE], capture_output=True, check=False).returncode == 0:
        apt("purge", PACKAGE)


def files_of_the_system() -> set[str]:
    """Return what lies where packages put things, without what package managers and desktops note for themselves."""
    noted = ("/var/lib/dpkg", "/var/lib/apt", "/var/cache", "/var/log", "/usr/share/applications/mimeinfo.cache",
             "/usr/share/icons/hicolor/icon-theme.cache")  # fmt: skip
    found = set()
    for top in ("/usr", "/etc", "/opt", "/var/lib", "/var/spool", "/srv"):
        for folder, folders, files in os.walk(top):
            folders[:] = [
                name for name in folders if name != "__pycache__" and not f"{folder}/{name}".startswith(noted)
            ]
            found |= {f"{folder}/{name}" for name in (*files, *folders) if not f"{folder}/{name}".startswith(noted)}
    return found
