"""Asks with the desktop's file dialog where to save something, and writes the file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QFileInfo, QIODevice, QSaveFile, QStandardPaths
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget
from shiboken6 import isValid

from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import ask, confirm

_FOLDER_PROPERTY = "desktop_chat_save_folder"
"""The main window's property that stores the last used folder."""


def save_dialog(parent: QWidget, title: str, name: str) -> QFileDialog:
    """Return an unopened dialog that suggests `name` in the last used folder."""
    dialog = QFileDialog(parent, title, str(_last_folder(parent)))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    dialog.fileSelected.connect(partial(_note_folder, parent))
    return dialog


async def ask_new_file(
    parent: QWidget, title: str, name: str, patterns: Sequence[str], *, appends: bool = False
) -> Path | None:
    """Return where to save, suggesting `name`, or None. Confirms overwriting itself, because Qt's confirmation runs a
    nested event loop; nothing is to be confirmed if the file is only appended to."""
    found = await ask_new_file_as(parent, title, name, patterns, appends=appends)
    return None if found is None else found[0]


async def ask_new_file_as(
    parent: QWidget, title: str, name: str, patterns: Sequence[str], *, appends: bool = False
) -> tuple[Path, int] | None:
    """Return where to save and the place of the chosen pattern, or None; see `ask_new_file`."""
    dialog = save_dialog(parent, title, name)
    dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.setNameFilters(list(patterns))
    dialog.selectFile(name)
    accepted = await ask(dialog) == QDialog.DialogCode.Accepted
    if not accepted or not isValid(dialog) or not dialog.selectedFiles():
        return None
    file, pattern = Path(dialog.selectedFiles()[0]), dialog.selectedNameFilter()
    chosen = file, patterns.index(pattern) if pattern in patterns else 0
    if appends or not QFileInfo.exists(str(file)):
        return chosen
    text = tr("{file} already exists.", file=str(file))
    return chosen if await confirm(parent, tr("Replace this file?"), text, tr("Replace"), danger=True) else None


def write_bytes(path: Path, data: bytes) -> str:
    """Write a file atomically.

    Returns the system's error message, or an empty string on success.
    """
    file = QSaveFile(str(path))
    if file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(data) == len(data) and file.commit():
        return ""
    return file.errorString()


def _last_folder(widget: QWidget) -> Path:
    """Return the folder last used in a widget's window; initially the downloads folder."""
    known = _main_window(widget).property(_FOLDER_PROPERTY)
    if known and Path(known).is_dir():
        return Path(known)
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    return Path(place) if place and Path(place).is_dir() else Path.home()


def _note_folder(widget: QWidget, file: str) -> None:
    if isValid(widget):
        _main_window(widget).setProperty(_FOLDER_PROPERTY, str(Path(file).parent))


def _main_window(widget: QWidget) -> QWidget:
    """Return the main window that a widget or its dialog belongs to."""
    window = widget.window()
    while (parent := window.parentWidget()) is not None:
        window = parent.window()
    return window
