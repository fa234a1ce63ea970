"""Finds what would make Qt abort the process, and says it in a sentence instead."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

_XCB_LIBRARIES = (
    ("libxcb-cursor.so.0", "libxcb-cursor0"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ("libxcb-icccm.so.4", "libxcb-icccm4"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    ("libxcb-image.so.0", "libxcb-image0"),
    ("libxcb-render-util.so.0", "libxcb-render-util0"),
    ("libEGL.so.1", "libegl1"),
)
"""What Qt's X11 plug-in loads, and the Debian packages that have it."""


def obstacle() -> str | None:
    """Return the sentence that says why no window can open here, with the remedy; None where one can."""
    return _broken_pair(sys.version_info[:2], _qt_version()) or (
        _no_display(os.environ) or _missing_libraries(os.environ) if sys.platform == "linux" else None
    )


def _qt_version() -> tuple[int, ...] | None:
    try:
        import PySide6  # noqa: PLC0415  (only the package, to learn its version before a module of it is loaded)
    except ImportError:
        return None
    return tuple(int(part) for part in PySide6.__version__.split(".")[:2])


def _broken_pair(python: tuple[int, ...], qt: tuple[int, ...] | None) -> str | None:
    if qt is None:
        return "PySide6-Essentials is not installed. Install it with: pip install 'PySide6-Essentials>=6.11,<6.13'"
    if python < (3, 12) and qt >= (6, 12):
        return (
            "PySide6 6.12 crashes on Python 3.11. "
            "Use Python 3.12 or later, or: pip install 'PySide6-Essentials>=6.11,<6.12'"
        )
    return None


def _no_display(environ: Mapping[str, str]) -> str | None:
    if environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY") or environ.get("QT_QPA_PLATFORM"):
        return None
    return (
        "There is no display to open a window on. "
        "Start it in a desktop session, or under a virtual screen: xvfb-run -a desktop-chat"
    )


def _missing_libraries(environ: Mapping[str, str]) -> str | None:
    platform = environ.get("QT_QPA_PLATFORM", "")
    if environ.get("WAYLAND_DISPLAY") or (platform and not platform.startswith("xcb")):
        return None
    missing = [package for library, package in _XCB_LIBRARIES if not _loads(library)]
    if not missing:
        return None
    return f"System libraries that Qt needs are missing. On Debian or Ubuntu: sudo apt-get install {' '.join(missing)}"


def _loads(library: str) -> bool:
    usual = (f"/usr/lib/{os.uname().machine}-linux-gnu", "/usr/lib64", "/usr/lib")
    if any(Path(folder, library).exists() for folder in usual):
        return True
    import ctypes  # noqa: PLC0415  (only where the library is in no usual place)

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
