"""Everything that would make Qt abort is detected before Qt is loaded, and reported with the command that helps."""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import PySide6
import pytest

from desktop_chat.app import preflight

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere wheels bring all they need")
QT = Path(PySide6.__file__).parent
EVERYWHERE = {"libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "libresolv.so.2", "librt.so.1",
              "libgcc_s.so.1", "libstdc++.so.6", "libz.so.1", "libzstd.so.1"}  # fmt: skip
"""The C and C++ libraries, and what every Python and every package manager provides."""
IN_ONE_PACKAGE = {"libbrotlicommon.so.1", "libglib-2.0.so.0"}
"""Platforms with libraries in the list."""


@pytest.fixture
def odd_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list with libraries that no system has."""
    file = tmp_path / "needs.txt"
    file.write_text(
        """# a comment
qt      needed   library libc.so.6        libc6
qt      needed   program no-program       no-package
xcb     needed   library libodd-xcb.so.1  libodd-xcb1
wayland optional library libodd-wl.so.1   libodd-wl1
screen  needed   library libnever.so.1    libnever1
"""
    )
    monkeypatch.setattr(preflight, "NEEDS", file)


@pytest.mark.parametrize(
    ("world", "packages"),
    [
        ({"DISPLAY": ":0"}, "libodd-xcb1"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "libodd-wl1"),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "libodd-wl1"),
        ({"QT_QPA_PLATFORM": "xcb"}, "libodd-xcb1"),
        ({"QT_QPA_PLATFORM": "wayland-egl:option", "DISPLAY": ":0"}, "libodd-wl1"),
    ],
)
def test_each_platform_requires_its_own_libraries(odd_needs: None, world: dict[str, str], packages: str) -> None:
    said = preflight.missing_libraries(world)
    assert said is not None
    assert said.endswith(f"sudo apt-get update && sudo apt-get install --no-install-recommends {packages}")


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "wayland;offscreen", "vnc:size=800x600"])
def test_one_complete_platform_is_enough(odd_needs: None, platform: str) -> None:
    assert preflight.missing_libraries({"QT_QPA_PLATFORM": platform}) is None


def test_common_libraries_are_also_required_offscreen(odd_needs: None) -> None:
    preflight.NEEDS.write_text("qt needed library libodd.so.1 libodd1")
    assert "libodd.so.1" in (preflight.missing_libraries({"QT_QPA_PLATFORM": "offscreen"}) or "")


def needed(library: Path) -> Iterator[str]:
    """Yield the libraries that an ELF file needs, without loading any. Layout: elf(5)."""
    data = library.read_bytes()
    start, size, count = *struct.unpack_from("<Q", data, 32), *struct.unpack_from("<HH", data, 54)
    headers = [struct.unpack_from("<IIQQQQ", data, start + size * index) for index in range(count)]
    (dynamic,) = [(offset, length) for kind, _, offset, _, _, length in headers if kind == 2]
    pairs = [struct.unpack_from("<qQ", data, dynamic[0] + at) for at in range(0, dynamic[1], 16)]
    (strings,) = [value for tag, value in pairs if tag == 5]
    file_offset = next(
        offset + strings - address
        for kind, _, offset, address, _, length in headers
        if kind == 1 and address <= strings < address + length
    )
    for tag, value in pairs:
        if tag == 1:
            yield data[file_offset + value : data.index(b"\0", file_offset + value)].decode()


def of_the_system(files: list[Path]) -> set[str]:
    """Return the libraries outside PySide6 that these files need, directly or through other Qt libraries."""
    folders = (QT / "Qt/lib", QT, QT.parent / "shiboken6")
    seen: set[str] = set()
    while files:
        for name in set(needed(files.pop())) - seen:
            seen.add(name)
            files += [folder / name for folder in folders if (folder / name).exists()][:1]
    return {name for name in seen - EVERYWHERE if not any((folder / name).exists() for folder in folders)}


@pytest.mark.parametrize("platform", ["xcb", "wayland", "offscreen"])
def test_the_list_names_everything_that_qt_links(platform: str) -> None:
    files = [QT / f"Qt{module}.abi3.so" for module in ("Core", "Gui", "Widgets", "Network", "Svg", "Test")]
    files += (QT / "Qt/plugins/platforms").glob(f"libq{platform}*.so")
    if platform == "wayland":
        files += (QT / "Qt/plugins/wayland-shell-integration").glob("libxdg-shell.so")
        files += (QT / "Qt/plugins/wayland-graphics-integration-client").glob("libqt-plugin-wayland-egl.so")
    listed = {
        line.split()[3]
        for line in preflight.NEEDS.read_text(encoding="utf-8").splitlines()
        if line.split()[0] in {"qt", platform}
    }
    linked = {name for name in of_the_system(files) if not name.startswith("ld-linux")}
    assert linked - listed - IN_ONE_PACKAGE == set()


def test_without_a_machine_id_libdbus_does_not_abort(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    world = {"HOME": "/"}
    preflight.make_libdbus_nonfatal(world, [tmp_path / "missing", tmp_path / "empty"])
    assert world["DBUS_SESSION_BUS_ADDRESS"] == "unix:path=/nonexistent"
    assert world["DBUS_FATAL_WARNINGS"] == "0"
    assert "ibus" not in world["QT_IM_MODULES"]


def test_a_configured_bus_is_used(tmp_path: Path) -> None:
    world = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/bus"}
    preflight.make_libdbus_nonfatal(world, [tmp_path / "missing"])
    assert world["DBUS_SESSION_BUS_ADDRESS"] == "unix:path=/run/bus"
    (tmp_path / "id").write_text("0123")
    world = {}
    preflight.make_libdbus_nonfatal(world, [tmp_path / "missing", tmp_path / "id"])
    assert world == {}
