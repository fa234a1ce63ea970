"""Notices where the reader of a conversation comes to rest, so that the place is kept soon, not at every pixel."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_chat.core.workspace import ScrollPlace
from desktop_chat.ui.transcript.view import TranscriptView

PAUSE_MS = 200
"""How long after the first movement the place is looked at."""


class ReadingPosition(QObject):
    """Tells of a new place of the reader. A reply that grows below it, or the end that is followed, is no news."""

    changed = Signal()

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self._view = view
        self._told: ScrollPlace | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        view.verticalScrollBar().valueChanged.connect(self._await_pause)

    def _await_pause(self) -> None:
        """Running text scrolls, too: a pause that has begun goes on, and who follows the end does not move."""
        if not self._pause.isActive() and not (self._view.at_end and self._told is None):
            self._pause.start()

    def _tell(self) -> None:
        place = self._view.scroll_place()
        if place != self._told:
            self._told = place
            self.changed.emit()
