"""Notes a window that hangs: the stacks of all threads go into the crash file, even while C code holds Python's lock.

A thread of C's, which needs no lock, writes the stacks unless the window says in time that it still turns. Where the
window comes back, they move to the log; where it is killed, the next start finds them and tells of it.
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
"""How often the window is to say that it turns."""
LIMIT_S = 10.0
_TOLERANCE_S = 0.5
_MAX_BYTES = 256_000


class HangWatch:
    """Watches one thread that calls `beat` every BEAT_S seconds. Made, used and closed on that thread.

    A computer that was suspended and a process that was stopped do not count as a hang.
    """

    def __init__(self, stream: TextIO, limit_s: float = LIMIT_S) -> None:
        self._stream = stream
        self._limit_s = limit_s
        self._start = os.fstat(stream.fileno()).st_size
        self._beat_at = time.monotonic()
        self._was_stopped = False
        self._before = self._watch_stops()
        self._arm()

    def beat(self) -> None:
        """Say that the window turns."""
        faulthandler.cancel_dump_traceback_later()
        self._settle()
        self._arm()

    def close(self) -> None:
        """End the watch. May be called twice."""
        faulthandler.cancel_dump_traceback_later()
        self._settle()
        if self._before is not None:
            signal.signal(signal.SIGCONT, self._before)
            self._before = None

    def _arm(self) -> None:
        self._beat_at, self._was_stopped = time.monotonic(), False
        faulthandler.dump_traceback_later(self._limit_s, file=self._stream)

    def _settle(self) -> None:
        """Take out of the crash file what was written there since the last beat."""
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
            logger.error("the window did not turn for %.1f s:\n%s", away, stacks)

    def _watch_stops(self) -> Any:
        """Learn when a process that was stopped goes on, where that can be. Returns what was called before."""
        if not hasattr(signal, "SIGCONT") or threading.current_thread() is not threading.main_thread():
            return None
        return signal.signal(signal.SIGCONT, self._note_stop)

    def _note_stop(self, _number: int, _frame: object) -> None:
        self._was_stopped = True
