"""Where this copy of the program came from, and whether there is a newer one: for the About page and for reports."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CopyKind(StrEnum):
    """What the program was installed from."""

    DEB = "deb"
    RPM = "rpm"
    PORTABLE = "portable"
    FLATPAK = "flatpak"
    WINDOWS = "windows"
    MACOS = "macos"
    WHEEL = "wheel"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Origin:
    """What it was installed from and, where it was packaged, the commit and the day (ISO 8601) it was built from, and
    the folder with the licences of all that is inside."""

    kind: CopyKind
    commit: str = ""
    date: str = ""
    licences: str = ""


def is_newer(version: str, than: str) -> bool:
    """Compare versions of the form 1.2.3. What has another form is never newer."""
    found, known = _numbers(version), _numbers(than)
    return found is not None and known is not None and found > known


def _numbers(version: str) -> tuple[int, ...] | None:
    parts = version.split(".")
    is_version = len(parts) == 3 and all(part.isascii() and part.isdecimal() and len(part) <= 6 for part in parts)
    return tuple(map(int, parts)) if is_version else None
