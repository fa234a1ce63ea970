"""Follows the replies that are being written: their clocks tick, and screen readers hear of their begin and end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from desktop_chat.ui.transcript.accessibility.announcer import Announcer

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.view import TranscriptView

_TICK_MS = 100


class RunningReplies:
    """Ticks while a reply runs in a view that is seen."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self.announcer = Announcer(view)
        self._timer = QTimer(view)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)

    def places(self) -> list[int]:
        """Return where replies run: only the last messages of a path can."""
        model = self._view.model
        count = model.rowCount()
        return [place for place in range(max(0, count - 2), count) if model.row(place).running]

    def look_again(self) -> None:
        """A reply may have begun or ended."""
        view = self._view
        places = self.places()
        if view.isVisible():
            self.announcer.follow([view.model.row(place) for place in places])
        if view.isVisible() and places:
            self._timer.start()  # anew: the next tick is for when nothing comes
        else:
            self._timer.stop()

    def stop(self) -> None:
        """Stand still while nobody looks."""
        self._timer.stop()
        self.announcer.stop()

    def tick(self) -> None:
        """Say again how long it has been, now."""
        for place in self.places():
            self._view.document.refresh(place)
        self.look_again()
        self._view.show_changes()
