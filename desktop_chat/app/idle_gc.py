"""Has Python look through all objects for garbage, and memory given back, while nobody works: with a long conversation
that takes as long as several frames, and text that streams in would stop."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QObject, Qt, QTimer

_INTERVAL_MS = 5_000
_AT_REST = 0.01
"""The share of a core below which nobody works."""
_WORTH_IT = 5
"""So many smaller searches make a full one worth while."""
_AT_LATEST = 1_000
"""After so many it is done, whatever else happens; Python's own choice is 10."""


def collect_and_trim() -> None:
    """Look for garbage, and give memory that is free back to the system, which C's library on Linux keeps for itself:
    in a day of streaming it grew by half."""
    gc.collect()
    if (trim := _trim()) is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    if sys.platform != "linux":
        return None
    import ctypes  # noqa: PLC0415  (not before there is a rest)

    return getattr(ctypes.CDLL(None), "malloc_trim", None)  # other libraries than glibc have none


class IdleGC(QObject):
    """From now on full searches wait for a rest of some seconds."""

    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, _AT_LATEST)
        self._spent = time.process_time()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.timeout.connect(self.look)
        self._timer.start(_INTERVAL_MS)

    def look(self) -> bool:
        """Search if there was a rest since the last look and there is something to find. Returns whether it did."""
        now = time.process_time()
        rested = now - self._spent < _AT_REST * _INTERVAL_MS / 1_000
        searches = rested and gc.get_count()[2] >= _WORTH_IT
        if searches:
            collect_and_trim()
        self._spent = time.process_time()
        return searches
