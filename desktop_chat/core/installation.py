"""How this copy of the application was installed, for the About dialog and bug reports."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum


class InstalledFrom(StrEnum):
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
class Installation:
    """How the application was installed and, for packages, its commit, its build date (ISO 8601), and the folder with
    the licences of its contents."""

    kind: InstalledFrom
    commit: str = ""
    date: str = ""
    licences: str = ""

    @property
    def has_autostart(self) -> bool:
        """Whether the desktop reads autostart entries of this copy: on Linux, except those written in a Flatpak."""
        return sys.platform == "linux" and self.kind is not InstalledFrom.FLATPAK
