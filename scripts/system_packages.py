"""Knows which system libraries and programs the window and its tests need, and adds the missing ones.

What is missing is found by trying: a library is loaded, a program looked up, a font asked for. So it works on
every Linux; only the installing knows Debian and Ubuntu, and elsewhere the exact command is printed.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

AT_SPI_PLACES = ("/usr/libexec", "/usr/lib/at-spi2-core")
APT_OPTIONS = ["-q", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]


@dataclass(frozen=True, slots=True)
class Need:
    """One thing the system must offer: its name, the packages that may bring it, and how to see it."""

    name: str
    packages: tuple[str, ...]
    present: Callable[[], bool]
    required: bool = True
    is_library: bool = False


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _library(soname: str, *packages: str, required: bool = True) -> Need:
    return Need(soname, packages, lambda: _loads(soname), required, is_library=True)


def _program(name: str, *packages: str, required: bool = True) -> Need:
    return Need(name, packages, lambda: shutil.which(name) is not None, required)


def _succeeds(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and bool(done.stdout.strip())


def _font(pattern: str, package: str, *, required: bool) -> Need:
    return Need(f"a font for {pattern}", (package,), lambda: _succeeds(["fc-list", pattern]), required)


def window_needs() -> list[Need]:
    """What a real window loads; found with ldd on Qt's platform plug-ins and network library."""
    return [
        _library("libEGL.so.1", "libegl1"),
        _library("libGL.so.1", "libgl1"),
        _library("libX11-xcb.so.1", "libx11-xcb1"),
        _library("libdbus-1.so.3", "libdbus-1-3"),
        _library("libfontconfig.so.1", "libfontconfig1"),
        _library("libfreetype.so.6", "libfreetype6"),
        _library("libgthread-2.0.so.0", "libglib2.0-0t64", "libglib2.0-0"),
        _library("libgssapi_krb5.so.2", "libgssapi-krb5-2"),
        _library("libxcb-cursor.so.0", "libxcb-cursor0"),
        _library("libxcb-icccm.so.4", "libxcb-icccm4"),
        _library("libxcb-image.so.0", "libxcb-image0"),
        _library("libxcb-keysyms.so.1", "libxcb-keysyms1"),
        _library("libxcb-randr.so.0", "libxcb-randr0"),
        _library("libxcb-render-util.so.0", "libxcb-render-util0"),
        _library("libxcb-shape.so.0", "libxcb-shape0"),
        _library("libxcb-shm.so.0", "libxcb-shm0"),
        _library("libxcb-sync.so.1", "libxcb-sync1"),
        _library("libxcb-util.so.1", "libxcb-util1"),
        _library("libxcb-xfixes.so.0", "libxcb-xfixes0"),
        _library("libxcb-xkb.so.1", "libxcb-xkb1"),
        _library("libxkbcommon.so.0", "libxkbcommon0"),
        _library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        _library("libwayland-cursor.so.0", "libwayland-cursor0", required=False),
        _program("fc-list", "fontconfig", required=False),
        _font(":lang=en", "fonts-dejavu-core", required=False),
        _font(":lang=zh-cn", "fonts-noto-cjk", required=False),
        _font(":color=true:charset=1f600", "fonts-noto-color-emoji", required=False),  # DejaVu has some, in black
    ]


def screen_needs() -> list[Need]:
    """What scripts/gui-session starts: a virtual screen, a window manager and a session bus."""
    return [
        _program("Xvfb", "xvfb"),
        _program("xauth", "xauth"),
        _program("openbox", "openbox"),
        _program("xprop", "x11-utils"),
        _program("dbus-daemon", "dbus-daemon", "dbus"),
    ]


def test_needs() -> list[Need]:
    """What the journeys add: a Secret Service, a hand on the mouse and keyboard, and a screen reader's eyes."""
    return [
        _program("gnome-keyring-daemon", "gnome-keyring"),
        _program("gdbus", "libglib2.0-bin"),
        _program("xdotool", "xdotool"),
        Need(
            "at-spi2-core",
            ("at-spi2-core",),
            lambda: any(Path(place, "at-spi-bus-launcher").exists() for place in AT_SPI_PLACES),
        ),
        Need(
            "pyatspi",
            ("python3-pyatspi",),
            lambda: _succeeds(["/usr/bin/python3", "-c", "import pyatspi; print(1)"]),
        ),
    ]


def provide(needs: Iterable[Need], *, all_required: bool = False) -> bool:
    """Adds what is missing where it may; otherwise says how. False when something required still lacks."""
    missing = [need for need in needs if not need.present()]
    if not missing or not sys.platform.startswith("linux"):
        return True
    _say("Missing on this system: " + ", ".join(need.name for need in missing))
    if shutil.which("apt-get"):
        missing = _provide_by_apt(missing)
    elif command := _command_by_library(missing):
        _say(f"Install them with:  {command}")
    else:
        _say("Install them with your system's package manager, then run the same command again.")
    fatal = [need.name for need in missing if need.required or all_required]
    if missing and not fatal:
        _say("Going on: the window opens without them.")
    elif fatal:
        _say("Stopping: these are needed: " + ", ".join(fatal))
    return not fatal


def _provide_by_apt(missing: list[Need]) -> list[Need]:
    root = _root_prefix()
    if root is None:
        names = " ".join(_known_packages(missing))
        _say(f"Install with:  sudo apt-get update && sudo apt-get install --no-install-recommends {names}")
        return missing
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    subprocess.run([*root, "apt-get", "-q", "update"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    packages = _known_packages(missing)
    _say("Installing: " + " ".join(packages))
    done = subprocess.run(
        [*root, *environment, "apt-get", "install", *APT_OPTIONS, *packages],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    still = [need for need in missing if not need.present()]
    if done.returncode or still:
        _say("\n".join(done.stdout.splitlines()[-15:]))
        _say(
            f"apt-get could not bring: {', '.join(need.name for need in still) or 'nothing (but it reported an error)'}"
        )
    return still


def _root_prefix() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def _known_packages(missing: list[Need]) -> list[str]:
    """The first name of each need that this release's lists know; releases name a few differently."""
    names = [
        next((name for name in need.packages if len(need.packages) == 1 or _apt_knows(name)), need.packages[-1])
        for need in missing
    ]
    return sorted(set(names))


def _apt_knows(package: str) -> bool:
    return _succeeds(["apt-cache", "show", "--no-all-versions", package])


def _command_by_library(missing: list[Need]) -> str | None:
    """dnf and zypper find a package by the library it brings."""
    libraries = " ".join(f"'{need.name}()(64bit)'" for need in missing if need.is_library)
    for tool in ("dnf", "zypper"):
        if libraries and shutil.which(tool):
            return f"sudo {tool} install {libraries}"
    return None


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
