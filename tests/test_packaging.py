"""What decides how packages are built, and the descriptions for systems on which it cannot be run here."""

from __future__ import annotations

import json
import os
import plistlib
import re
import runpy
import struct
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from desktop_chat import APP_ID, HOME_PAGE, __version__

ROOT = Path(__file__).parent.parent
PACKAGING = ROOT / "packaging"


@pytest.fixture(autouse=True)
def packaging_modules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The build's modules are scripts beside each other, outside of any package."""
    monkeypatch.syspath_prepend(str(PACKAGING))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if str(PACKAGING) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.mark.parametrize(
    ("target", "source", "wanted"),
    [
        pytest.param("PySide6/Qt/lib/libQt6Core.so.6", "/venv/libQt6Core.so.6", True, id="a module that is used"),
        pytest.param("PySide6/Qt/lib/libQt6Quick.so.6", "/venv/libQt6Quick.so.6", False, id="a module that is not"),
        pytest.param("libQt6Qml.so.6", "PySide6/Qt/lib/libQt6Qml.so.6", False, id="a link to it"),
        pytest.param("PySide6\\Qt6Pdf.dll", "C:\\venv\\Qt6Pdf.dll", False, id="that on Windows"),
        pytest.param("PySide6\\Qt6Widgets.dll", "C:\\venv\\Qt6Widgets.dll", True, id="a used one on Windows"),
        pytest.param("PySide6/Qt/lib/QtQml.framework/Versions/A/QtQml", "/v/QtQml", False, id="that on macOS"),
        pytest.param("PySide6/QtQml.abi3.so", "/venv/QtQml.abi3.so", False, id="its binding"),
        pytest.param("PySide6/Qt/plugins/platforms/libqxcb.so", "/v/libqxcb.so", True, id="a platform"),
        pytest.param("PySide6/Qt/plugins/platforms/libqvnc.so", "/v/libqvnc.so", False, id="another platform"),
        pytest.param("PySide6\\plugins\\platforms\\qwindows.dll", "C:\\qwindows.dll", True, id="Windows' platform"),
        pytest.param(
            "PySide6/Qt/plugins/tls/libqopensslbackend.so", "/v/x.so", False, id="a kind of plug-in that is not"
        ),
        pytest.param("PySide6/Qt/translations/qtbase_zh_CN.qm", "/v/x.qm", True, id="Qt's words in our language"),
        pytest.param("PySide6/Qt/translations/qtbase_de.qm", "/v/x.qm", False, id="Qt's words in another"),
        pytest.param("libssl.so.3", "/usr/lib/x86_64-linux-gnu/libssl.so.3", True, id="a library of Python's"),
        pytest.param("libX11.so.6", "/usr/lib/x86_64-linux-gnu/libX11.so.6", False, id="a library of the system"),
        pytest.param("libreadline.so.8", "/lib/x86_64-linux-gnu/libreadline.so.8", False, id="one under the GPL"),
        pytest.param("python3.11/lib-dynload/_ssl.so", "/usr/lib/python3.11/lib-dynload/_ssl.so", True, id="a module"),
    ],
)
def test_what_goes_into_the_packages(target: str, source: str, wanted: bool) -> None:
    from contents import is_wanted  # noqa: PLC0415

    assert is_wanted(target, source, python_folder="/usr/lib/python3.11/") is wanted


def test_the_keyrings_are_those_that_are_imported_by_name() -> None:
    from contents import KEYRINGS  # noqa: PLC0415

    from desktop_chat.services.secrets.keyring_backends import _TRUSTED  # noqa: PLC0415

    packed = {system: {f"keyring.backends.{name}" for name in names} for system, names in KEYRINGS.items()}
    assert packed == {system: {module for module, _, _ in backends} for system, backends in _TRUSTED.items()}


@pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links")
def test_the_deb_leaves_pythons_own_libraries_to_debian(tmp_path: Path) -> None:
    from linux_packages import leave_to_debian  # noqa: PLC0415

    inside = tmp_path / "_internal"
    (inside / "pillow.libs").mkdir(parents=True)
    for name in ("libpython3.11.so.1.0", "liblzma.so.5", "libssl.so.3", "pillow.libs/liblzma-de26b416.so.5"):
        (inside / name).touch()
    (inside / "liblzma-de26b416.so.5").symlink_to("pillow.libs/liblzma-de26b416.so.5")
    leave_to_debian(tmp_path)
    kept = {path.name for path in inside.iterdir()}
    assert kept == {"libpython3.11.so.1.0", "liblzma-de26b416.so.5", "pillow.libs"}


