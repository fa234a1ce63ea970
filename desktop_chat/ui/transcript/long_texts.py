"""Splits long messages before they are shown, a slice at a time: in one go that would stop the window."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.view import TranscriptView

_SLICE_S = 0.008
_SLICE_AHEAD_S = 0.004
"""For what is not in view yet: other things may be going on in the same frame."""


class LongTexts:
    """Holds a view back until what it is to show is split, and has what is next to that split ahead."""

    def __init__(self, view: TranscriptView, ready: Callable[[], None]) -> None:
        self._view = view
        self._ready = ready
        self._holds = False
        self._timer = QTimer(view, singleShot=True, interval=0)
        self._timer.timeout.connect(self._work)

    def must_wait(self) -> bool:
        """Say whether something that is about to come into view is still to be split; `ready` is called when it is."""
        if not self._view.document.long:
            self._holds = False
            return False
        self._holds = self._next(0) is not None
        if self._holds or self._ahead() is not None:
            self._timer.start()
        return self._holds

    def _work(self) -> None:
        if not self._view.isVisible():
            return  # what is seen again begins again
        if self._holds and self._next(0) is None:
            self._ready()  # in a turn of its own: it lays out what is in view
            return
        place = self._ahead()
        if place is not None:
            late = time.perf_counter() + (_SLICE_S if self._holds else _SLICE_AHEAD_S)
            self._view.document.prepare(place, lambda: time.perf_counter() > late)
        if self._holds or self._ahead() is not None:
            self._timer.start()

    def _ahead(self) -> int | None:
        """Return the next long message in view, else one within a page of it."""
        place = self._next(0)
        return place if place is not None else self._next(self._view.viewport().height())

    def _next(self, margin: int) -> int | None:
        """Return the first long message that is at most so far out of view, by the heights known so far."""
        document, scroller = self._view.document, self._view.scroller
        room, last = self._view.viewport().height() + margin, len(document) - 1
        place, step = last, -1
        if not scroller.follow:
            spot, offset = scroller.anchor
            place, step = min(spot.place, last), 1
            above = margin - min(0, offset)
            while place > 0 and above > 0:
                place -= 1
                above -= document.sums[place]
                room += document.sums[place]
            room += max(0, offset) + document.sums[min(spot.place, last)] if last >= 0 else 0
        while 0 <= place <= last and room > 0:
            if place in document.long:
                return place
            room -= document.sums[place]
            place += step
        return None
