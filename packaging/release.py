"""What is being built: the version, the commit and the day, each from its one place."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APP_ID = "io.github.desktop_chat.DesktopChat"
NAME = "desktop-chat"


@dataclass(frozen=True, slots=True)
class Release:
    """`epoch` is when the commit was made, in seconds: the time of every file in the packages."""

    version: str
    commit: str
    epoch: int

    @property
    def date(self) -> str:
        """The day of the commit (ISO 8601)."""
        return datetime.fromtimestamp(self.epoch, UTC).date().isoformat()


def find_release(root: Path = ROOT) -> Release:
    """Read the version in the package and ask git for the commit; a "+" behind it says that files differ from it.

    Without git, as in an unpacked sdist, SOURCE_DATE_EPOCH gives the time, or the newest entry of the changelog.
    """
    commit = _git(root, "rev-parse", "HEAD")
    if not commit:
        return Release(read_version(root), "", int(os.environ.get("SOURCE_DATE_EPOCH") or _epoch_of_changelog(root)))
    changed = "+" if _git(root, "status", "--porcelain", "--untracked-files=no") else ""
    return Release(read_version(root), commit + changed, int(_git(root, "show", "-s", "--format=%ct", "HEAD")))


def read_version(root: Path = ROOT) -> str:
    """Return the version, of which `desktop_chat/__init__.py` is the only place."""
    text = (root / "desktop_chat/__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(\d+\.\d+\.\d+)"$', text, re.MULTILINE)
    if found is None:
        raise ValueError("desktop_chat/__init__.py has no version of the form 1.2.3")
    return found[1]


def releases_in(changelog: str) -> list[tuple[str, str]]:
    """Return the released versions with their days, newest first: headings such as "## 1.2.3 - 2026-11-29"."""
    return re.findall(r"^## (\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)$", changelog, re.MULTILINE)


def _epoch_of_changelog(root: Path) -> int:
    releases = releases_in((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    return int(datetime.fromisoformat(f"{releases[0][1]}T00:00:00+00:00").timestamp()) if releases else 0


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-c", f"safe.directory={root}", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
