"""How fast a batch may ask: one limiter for the whole run, which 429s slow down and answers speed up again.

Additive increase, multiplicative decrease, as TCP does it: the number of requests at once doubles until the first 429,
then grows by one for each round of answers, and halves at a 429. When even one at a time is too fast, the pace halves
instead. A 429 stops all of the run for as long as the server says, else for twice as long as the last time. Those of
requests that were under way when the run was slowed down say nothing new and change nothing.
"""

from __future__ import annotations

from collections.abc import Callable

FIRST_AT_ONCE = 4
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
_PACE_STEP = 0.02
"""Each answer speeds the pace up by this part of what it was when it was last slowed down."""
_FREE_PACE = 20.0
"""Requests a second above which no pace is needed: the number at once is enough."""


class BatchLimiter:
    """Decides when the next request may start. All times are seconds of `clock`.

    `most`: requests at once; `per_minute`: requests a minute that the user allows, 0 for any number.
    """

    def __init__(self, most: int, per_minute: float, clock: Callable[[], float]) -> None:
        self._most = most
        self._clock = clock
        self._own_gap = 60.0 / per_minute if per_minute else 0.0
        self._limit = float(min(most, FIRST_AT_ONCE))
        self._is_probing = True
        self._pace = self._slowed_pace = 0.0
        """Requests per second, 0 for any number; and what it was when it was last slowed down."""
        self._next_at = self._paused_until = self._slowed_at = float("-inf")
        self._refusals = 0
        self._running = 0

    @property
    def at_once(self) -> int:
        """How many requests may run at the same time now."""
        return int(self._limit)

    @property
    def paused_until(self) -> float:
        """When the run goes on after a 429; in the past if it is not paused."""
        return self._paused_until

    @property
    def refusals(self) -> int:
        """How often in a row the run was slowed down without an answer in between."""
        return self._refusals

    def wait_s(self) -> float | None:
        """Return the seconds until the next request may start; 0 for now, None for when another has ended."""
        if self._running >= self.at_once:
            return None
        return max(0.0, max(self._next_at, self._paused_until) - self._clock())

    def start(self) -> float:
        """Note that a request starts now; return the time for `refuse`."""
        now = self._clock()
        gap = max(self._own_gap, 1.0 / self._pace if self._pace else 0.0)
        self._next_at = max(now, self._next_at + gap if now - self._next_at < gap else now + gap) if gap else now
        self._running += 1
        return now

    def end(self) -> None:
        """Note that a request ended, however it did; one of the following says how."""
        self._running -= 1

    def succeed(self) -> None:
        """Note an answer."""
        self._refusals = 0
        if self._pace:
            self._pace += _PACE_STEP * self._slowed_pace
            if self._pace > _FREE_PACE:
                self._pace = 0.0
            return
        self._limit = min(float(self._most), self._limit + (1.0 if self._is_probing else 1.0 / self._limit))

    def refuse(self, started_at: float, retry_after_s: float | None) -> None:
        """Note a 429 for a request that started at that time."""
        now = self._clock()
        if retry_after_s is not None:
            self._paused_until = max(self._paused_until, now + retry_after_s)
        if started_at <= self._slowed_at:
            return
        self._slow_down(now)
        if retry_after_s is None:
            pause = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0**self._refusals)
            self._paused_until = max(self._paused_until, now + pause)
        self._refusals += 1

    def strain(self, started_at: float) -> None:
        """Note that the server failed or could not be reached: the run slows down but is not paused."""
        if started_at > self._slowed_at:
            self._slow_down(self._clock())

    def _slow_down(self, now: float) -> None:
        self._is_probing = False
        self._slowed_at = now
        if self._limit >= 2.0:
            self._limit = max(1.0, self._limit / 2.0)
        else:
            self._pace = self._slowed_pace = (self._pace or _FREE_PACE) / 2.0
