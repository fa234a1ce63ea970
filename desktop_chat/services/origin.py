"""Determines where this copy of the application came from, from a file that packaging leaves beside the code."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import desktop_chat
from desktop_chat.core.origin import CopyKind, Origin

NOTE = "build.json"


def find_origin(package: Path | None = None) -> Origin:
    """Return the origin in the file; without one, a wheel if resources are inside the package, else a source tree."""
    package = package or Path(desktop_chat.__file__).parent
    try:
        note = json.loads((package / NOTE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Origin(CopyKind.WHEEL if (package / "resources").is_dir() else CopyKind.SOURCE)
    licences = Path(sys.executable).with_name("licences")
    return Origin(
        CopyKind(note["kind"]), note["commit"], note["date"], licences=str(licences) if licences.is_dir() else ""
    )
