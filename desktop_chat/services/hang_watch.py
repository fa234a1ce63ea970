"""Records the stacks of all threads when the window hangs, even while C code holds the GIL.

A C thread, which needs no GIL, writes the stacks to the crash file unless the window reports in time. If the window
recovers, they are moved to the log; if it is killed, the next start finds and reports them.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import threading
import time
from typing import Any, TextIO

logger = logging.getLogger(__name__)

BEAT_S = 2.0
"""How often the window should call `beat`."""
LIMIT_S = 10.0
_TOLERANCE_S = 0.5
_MAX_BYTES = 256_000


class HangWatch:
    """Watches one thread that calls `beat` every BEAT_S seconds. Created, used and closed on that thread.

    Suspending the computer or stopping the process does not count as a hang.
    """

    def __init__(self, stream: TextIO, limit_s: float = LIMIT_S) -> None:
        self._stream = stream
        self._limit_s = limit_s
        self._start = os.fstat(stream.fileno()).st_size
        self._beat_at = time.monotonic()
        self._was_stopped = False
        self._previous_handler = self._watch_stops()
        self._arm()

    def beat(self) -> None:
        """Report that the window is responsive."""
        faulthandler.cancel_dump_traceback_later()
        self._move_to_log()
        self._arm()

    def close(self) -> None:
        """Stop watching. May be called twice."""
        faulthandler.cancel_dump_traceback_later()
        self._move_to_log()
        if self._previous_handler is not None:
            signal.signal(signal.SIGCONT, self._previous_handler)
            self._previous_handler = None

    def _arm(self) -> None:
        self._beat_at, self._was_stopped = time.monotonic(), False
        faulthandler.dump_traceback_later(self._limit_s, file=self._stream)

    def _move_to_log(self) -> None:
        """Move what was written to the crash file since the last beat to the log."""
        descriptor = self._stream.fileno()
        size = os.fstat(descriptor).st_size
        if size <= self._start:
            return
        away = time.monotonic() - self._beat_at
        os.lseek(descriptor, self._start, os.SEEK_SET)
        stacks = os.read(descriptor, _MAX_BYTES).decode("utf-8", "replace")
        os.ftruncate(descriptor, self._start)
        os.lseek(descriptor, self._start, os.SEEK_SET)
        if away > self._limit_s - _TOLERANCE_S and not self._was_stopped:
            logger.error("the window was unresponsive for %.1f s:\n%s", away, stacks)

    def _watch_stops(self) -> Any:
        """Detect when a stopped process continues, if possible. Returns the previous signal handler."""
        if not hasattr(signal, "SIGCONT") or threading.current_thread() is not threading.main_thread():
            return None
        return signal.signal(signal.SIGCONT, self._on_continue)

    def _on_continue(self, _number: int, _frame: object) -> None:
        self._was_stopped = True
