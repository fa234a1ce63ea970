"""Determines how this copy of the application was installed, from a file that packaging leaves beside the code."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import desktop_chat
from desktop_chat.core.installation import Installation, InstalledFrom

NOTE = "build.json"


def find_installation(package: Path | None = None) -> Installation:
    """Return what the file says; without one, a wheel if resources are inside the package, else a source tree."""
    package = package or Path(desktop_chat.__file__).parent
    try:
        note = json.loads((package / NOTE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Installation(InstalledFrom.WHEEL if (package / "resources").is_dir() else InstalledFrom.SOURCE)
    licences = Path(sys.executable).with_name("licences")
    return Installation(
        InstalledFrom(note["kind"]), note["commit"], note["date"], licences=str(licences) if licences.is_dir() else ""
    )
