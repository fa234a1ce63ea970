"""Splits long messages before they are shown, a slice at a time: all at once, it would freeze the window."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractScrollArea

from desktop_chat.ui.transcript.document import TranscriptDocument
from desktop_chat.ui.transcript.viewport.scroller import Scroller

_SLICE_S = 0.008
_SLICE_AHEAD_S = 0.004
"""For what is not in view yet: the same frame may have other work to do."""


class LongTexts:
    """Holds a view back until what it is to show is split, and splits what is next to that ahead of time."""

    def __init__(
        self, document: TranscriptDocument, scroller: Scroller, area: QAbstractScrollArea, ready: Callable[[], None]
    ) -> None:
        self._document = document
        self._scroller = scroller
        self._area = area
        self._ready = ready
        self._holds = False
        self._timer = QTimer(area, singleShot=True, interval=0)
        self._timer.timeout.connect(self._work)

    def must_wait(self) -> bool:
        """Return whether something that is about to come into view is not split yet; `ready` is called when it is."""
        if not self._document.long:
            self._holds = False
            return False
        self._holds = self._next(0) is not None
        if self._holds or self._ahead() is not None:
            self._timer.start()
        return self._holds

    def _work(self) -> None:
        if not self._area.isVisible():
            return  # showing it restarts the work
        if self._holds and self._next(0) is None:
            self._ready()  # in a separate turn, as it lays out what is in view
            return
        place = self._ahead()
        if place is not None:
            late = time.perf_counter() + (_SLICE_S if self._holds else _SLICE_AHEAD_S)
            self._document.prepare(place, lambda: time.perf_counter() > late)
        if self._holds or self._ahead() is not None:
            self._timer.start()

    def _ahead(self) -> int | None:
        """Return the next long message in view, else one within a page of it."""
        place = self._next(0)
        return place if place is not None else self._next(self._area.viewport().height())

    def _next(self, margin: int) -> int | None:
        """Return the first long message at most `margin` pixels out of view, by the heights known so far."""
        document, scroller = self._document, self._scroller
        room, last = self._area.viewport().height() + margin, len(document) - 1
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
