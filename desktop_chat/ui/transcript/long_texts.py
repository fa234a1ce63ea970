"""Splits long messages before they are shown, a slice at a time: in one go that would stop the window."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.view import TranscriptView

_SLICE_S = 0.008


class LongTexts:
    """Holds a view back until what it is to show is split; `ready` is called then."""

    def __init__(self, view: TranscriptView, ready: Callable[[], None]) -> None:
        self._view = view
        self._ready = ready
        self._timer = QTimer(view, singleShot=True, interval=0)
        self._timer.timeout.connect(self._work)

    def must_wait(self) -> bool:
        """Say whether something that is about to come into view is still to be split."""
        if not self._view.document.long or self._next() is None:
            return False
        self._timer.start()
        return True

    def _work(self) -> None:
        if not self._view.isVisible():
            return  # what is seen again begins again
        place = self._next()
        if place is not None:
            late = time.perf_counter() + _SLICE_S
            self._view.document.prepare(place, lambda: time.perf_counter() > late)
        if self._next() is not None:
            self._timer.start()
        else:
            self._ready()

    def _next(self) -> int | None:
        """Return the first long message that the view would come upon, by the heights known so far."""
        document, scroller = self._view.document, self._view.scroller
        room, last = self._view.viewport().height(), len(document) - 1
        if scroller.follow:
            place, step = last, -1
        else:
            place, step = max(0, scroller.anchor[0].place - 1), 1
            room += document.sums[place] + document.sums[min(place + 1, last)] if last >= 0 else 0
        while 0 <= place <= last and room > 0:
            if place in document.long:
                return place
            room -= document.sums[place]
            place += step
        return None
