"""Detects what would make Qt abort the process, and reports it as a sentence instead."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from pathlib import Path

NEEDS = Path(__file__).with_name("system_needs.txt")
_ON_EVERY_PLATFORM = "qt"
_WITH_OWN_LIBRARIES = ("xcb", "wayland")
_MACHINE_IDS = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
_NO_BUS = "unix:path=/nonexistent"


def startup_problem() -> str | None:
    """Return the sentence that says why no window can open here, with a remedy; None if one can."""
    return _broken_pair(sys.version_info[:2], _qt_version()) or (
        _no_display(os.environ) or missing_libraries(os.environ) if sys.platform == "linux" else None
    )


def make_libdbus_nonfatal(environ: MutableMapping[str, str], machine_ids: Iterable[Path] = _MACHINE_IDS) -> None:
    """Make libdbus return errors instead of aborting the process on machines without an id, such as many containers.

    When asked for the machine id, or for a session bus to be found by it, libdbus prints a warning and aborts. Qt's
    ibus plug-in asks for it; without the id, the keyboard alone composes.
    """
    if not any(_has_content(place) for place in machine_ids):
        environ.setdefault("DBUS_SESSION_BUS_ADDRESS", _NO_BUS)
        environ.setdefault("DBUS_FATAL_WARNINGS", "0")
        environ.setdefault("QT_IM_MODULES", "compose")


def _has_content(file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except OSError:
        return False


def _qt_version() -> tuple[int, ...] | None:
    try:
        import PySide6  # noqa: PLC0415  (only the package, to read its version before loading any of its modules)
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
        "There is no display to open a window on. Start Desktop Chat in a desktop session, or on a virtual "
        "display: xvfb-run -a desktop-chat"
    )


def missing_libraries(environ: Mapping[str, str]) -> str | None:
    """Return the sentence that names missing libraries, if each platform that Qt would try lacks some."""
    missing = [list(_missing_on(platform)) for platform in _platforms(environ)]
    if not all(missing):
        return None
    libraries, packages = zip(*missing[0], strict=True)
    return (
        f"System libraries that Qt needs are missing: {', '.join(libraries)}. On Debian or Ubuntu: "
        f"sudo apt-get update && sudo apt-get install --no-install-recommends {' '.join(sorted(packages))}"
    )


def _platforms(environ: Mapping[str, str]) -> list[str]:
    """Return the names of Qt's platform plug-ins in the order in which Qt tries them."""
    if asked := environ.get("QT_QPA_PLATFORM"):
        return [name.partition(":")[0] for name in asked.split(";")]
    displays = {"wayland": environ.get("WAYLAND_DISPLAY"), "xcb": environ.get("DISPLAY")}
    return [platform for platform, display in displays.items() if display]


def _missing_on(platform: str) -> Iterator[tuple[str, str]]:
    """Yield each missing library with its Debian package."""
    groups = [_ON_EVERY_PLATFORM, *(name for name in _WITH_OWN_LIBRARIES if platform.startswith(name))]
    for line in NEEDS.read_text(encoding="utf-8").splitlines():
        group, _, kind, name, package = [*line.split(), *[""] * 5][:5]
        if group in groups and kind == "library" and not _loads(name):
            yield name, package


def _loads(library: str) -> bool:
    usual = (f"/usr/lib/{os.uname().machine}-linux-gnu", "/usr/lib64", "/usr/lib")
    if any(os.path.exists(f"{folder}/{library}") for folder in usual):  # noqa: PTH110  (called 30 times per start)
        return True
    import ctypes  # noqa: PLC0415  (only if the library is in no usual place)

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
