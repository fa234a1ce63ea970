"""Saves code as a file: asks where, writes all of it or nothing, and tells the user when that fails."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import Question
from desktop_chat.ui.widgets.save_dialog import save_dialog, write_bytes

_ENDINGS = {
    "python": "py", "py": "py", "javascript": "js", "js": "js", "jsx": "jsx", "typescript": "ts", "ts": "ts",
    "tsx": "tsx", "shell": "sh", "sh": "sh", "bash": "sh", "zsh": "sh", "fish": "fish", "powershell": "ps1",
    "json": "json", "html": "html", "css": "css", "scss": "scss", "sql": "sql", "c": "c", "cpp": "cpp", "c++": "cpp",
    "cs": "cs", "csharp": "cs", "go": "go", "rust": "rs", "rs": "rs", "java": "java", "kotlin": "kt", "swift": "swift",
    "yaml": "yaml", "yml": "yaml", "toml": "toml", "ini": "ini", "xml": "xml", "svg": "svg", "diff": "diff",
    "patch": "patch", "ruby": "rb", "rb": "rb", "php": "php", "perl": "pl", "lua": "lua", "r": "r", "julia": "jl",
    "haskell": "hs", "scala": "scala", "dart": "dart", "md": "md", "markdown": "md", "tex": "tex", "latex": "tex",
    "csv": "csv", "batch": "bat", "vue": "vue", "qml": "qml",
}  # fmt: skip
_WHOLE_NAMES = {"dockerfile": "Dockerfile", "makefile": "Makefile", "cmake": "CMakeLists.txt"}
_NAMED = re.compile(
    r"\s*(?:#|//|--|;|%|/\*|<!--)\s*(?:[Ff]ile(?:name)?\s*:\s*)?(?:[\w.-]+[\\/])*(\w[\w.-]{0,60}\.\w{1,10})\s*(?:\*/|-->)?\s*"
)
"""A first line that is a comment with nothing but a file name; its folder is left out."""


_RUN_BY_DESKTOPS = {
    "appimage", "application", "appref-ms", "chm", "cmd", "com", "command", "cpl", "desktop", "directory", "exe",
    "gadget", "hta", "inf", "iso", "jar", "jnlp", "jse", "lnk", "mht", "msc", "msi", "msix", "mst", "pif", "reg",
    "scf", "scpt", "scr", "service", "settingcontent-ms", "tool", "url", "vbe", "vbs", "webloc", "website",
    "workflow", "wsf", "wsh", "xbap",
}  # fmt: skip
"""Extensions of files that a desktop runs or follows on a click, or when their folder is opened."""
_ACTED_UPON = {"autorun.inf", "desktop.ini", "thumbs.db"}
_DOCUMENTS = {
    "avi", "csv", "doc", "docx", "epub", "gif", "htm", "html", "jpeg", "jpg", "mkv", "mov", "mp3", "mp4", "odp",
    "ods", "odt", "pdf", "png", "ppt", "pptx", "rtf", "svg", "txt", "webp", "xls", "xlsx", "zip",
}  # fmt: skip
_DEVICES = {"con", "prn", "aux", "nul", *(f"{kind}{digit}" for kind in ("com", "lpt") for digit in range(10))}
"""Names that Windows reserves for devices, whatever their extension."""


def suggested_name(code: str, language: str) -> str:
    """Return a name for a file with this code."""
    named = _NAMED.fullmatch(code.split("\n", 1)[0][:200])
    if named:
        return harmless_name(named.group(1))
    known = language.lower()
    return _WHOLE_NAMES.get(known) or f"snippet.{_ENDINGS.get(known, 'txt')}"


def harmless_name(name: str) -> str:
    """Return a safe form of a file name that a model proposes: what a desktop would run or act upon becomes a text
    file, a document's extension cannot hide the real one, and Windows accepts it."""
    *before, ending = name.split(".")
    stem = "_".join(before) if before[-1:] and before[-1].lower() in _DOCUMENTS else ".".join(before)
    if stem.split(".", maxsplit=1)[0].lower() in _DEVICES:
        stem = f"_{stem}"
    if ending.lower() in _RUN_BY_DESKTOPS or f"{stem}.{ending}".lower() in _ACTED_UPON:
        ending = f"{ending}.txt"
    return f"{stem}.{ending}"


def write_text(path: Path, text: str) -> str:
    """Write a text as UTF-8, with a newline at its end, as `write_bytes` does."""
    content = text if text.endswith("\n") else text + "\n"
    return write_bytes(path, content.encode("utf-8", "replace"))


class CodeSaver:
    """Asks for a file with the desktop's own dialog; the folder is remembered as long as the window is open."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent

    def ask(self, code: str, language: str, saved: Callable[[], None]) -> None:
        """Let the user choose a file; `saved` is called once it is written."""
        self._open_dialog(suggested_name(code, language), partial(self.write, code, saved=saved))

    def write(self, code: str, path: str, *, saved: Callable[[], None]) -> None:
        """Write the code to a file; if that fails, say so and offer to choose another one."""
        target = Path(path)
        reason = write_text(target, code)
        if not reason:
            saved()
            return
        question = Question(self._parent, tr("The file could not be saved"), tr("Choose another place..."))
        question.add_text(tr("Could not write {name}: {reason}", name=target.name, reason=reason))
        again = partial(self.write, code, saved=saved)
        question.accepted.connect(partial(self._open_dialog, target.name, again))
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.open()

    def _open_dialog(self, name: str, chosen: Callable[[str], None]) -> None:
        dialog = save_dialog(self._parent, tr("Save code"), name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(chosen)
        dialog.open()
