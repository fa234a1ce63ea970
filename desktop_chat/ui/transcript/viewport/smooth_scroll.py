"""Scrolls smoothly by a step of the wheel or a key, so that the eye can follow; it ends exactly where asked to."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop_chat.ui.transcript.document import Spot
from desktop_chat.ui.transcript.transcript_page import TranscriptPage

FARTHEST = 1.5
"""In heights of the view: what is further away is shown at once."""
LINES = 1.5
"""How many lines of text an arrow key scrolls."""
OVERLAP = 40
"""How much of the page before stays in view, in pixels at zoom 1."""
DURATION_S = 0.15
"""How long it takes after the last step that was asked for."""
SLOWEST_FRAME_S = 1 / 60
_FASTEST_FRAME_S = 1 / 240


def eased(share: float) -> float:
    """Return how much of the way is done after a share of the time: fast at first, then slower and slower."""
    left = 1 - min(1.0, max(0.0, share))
    return 1 - left * left * left


class SmoothScroll(QObject):
    """Moves the page by its anchor, once a frame, from where it is to where it was asked to go.

    Steps asked for while it moves are added to what is left. It ends when anything else scrolls to a place.
    """

    rested = Signal()
    """The target is reached, or scrolling is blocked."""

    def __init__(self, page: TranscriptPage) -> None:
        super().__init__(page)
        self.clock: Callable[[], float] = time.perf_counter
        """In seconds."""
        self._page = page
        self._way = 0
        self._done = 0
        self._started = 0.0
        self._jumps = 0
        self._arrive: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.step)

    @property
    def active(self) -> bool:
        return self._timer.isActive()

    def by(self, pixels: int) -> None:
        """Go down, or up when negative. The first step is done now; without animation, all of it."""
        if self._arrive is not None or not self._is_ours():
            self.stop()
        left = self._way - self._done
        if left * pixels < 0:
            left = 0  # the direction changed: drop the rest of the previous scroll
        if left + pixels:
            self._set_out(left + pixels, None)

    def by_lines(self, count: int) -> None:
        """Scroll by `count` steps of an arrow key."""
        self.by(round(count * self._page.document.render_style.text.pitch * LINES))

    def by_pages(self, count: int) -> None:
        """Scroll by pages, which overlap a little."""
        self.by(count * max(1, self._page.height - self._page.theme.px(OVERLAP)))

    def to_message(self, place: int) -> None:
        """Bring the beginning of a message to the top edge."""
        scroller = self._page.scroller
        spot, offset = Spot(place, 0), scroller.top if place == 0 else 0
        way = scroller.way_to(spot, self._farthest())
        self._to(way - offset if way is not None else None, partial(scroller.go_to_entry, spot, -offset))

    def to_entry(self, spot: Spot, y: int) -> None:
        """Bring the top of an entry to `y` pixels below the top edge."""
        scroller = self._page.scroller
        way = scroller.way_to(spot, self._farthest())
        self._to(way - y if way is not None else None, partial(scroller.go_to_entry, spot, -y))

    def to_end(self) -> None:
        """Go to the end and follow it."""
        scroller = self._page.scroller
        way = scroller.way_to_end(self._page.height, self._farthest())
        self._to(way, scroller.follow_end)

    def stop(self) -> None:
        """Stop scrolling."""
        self._timer.stop()
        self._way = self._done = 0
        self._arrive = None

    def finish(self) -> None:
        """Finish the scroll at once."""
        if self.active:
            self._go(1.0)

    def step(self) -> None:
        """Advance the scroll to the current time."""
        if self._is_ours():
            self._go((self.clock() - self._started) / DURATION_S)
        else:
            self.stop()

    def _to(self, way: int | None, arrive: Callable[[], None]) -> None:
        """Go this far and then call `arrive`, which scrolls exactly there; None is too far to be animated."""
        self.stop()
        if way:
            self._set_out(way, arrive)
        else:
            arrive()
            self._page.show_changes()

    def _set_out(self, way: int, arrive: Callable[[], None] | None) -> None:
        self._way, self._done, self._arrive = way, 0, arrive
        self._jumps = self._page.scroller.jumps
        if not self._page.theme.moves or not self._page.is_visible:
            self._go(1.0)
            return
        frame = self._frame()
        self._started = self.clock() - frame
        self._timer.start(int(frame * 1_000))
        self._go(frame / DURATION_S)

    def _go(self, share: float) -> None:
        page, scroller = self._page, self._page.scroller
        due = round(self._way * eased(share))
        pixels, self._done = due - self._done, due
        before = scroller.anchor, scroller.follow
        if pixels:
            scroller.move(pixels)
        arrive = self._arrive
        is_over = share >= 1
        if is_over and arrive is not None:
            arrive()
        page.show_changes()
        if is_over or (pixels and self._is_blocked(before, pixels)):
            self.stop()
            self.rested.emit()

    def _is_blocked(self, before: object, pixels: int) -> bool:
        """Return whether the first or the last line has been reached."""
        scroller = self._page.scroller
        return (pixels > 0 and scroller.follow) or (scroller.anchor, scroller.follow) == before

    def _is_ours(self) -> bool:
        scroller = self._page.scroller
        return self.active and scroller.jumps == self._jumps and not scroller.follow

    def _farthest(self) -> int:
        """In pixels; 0 without animation."""
        return round(self._page.height * FARTHEST) if self._page.theme.moves else 0

    def _frame(self) -> float:
        """Return the seconds between two frames of the screen that the view is on."""
        rate = self._page.area.screen().refreshRate()
        return max(_FASTEST_FRAME_S, min(SLOWEST_FRAME_S, 1 / rate if rate > 1 else SLOWEST_FRAME_S))
