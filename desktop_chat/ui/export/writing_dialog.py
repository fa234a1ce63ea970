"""What the dialogs share that write files in another process: progress, Cancel, and how it went."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QProgressBar, QPushButton, QWidget
from shiboken6 import isValid

from desktop_chat.core.errors import ChatError
from desktop_chat.core.exporting import ExportResult
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.export_text import export_problem, export_progress
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.status_label import StatusLabel, Words

Write = Callable[[Callable[[int, int], None]], Awaitable[ExportResult]]
"""Writes something; told how many conversations are written, and of how many."""


class WritingDialog(Retranslated, QDialog):
    """Closing it cancels what runs."""

    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._context = context
        self._stop: Callable[[], None] | None = None
        self.state = StatusLabel()
        self.state.setProperty("muted", True)
        self.progress = QProgressBar(textVisible=False)
        self.cancel_button, self.export_button = QPushButton(), QPushButton()
        self.export_button.setProperty("primary", True)
        self.cancel_button.clicked.connect(self.reject)

    def open_once(self) -> None:
        """Show the dialog over its window; it is deleted when closed."""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.open()

    def retranslate(self) -> None:
        self.progress.setAccessibleName(tr("Progress"))
        self._show_state()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._cancel()
        super().closeEvent(event)

    def reject(self) -> None:
        """Cancel what runs, or else close."""
        if self.is_writing:
            self._cancel()
        else:
            super().reject()

    @property
    def is_writing(self) -> bool:
        """Whether something is being written."""
        return self._stop is not None

    def _start(self, write: Write, done: Callable[[ExportResult], str], words: Words, name: str) -> None:
        """Write; `words` says what happens meanwhile, `done` what was written."""
        self._stop = start_for(self, self._context.tasks, self._write(write, done, words), name)
        self._show_state()

    async def _write(self, write: Write, done: Callable[[ExportResult], str], words: Words) -> None:
        self.progress.setRange(0, 0)
        self.state.say(words)
        try:
            result = await write(self._show_progress)
        except ChatError as error:
            self._finish(partial(export_problem, error), danger=True)
        except asyncio.CancelledError:
            if isValid(self):
                self._finish(lambda: tr("Cancelled. Nothing was written."))
            raise
        else:
            self._finish(partial(done, result))

    def _cancel(self) -> None:
        stop, self._stop = self._stop, None
        if stop is not None:
            stop()

    def _finish(self, words: Words, *, danger: bool = False) -> None:
        self._stop = None
        self.state.say(words, danger=danger)
        self._show_state()
        self.cancel_button.setFocus()

    def _show_progress(self, done: int, of: int) -> None:
        if isValid(self) and self.is_writing:
            self.progress.setRange(0, of)
            self.progress.setValue(done)
            self.state.show_words(lambda: export_progress(done, of))

    def _show_state(self) -> None:
        """Show what can be done now."""
        self.progress.setVisible(self.is_writing)
        self.cancel_button.setText(tr("Cancel") if self.is_writing else tr("Close"))
        self.export_button.setEnabled(not self.is_writing)
        self.export_button.setDefault(True)
