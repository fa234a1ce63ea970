"""Lets a step of the wheel or a key glide, so that the eye can follow; what was asked for is reached to the pixel."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer

from desktop_chat.ui.transcript.document import Spot

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.view import TranscriptView

FARTHEST = 1.5
"""Heights of the view: what is further away is shown at once."""
LINES = 1.5
"""Of text, that an arrow key goes on."""
OVERLAP = 40
"""What a page keeps of the one before, in pixels at zoom 1."""
DURATION_S = 0.15
"""How long a glide lasts after the last step that was asked for."""
SLOWEST_FRAME_S = 1 / 60
_FASTEST_FRAME_S = 1 / 240


def eased(share: float) -> float:
    """How much of the way is done after a share of the time: quick at once, and slower and slower."""
    left = 1 - min(1.0, max(0.0, share))
    return 1 - left * left * left


class SmoothScroll:
    """Moves a view by its anchor, once a frame, from where it is to where it was asked to go.

    Steps that come while it glides are added to what is left. Whoever else puts the view somewhere ends the glide.
    """

    def __init__(self, view: TranscriptView, at_rest: Callable[[], None]) -> None:
        self.clock: Callable[[], float] = time.perf_counter
        """In seconds."""
        self._view = view
        self._at_rest = at_rest
        self._way = 0
        self._done = 0
        self._started = 0.0
        self._jumps = 0
        self._arrive: Callable[[], None] | None = None
        self._timer = QTimer(view)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.step)

    @property
    def active(self) -> bool:
        return self._timer.isActive()

    def by(self, pixels: int) -> None:
        """Go down, or up when negative; at once where nothing moves. The first part of the way is gone now."""
        if self._arrive is not None or not self._is_ours():
            self.stop()
        left = self._way - self._done
        if left * pixels < 0:
            left = 0  # the other way round: what was left of this one is not wanted any more
        if left + pixels:
            self._set_out(left + pixels, None)

    def by_lines(self, count: int) -> None:
        """Go on by steps of an arrow key."""
        self.by(round(count * self._view.document.render_style.text.pitch * LINES))

    def by_pages(self, count: int) -> None:
        """Go on by what is in view, less a little to find one's place again."""
        height = self._view.viewport().height()
        self.by(count * max(1, height - self._view.theme.px(OVERLAP)))

    def to_message(self, place: int) -> None:
        """Go where the beginning of a message is at the top edge."""
        scroller = self._view.scroller
        spot, offset = Spot(place, 0), scroller.top if place == 0 else 0
        way = scroller.way_to(spot, self._farthest())
        self._to(way - offset if way is not None else None, partial(scroller.stand_at, spot, -offset))

    def to_entry(self, spot: Spot, y: int) -> None:
        """Go where the top of an entry is `y` pixels below the top edge."""
        scroller = self._view.scroller
        way = scroller.way_to(spot, self._farthest())
        self._to(way - y if way is not None else None, partial(scroller.stand_at, spot, -y))

    def to_end(self) -> None:
        """Go to the end and follow it."""
        scroller = self._view.scroller
        way = scroller.way_to_end(self._view.viewport().height(), self._farthest())
        self._to(way, scroller.follow_end)

    def stop(self) -> None:
        """Stay where it is."""
        self._timer.stop()
        self._way = self._done = 0
        self._arrive = None

    def finish(self) -> None:
        """Be at once where it was going."""
        if self.active:
            self._go(1.0)

    def step(self) -> None:
        """Go on as far as the time says."""
        if self._is_ours():
            self._go((self.clock() - self._started) / DURATION_S)
        else:
            self.stop()

    def _to(self, way: int | None, arrive: Callable[[], None]) -> None:
        """Go so far and then call `arrive`, which puts the view exactly there; None is too far to be shown."""
        self.stop()
        if way:
            self._set_out(way, arrive)
        else:
            arrive()
            self._view.show_changes()

    def _set_out(self, way: int, arrive: Callable[[], None] | None) -> None:
        self._way, self._done, self._arrive = way, 0, arrive
        self._jumps = self._view.scroller.jumps
        if not self._view.theme.moves or not self._view.isVisible():
            self._go(1.0)
            return
        frame = self._frame()
        self._started = self.clock() - frame
        self._timer.start(int(frame * 1_000))
        self._go(frame / DURATION_S)

    def _go(self, share: float) -> None:
        view, scroller = self._view, self._view.scroller
        due = round(self._way * eased(share))
        pixels, self._done = due - self._done, due
        before = scroller.anchor, scroller.follow
        if pixels:
            scroller.move(pixels)
        arrive = self._arrive
        is_over = share >= 1
        if is_over and arrive is not None:
            arrive()
        view.show_changes()
        if is_over or (pixels and self._is_blocked(before, pixels)):
            self.stop()
            self._at_rest()

    def _is_blocked(self, before: object, pixels: int) -> bool:
        """Say whether the first or the last line is reached already."""
        scroller = self._view.scroller
        return (pixels > 0 and scroller.follow) or (scroller.anchor, scroller.follow) == before

    def _is_ours(self) -> bool:
        scroller = self._view.scroller
        return self.active and scroller.jumps == self._jumps and not scroller.follow

    def _farthest(self) -> int:
        """Pixels; nothing where nothing moves."""
        return round(self._view.viewport().height() * FARTHEST) if self._view.theme.moves else 0

    def _frame(self) -> float:
        """The seconds between two frames of the screen that the view is on."""
        rate = self._view.screen().refreshRate()
        return max(_FASTEST_FRAME_S, min(SLOWEST_FRAME_S, 1 / rate if rate > 1 else SLOWEST_FRAME_S))
