"""Notices that nothing has come for too long, with one timer for a whole stream instead of one a chunk."""

from __future__ import annotations

import asyncio
from types import TracebackType

from desktop_chat.core.errors import StreamStalled

LATE_S = 1.0
"""A timer so many seconds late tells that the process or the computer stood still."""
READ_FIRST_S = 5.0
"""The time that there is then to read what came meanwhile, before silence is judged."""


class Watchdog:
    """Ends a wait with StreamStalled once `limit_s` seconds have passed without a `feed`, and there was time to see
    whether anything came.

    Wrap each wait in `with watchdog:`; time spent outside of it never ends anything, so the task that consumes
    the stream is only ever interrupted inside its wait. Feeding is cheap: the timer is armed again only when it
    fires. Call `close` when the stream is over.
    """

    def __init__(self, limit_s: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._limit_s = limit_s
        self._fed_at = self._loop.time()
        self._task: asyncio.Task[object] | None = None
        self._cancelling = 0
        self._barked = False
        self._timer = self._loop.call_at(self._fed_at + limit_s, self._check)

    def feed(self) -> None:
        """Start counting again."""
        self._fed_at = self._loop.time()

    def set_limit(self, limit_s: float) -> None:
        """Count again, to another limit."""
        self._limit_s = limit_s
        self.feed()
        self._timer.cancel()
        self._timer = self._loop.call_at(self._fed_at + limit_s, self._check)

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
        if self._barked and task is not None:
            self._barked = False
            # A cancellation that someone else asked for meanwhile goes first.
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
            self._barked = True
            self._task.cancel()