class WriteBehind:
    """Stands for PyInstaller's classes, and notes what the spec makes of them."""

    def __init__(self) -> None:
        self.made: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def maker(self, name: str) -> Any:
        def make(*given: Any, **options: Any) -> Any:
            self.made.append((name, given, options))
            scripts = [(script, f"{script}.py", "PYSOURCE") for script in ("pyi_rth_pyside6", "entry")]
            return SimpleNamespace(pure=[], scripts=scripts, binaries=[], datas=[])

        return make

    def of(self, name: str) -> list[dict[str, Any]]:
        return [options for made, _, options in self.made if made == name]


@pytest.mark.parametrize("system", ["linux", "win32", "darwin"])
def test_the_spec_builds_on_each_system(system: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write_behind = WriteBehind()
    hooks = SimpleNamespace(
        collect_data_files=lambda _: [], collect_submodules=lambda name: [name], copy_metadata=lambda _: []
    )
    for name, module in (("PyInstaller", SimpleNamespace()), ("PyInstaller.utils", SimpleNamespace())):
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setitem(sys.modules, "PyInstaller.utils.hooks", hooks)
    values = {"VERSION": "1.2.3", "BUILD_TOOLS": str(tmp_path), "DISTRIBUTIONS": "openai", "ICONS": str(tmp_path),
              "VERSION_INFO": "version.txt"}  # fmt: skip
    for name, value in values.items():
        monkeypatch.setenv(f"DESKTOP_CHAT_{name}", value)
    monkeypatch.setattr(sys, "platform", system)
    makers = {name: write_behind.maker(name) for name in ("Analysis", "PYZ", "EXE", "COLLECT", "BUNDLE")}
    runpy.run_path(
        str(PACKAGING / "pyinstaller/desktop-chat.spec"), {"SPECPATH": str(PACKAGING / "pyinstaller"), **makers}
    )

    programs = write_behind.of("EXE")
    assert [program["name"] for program in programs] == (
        ["desktop-chat", "desktop-chat-console"] if system == "win32" else ["desktop-chat"]
    )
    assert programs[0]["console"] is (system == "linux")
    scripts = [[script for script, *_ in given[1]] for name, given, _ in write_behind.made if name == "EXE"]
    assert scripts == [["entry"] if system == "linux" else ["pyi_rth_pyside6", "entry"]] * len(programs)
    assert not any(program["upx"] for program in programs)
    assert bool(write_behind.of("BUNDLE")) is (system == "darwin")
    for bundle in write_behind.of("BUNDLE"):
        assert bundle["bundle_identifier"] == APP_ID
        assert bundle["info_plist"]["CFBundleURLTypes"][0]["CFBundleURLSchemes"] == ["desktop-chat"]
        plistlib.dumps(bundle["info_plist"])
    (analysis,) = write_behind.of("Analysis")
    assert "pygments.lexers" in analysis["hiddenimports"]


@pytest.mark.parametrize("before", ["", "/own/lib"])
def test_what_the_program_starts_does_not_load_its_libraries(monkeypatch: pytest.MonkeyPatch, before: str) -> None:
    seen: list[dict[str, str]] = []
    archive = SimpleNamespace(_filename=__file__)
    monkeypatch.setitem(sys.modules, "pyimod02_importers", SimpleNamespace(pyz_archive=archive))
    monkeypatch.setattr("desktop_chat.__main__.main", lambda: seen.append(dict(os.environ)))
    monkeypatch.setenv("LD_LIBRARY_PATH", f"/usr/lib/desktop-chat/_internal:{before}")
    monkeypatch.setenv("QT_PLUGIN_PATH", "/usr/lib/desktop-chat/_internal/PySide6/Qt/plugins")
    monkeypatch.setenv("_PYI_APPLICATION_HOME_DIR", "/usr/lib/desktop-chat/_internal")
    if before:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    runpy.run_path(str(PACKAGING / "pyinstaller/entry.py"))
    (environment,) = seen
    if sys.platform == "linux":
        assert Path(archive._filename).read_bytes() == Path(__file__).read_bytes()
        os.close(int(archive._filename.rpartition("/")[2]))
    assert environment.get("LD_LIBRARY_PATH", "") == before
    assert not any(name.startswith(("_PYI_", "QT_PLUGIN")) or name.endswith("_ORIG") for name in environment)


def test_the_windows_installer_is_written_as_inno_setup_reads_it() -> None:
    text = (PACKAGING / "windows/desktop-chat.iss").read_text(encoding="utf-8")
    sections = set(re.findall(r"^\[(\w+)\]$", text, re.MULTILINE))
    assert sections == {"Setup", "Languages", "Tasks", "InstallDelete", "Files", "Icons", "Registry", "Run"}
    setup = dict(re.findall(r"^(\w+)=(.+)$", text, re.MULTILINE))
    assert re.fullmatch(r"\{\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", setup["AppId"])
    assert (setup["PrivilegesRequired"], setup["CloseApplications"]) == ("lowest", "yes")
    assert setup["AppPublisherURL"] == HOME_PAGE
    for line in text.split("[Languages]")[1].splitlines():
        if line and not line.startswith((";", "[")):
            assert all(re.fullmatch(r"\s*\w+: .+", part) for part in re.split(r";(?=\s)", line)), line
            assert line.count('"') % 2 == 0, line
    assert len(re.findall(r"^#if", text, re.MULTILINE)) == len(re.findall(r"^#endif$", text, re.MULTILINE))
    used, defined = set(re.findall(r"\{#(\w+)\}", text)), set(re.findall(r"#(?:define|ifndef) (\w+)", text))
    assert used <= defined
    assert f'AppUserModelId "{APP_ID}"' in text


def test_the_windows_version_info_can_be_read() -> None:
    namespace = runpy.run_path(str(PACKAGING / "windows/version_info.py"))
    seen: dict[str, Any] = {}
    parts = ("FixedFileInfo", "StringFileInfo", "StringTable", "StringStruct", "VarFileInfo", "VarStruct")
    known = {name: lambda *given, **options: given or options for name in parts}
    eval(namespace["version_info"]("1.2.3"), {**known, "VSVersionInfo": lambda **options: seen.update(options)})
    assert seen["ffi"]["filevers"] == (1, 2, 3, 0)


def test_the_macos_files_can_be_read() -> None:
    entitlements = plistlib.loads((PACKAGING / "macos/entitlements.plist").read_bytes())
    assert list(entitlements) == ["com.apple.security.cs.allow-unsigned-executable-memory"]
    script = PACKAGING / "macos/sign-and-notarise.sh"
    assert subprocess.run(["sh", "-n", str(script)], check=False).returncode == 0
    assert script.stat().st_mode & 0o100


def test_the_metainfo_has_the_release_that_is_built() -> None:
    from metainfo import metainfo  # noqa: PLC0415
    from release import Release  # noqa: PLC0415

    release = Release("1.3.0", "abc", 1_800_000_000)
    tree = ET.fromstring(metainfo(release, "# Changelog\n\n## Unreleased\n\n## 1.2.0 - 2026-11-30\n\n- All.\n"))
    found = [(entry.get("version"), entry.get("date")) for entry in tree.iter("release")]
    assert found == [("1.3.0", "2027-01-15"), ("1.2.0", "2026-11-30")]
    assert tree.findtext("id") == APP_ID
    images = [str(entry.text) for entry in tree.iter("image")]
    assert all(image.startswith(HOME_PAGE) for image in images)
    assert all((ROOT / image.partition("/raw/main/")[2]).exists() for image in images)


def test_the_version_is_read_from_its_one_place() -> None:
    from release import find_release, read_version  # noqa: PLC0415

    assert read_version() == find_release().version == __version__
    assert "version = " not in (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("[tool.")[0]


def test_the_menu_entry_has_the_programs_id() -> None:
    text = (ROOT / f"resources/launcher/{APP_ID}.desktop").read_text(encoding="utf-8")
    assert f"\nIcon={APP_ID}\n" in text
    assert "\nMimeType=x-scheme-handler/desktop-chat;\n" in text


def test_icons_for_windows_and_macos_hold_every_size() -> None:
    from icons import ICNS_KINDS, icns, ico  # noqa: PLC0415

    images = {size: b"\x89PNG" + bytes([size % 256]) * 8 for size in ICNS_KINDS}
    data = ico(images)
    count = struct.unpack_from("<HHH", data)[2]
    entries = [struct.unpack_from("<BBBBHHII", data, 6 + 16 * number) for number in range(count)]
    assert [data[entry[7] : entry[7] + entry[6]] for entry in entries] == list(images.values())
    bundle = icns(images)
    assert struct.unpack_from(">4sI", bundle) == (b"icns", len(bundle))
    place, kinds = 8, []
    while place < len(bundle):
        kind, length = struct.unpack_from(">4sI", bundle, place)
        kinds.append(kind)
        place += length
    assert (place, kinds) == (len(bundle), list(ICNS_KINDS.values()))


@pytest.mark.parametrize(
    ("name", "used"),
    [
        ("icudt73l/brkitr/cjdict.dict", True),
        ("icudt73l/coll/de.res", True),
        ("icudt73l/cnvalias.icu", True),
        ("icudt73l/root.res", True),
        ("icudt73l/zh_Hans_CN.res", True),
        ("icudt73l/likelySubtags.res", True),
        ("icudt73l/de.res", False),
        ("icudt73l/yue_Hans.res", False),
        ("icudt73l/unit/de.res", False),
        ("icudt73l/ibm-949_P110-1999.cnv", False),
    ],
)
def test_of_icu_what_is_asked_for_stays(name: str, used: bool) -> None:
    from icu_data import is_used  # noqa: PLC0415

    assert is_used(name) is used


def test_the_rest_of_icus_data_is_where_its_table_says() -> None:
    from icu_data import without_unused  # noqa: PLC0415

    files = {"icudt73l/brkitr/root.res": b"r" * 17, "icudt73l/unit/de.res": b"gone", "icudt73l/uemoji.icu": b"e" * 33}
    header = struct.pack("<H", 32).ljust(32, b"h")
    first = 4 + 8 * len(files)
    names, table, contents = b"", b"", b""
    for name, content in files.items():
        table += struct.pack("<II", first + len(names), 128 + len(contents))
        names += name.encode() + b"\0"
        contents += content.ljust(48, b"\0")
    left = without_unused(header + (struct.pack("<I", 3) + table + names).ljust(128, b"\0") + contents)

    assert left[:32] == header
    count, *places = struct.unpack_from("<IIIII", left, 32)
    assert count == 2
    for (name, content), at, begin in zip(
        (item for item in files.items() if "unit" not in item[0]), places[::2], places[1::2], strict=True
    ):
        assert left[32 + at :].startswith(name.encode() + b"\0")
        assert begin % 16 == 0
        assert left[32 + begin :].startswith(content)
    assert b"gone" not in left


def test_what_is_inside_the_page_is_listed_with_its_licence(tmp_path: Path) -> None:
    licences, sbom = import_module("licences"), import_module("sbom")

    lock = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))["packages"]
    parts = list(licences._page_parts(tmp_path))
    assert {"react", "react-dom", "markdown-it"} <= {part.name for part in parts}
    for part in parts:
        about = lock[f"node_modules/{part.name}"]
        assert (part.version, part.licence) == (about["version"], about["license"])
        assert part.purl == f"pkg:npm/{part.name}@{part.version}"
        assert len((tmp_path / "npm" / part.name / "LICENCE.txt").read_text(encoding="utf-8")) > 200
    own = licences.Part("mdurl", "0.1.2", "MIT", "pkg:pypi/mdurl@0.1.2")
    components = sbom.added([own, *parts], {"mdurl"})
    assert [component["purl"] for component in components] == [part.purl for part in parts], (
        "also where pip has the name"
    )
    assert len({component["bom-ref"] for component in components}) == len(parts)


def test_a_part_of_the_page_without_a_licence_stops_the_build() -> None:
    licences = import_module("licences")

    [(part, text)] = licences.parts_of_page("@scope/one 1.0: MIT\n\nPermission is granted.\n")
    assert (part.purl, text) == ("pkg:npm/%40scope/one@1.0", "Permission is granted.\n")
    for broken in ("", "one 1.0: MIT", "one 1.0: MIT\n\n", "one\n\nPermission"):
        with pytest.raises(licences.NoLicence):
            licences.parts_of_page(broken)
