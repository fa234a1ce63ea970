"""Where this copy of the application came from, and version comparison: for the About dialog and bug reports."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum


class CopyKind(StrEnum):
    """What the application was installed from."""

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
    """How the application was installed and, for packages, its commit, its build date (ISO 8601), and the folder with
    the licences of its contents."""

    kind: CopyKind
    commit: str = ""
    date: str = ""
    licences: str = ""

    @property
    def has_autostart(self) -> bool:
        """Whether the desktop reads autostart entries of this copy: on Linux, except those written in a Flatpak."""
        return sys.platform == "linux" and self.kind is not CopyKind.FLATPAK


def is_newer(version: str, than: str) -> bool:
    """Return whether `version` is newer than `than`; both have the form 1.2.3, and any other form is never newer."""
    found, known = _numbers(version), _numbers(than)
    return found is not None and known is not None and found > known


def _numbers(version: str) -> tuple[int, ...] | None:
    parts = version.split(".")
    is_version = len(parts) == 3 and all(part.isascii() and part.isdecimal() and len(part) <= 6 for part in parts)
    return tuple(map(int, parts)) if is_version else None
