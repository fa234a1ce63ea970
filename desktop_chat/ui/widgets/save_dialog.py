"""Where the person wants something saved, asked with the desktop's own dialog, and how it is written there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QFileInfo, QIODevice, QSaveFile, QStandardPaths
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget
from shiboken6 import isValid

from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import ask, confirm

_LONGEST_NAME = 60
_FOLDER_PROPERTY = "desktop_chat_save_folder"
"""The property of the main window that holds where something was saved last."""


def save_dialog(parent: QWidget, title: str, name: str) -> QFileDialog:
    """Return a dialog, not yet open, that offers `name` in the folder that was chosen last."""
    dialog = QFileDialog(parent, title, str(_last_folder(parent)))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    dialog.fileSelected.connect(partial(_note_folder, parent))
    return dialog


async def ask_new_file(parent: QWidget, title: str, name: str, patterns: Sequence[str]) -> Path | None:
    """Return where the person wants something saved, `name` being offered, or None. Replacing a file is asked about:
    Qt's own question would run a loop of its own."""
    dialog = save_dialog(parent, title, name)
    dialog.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.setNameFilters(list(patterns))
    dialog.selectFile(name)
    accepted = await ask(dialog) == QDialog.DialogCode.Accepted
    if not accepted or not isValid(dialog) or not dialog.selectedFiles():
        return None
    file = Path(dialog.selectedFiles()[0])
    if not QFileInfo.exists(str(file)):
        return file
    text = tr("{file} already exists.", file=str(file))
    return file if await confirm(parent, tr("Replace this file?"), text, tr("Replace"), danger=True) else None


def file_stem(title: str) -> str:
    """Return what of a title every file system takes as a name; it may be nothing."""
    kept = "".join(character if character.isalnum() or character in " -_" else " " for character in title)
    return " ".join(kept.split())[:_LONGEST_NAME].strip()


def write_bytes(path: Path, data: bytes) -> str:
    """Write a file; it is there as a whole or as before.

    Returns why it could not be written, in the system's words; an empty text for success.
    """
    file = QSaveFile(str(path))
    if file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(data) == len(data) and file.commit():
        return ""
    return file.errorString()


def _last_folder(widget: QWidget) -> Path:
    """Return where something was saved last from a widget's window; at first where downloads go."""
    known = _main_window(widget).property(_FOLDER_PROPERTY)
    if known and Path(known).is_dir():
        return Path(known)
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    return Path(place) if place and Path(place).is_dir() else Path.home()


def _note_folder(widget: QWidget, file: str) -> None:
    if isValid(widget):
        _main_window(widget).setProperty(_FOLDER_PROPERTY, str(Path(file).parent))


def _main_window(widget: QWidget) -> QWidget:
    """Return the window behind all dialogs that a widget is in."""
    window = widget.window()
    while (parent := window.parentWidget()) is not None:
        window = parent.window()
    return window
