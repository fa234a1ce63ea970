"""Detects a stalled stream, with one timer for the whole stream instead of one per chunk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from desktop_chat.core.errors import StreamStalled

LATE_S = 1.0
"""A timer that fires this late shows that the process or the computer was suspended."""
READ_FIRST_S = 5.0
"""Time that is then allowed to read buffered data before the stream counts as stalled."""
SLEEP_S = 1.0
"""Clocks that differ by more than this show that the computer slept."""
_CLOCKS = (("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"), ("CLOCK_MONOTONIC_RAW", "CLOCK_UPTIME_RAW"))
"""A clock that goes on during sleep and one that does not: on Linux, on macOS."""


class Watchdog:
    """Ends a wait with StreamStalled after `limit_s` seconds without a `feed`, provided there was time to read what may
    have arrived.

    Wrap each wait in `with watchdog:`; time spent outside never counts, so the consuming task is only interrupted
    inside its wait. Feeding is cheap: the timer is rearmed only when it fires. Call `close` when the stream is
    over.
    """

    def __init__(self, limit_s: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._limit_s = limit_s
        self._fed_at = self._loop.time()
        self._task: asyncio.Task[object] | None = None
        self._cancelling = 0
        self._expired = False
        self._timer = self._loop.call_at(self._fed_at + limit_s, self._check)
        self._slept_before_s = seconds_asleep()

    @property
    def has_slept(self) -> bool:
        """Whether the computer has slept since the watchdog was created."""
        return seconds_asleep() - self._slept_before_s > SLEEP_S

    def feed(self) -> None:
        """Restart the countdown."""
        self._fed_at = self._loop.time()

    def set_limit(self, limit_s: float) -> None:
        """Restart the countdown with another limit."""
        self._limit_s = limit_s
        self.feed()
        self._timer.cancel()
        self._timer = self._loop.call_at(self._fed_at + limit_s, self._check)

    @contextmanager
    def off(self) -> Iterator[None]:
        """Let a part of a wait not count."""
        task, self._task = self._task, None
        try:
            yield
        finally:
            self._task = task
            self.feed()

    def close(self) -> None:
        """Stop the timer."""
        self._timer.cancel()

    def __enter__(self) -> None:
        self._task = asyncio.current_task()
        self._cancelling = self._task.cancelling() if self._task is not None else 0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        task, self._task = self._task, None
        if self._expired and task is not None:
            self._expired = False
            # A cancellation requested by someone else takes precedence.
            if task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
                raise StreamStalled from None

    def _check(self) -> None:
        now = self._loop.time()
        due = self._fed_at + self._limit_s
        if now < due:
            self._timer = self._loop.call_at(due, self._check)
        elif now - self._timer.when() > LATE_S:
            self._timer = self._loop.call_at(now + min(self._limit_s, READ_FIRST_S), self._check)
        elif self._task is None:
            self._timer = self._loop.call_at(now + self._limit_s, self._check)
        else:
            self._expired = True
            self._task.cancel()


def seconds_asleep() -> float:
    """Return how long the computer has slept since it was started; always 0 on Windows, whose clocks do not tell."""
    for always, awake in _CLOCKS:
        if hasattr(time, always) and hasattr(time, awake):
            return time.clock_gettime(getattr(time, always)) - time.clock_gettime(getattr(time, awake))
    return 0.0
