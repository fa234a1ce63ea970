"""Notices when scrolling pauses, so that the scroll position is saved soon but not at every pixel, and each folding."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_chat.core.workspace import ScrollPlace
from desktop_chat.ui.transcript.view import TranscriptView

PAUSE_MS = 200
"""Delay in ms between the first movement and reading the position."""


class ReadingPosition(QObject):
    """Emits changes of the scroll position, and of what is folded. A reply growing below it, or following the end, is
    not a change."""

    changed = Signal()

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self._view = view
        self._reported: ScrollPlace | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._report)
        view.hit_tester.summary_folded.connect(self.changed)
        view.verticalScrollBar().valueChanged.connect(self._start_pause)

    def _start_pause(self) -> None:
        """A running reply scrolls too: do not restart a running pause, and ignore following the end."""
        if not self._pause.isActive() and not (self._view.at_end and self._reported is None):
            self._pause.start()

    def _report(self) -> None:
        place = self._view.scroll_place()
        if place != self._reported:
            self._reported = place
            self.changed.emit()
