"""Decides what of the libraries that PyInstaller finds goes into the packages, on each system."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

QT_MODULES = frozenset(
    {"Core", "Gui", "Widgets", "Network", "Svg", "Test", "DBus", "OpenGL", "XcbQpa", "WaylandClient",
     "WaylandEglClientHwIntegration", "WlShellIntegration"}
)  # fmt: skip
"""Network carries the hand-over to a window that is open, Test is the hands of the self-test, OpenGL and the rest are
what the platforms' plug-ins are linked with."""
QT_PLUGINS = {
    "platforms": {"xcb", "wayland", "offscreen", "windows", "cocoa"},
    "platforminputcontexts": {"compose", "ibus"},
    "platformthemes": {"gtk3", "xdgdesktopportal"},
    "imageformats": {"gif", "ico", "jpeg", "macheif", "svg", "tiff", "webp"},
    "iconengines": {"svgicon"},
    "styles": {"modernwindowsstyle", "macstyle"},
    "xcbglintegrations": {"xcb-egl-integration", "xcb-glx-integration"},
    "wayland-decoration-client": None,
    "wayland-graphics-integration-client": None,
    "wayland-shell-integration": None,
}
"""The kinds of plug-ins and their names; None for all of a kind. A kind that is not here stays out."""
TRANSLATIONS = frozenset({"qtbase_en.qm", "qtbase_zh_CN.qm"})
PYTHON_LIBRARIES = (
    "libpython", "libssl", "libcrypto", "libsqlite3", "libffi", "libbz2", "liblzma", "libz", "libexpat", "libuuid",
)  # fmt: skip
"""The system's libraries that Python itself is linked with; all others are left to the system, which `system_needs.txt`
asks for them. Readline is left, too: it is under the GPL, and `ask --chat` does without it."""
EXCLUDED_MODULES = (
    "tkinter", "setuptools", "pip", "pkg_resources", "_pytest", "PySide6.QtQml", "PySide6.QtQuick",
    "PIL._avif", "PIL._imagingcms", "PIL._imagingft", "PIL._imagingmath", "PIL._imagingmorph", "PIL._imagingtk",
    "PIL._webp", "PIL.ImageQt",
    "lxml.ElementInclude", "lxml.builder", "lxml.cssselect", "lxml.doctestcompare", "lxml.html", "lxml.isoschematron",
    "lxml.objectify", "lxml.pyclasslookup", "lxml.sax", "lxml.usedoctest",
)  # fmt: skip
"""What nothing here uses. Pillow and lxml are there for libraries that read documents: these read no images, and XML
alone; of Pillow's image formats and of lxml's ways to HTML, PyInstaller would bring all."""

KEYRINGS = {
    "linux": ("SecretService", "libsecret", "kwallet"),
    "win32": ("Windows",),
    "darwin": ("macOS",),
}
"""The backends that `services/secrets/vaults.py` imports by name."""

_QT_LIBRARY = re.compile(r"^(?:lib)?Qt6?(?P<module>[A-Z]\w*?)(?:\.abi3)?\.(?:so|dll|pyd|dylib|framework)\b")
_PLUGIN = re.compile(r"^(?:lib)?q?(?P<name>.+?)\.(?:so|dll|dylib)$")
_SYSTEM_FOLDERS = ("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/")


def is_wanted(target: str, source: str, *, python_folder: str = "") -> bool:
    """Say whether a file goes into the package: `target` is its place there, `source` where it was found.

    `python_folder` is where Python's standard library is; what lies there is never a library of the system.
    """
    path = PurePosixPath(target.replace("\\", "/"))
    parts = path.parts
    if "plugins" in parts and "PySide6" in parts:
        return _is_wanted_plugin(parts[parts.index("plugins") + 1], path.name)
    if "translations" in parts and "PySide6" in parts:
        return path.name in TRANSLATIONS
    if (found := _qt_module(parts)) is not None:
        return found in QT_MODULES
    if source.startswith(_SYSTEM_FOLDERS) and not (python_folder and source.startswith(python_folder)):
        return path.name.startswith(tuple(f"{name}{end}" for name in PYTHON_LIBRARIES for end in (".", "-", "3.")))
    return True


def _is_wanted_plugin(kind: str, file: str) -> bool:
    if kind not in QT_PLUGINS:
        return False
    names = QT_PLUGINS[kind]
    found = _PLUGIN.match(file)
    return names is None or (found is not None and found["name"] in names)


def _qt_module(parts: tuple[str, ...]) -> str | None:
    """Return the Qt module that a library or a binding belongs to; on macOS a folder of its own has the name."""
    matches = (_QT_LIBRARY.match(part) for part in parts)
    return next((found["module"] for found in matches if found is not None), None)
