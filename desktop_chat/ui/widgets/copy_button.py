"""A button that copies a text, and says for a moment that it did."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.accessible_name import name_for_readers
from desktop_chat.ui.widgets.announcements import announce

_TOLD_MS = 1_500


class CopyButton(QPushButton):
    """Copies what `text` returns."""

    def __init__(self, text: Callable[[], str]) -> None:
        super().__init__()
        self._text = text
        self._told = QTimer(self, singleShot=True, interval=_TOLD_MS)
        self._told.timeout.connect(self._say)
        self.clicked.connect(self._copy)
        self._say()

    def name(self, words: str) -> None:
        """Set the name for screen readers, and the text in the current language."""
        name_for_readers(self, words)
        self._say()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text())
        self._told.start()
        self._say()
        announce(self, tr("Copied"))

    def _say(self) -> None:
        self.setText(tr("Copied") if self._told.isActive() else tr("Copy"))
