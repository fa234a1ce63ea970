"""Inserts text files that were dropped on a conversation or pasted into its composer; other files are refused by
name."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from desktop_chat.core.tasks import Tasks
from desktop_chat.core.text_files import decoded, fenced
from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.chat.pasting import PASTE_LIMIT, can_be_pasted
from desktop_chat.ui.widgets.qt_tasks import start_for


class DroppedFiles(QObject):
    """Files dropped anywhere on a tab go into its composer; nothing is sent automatically."""

    def __init__(self, tab: QWidget, composer: Composer, tasks: Tasks) -> None:
        super().__init__(tab)
        self._composer = composer
        self._tasks = tasks
        composer.edit.files_given.connect(self._take)
        tab.setAcceptDrops(True)
        tab.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and self._composer.isVisible() and can_be_pasted(event.mimeData()):
            event.acceptProposedAction()
            if not isinstance(event, QDragEnterEvent) and event.type() == QEvent.Type.Drop:
                self._composer.edit.insertFromMimeData(event.mimeData())
                self._composer.edit.setFocus()
            return True
        return False

    def _take(self, files: Sequence[Path]) -> None:
        start_for(self._composer, self._tasks, self._read(files), "read dropped files")

    async def _read(self, files: Sequence[Path]) -> None:
        texts = await asyncio.to_thread(_texts_of, files)
        taken = [fenced(file.name, text) for file, text in zip(files, texts, strict=True) if text is not None]
        refused = [file.name for file, text in zip(files, texts, strict=True) if text is None]
        self._composer.take_files("\n\n".join(taken) + "\n\n" if taken else "", refused)


def _texts_of(files: Sequence[Path]) -> list[str | None]:
    """Return the text of each file; None if it is not text, cannot be read, or exceeds the limit for all files
    together."""
    room, texts = PASTE_LIMIT, list[str | None]()
    for file in files:
        text = _text_of(file, room)
        room -= len(text or "")
        texts.append(text)
    return texts


def _text_of(file: Path, limit: int) -> str | None:
    try:
        if not file.is_file():  # a folder, or a device that never ends
            return None
        with file.open("rb") as stream:
            content = stream.read(4 * limit + 1)
    except OSError:
        return None
    text = decoded(content) if len(content) <= 4 * limit else None
    return text if text is not None and len(text) <= limit else None
