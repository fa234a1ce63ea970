"""Runs Python's full garbage collections, and returns memory to the system, while the application is idle: with a long
conversation they take several frames, and streaming text would stutter."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QObject, Qt, QTimer

_INTERVAL_MS = 5_000
_IDLE_SHARE = 0.01
"""The share of one core below which the application is idle."""
_MIN_COLLECTIONS = 5
"""Number of smaller collections after which a full one is worthwhile."""
_MAX_COLLECTIONS = 1_000
"""Number of smaller collections after which a full one runs in any case; Python's default is 10."""


def collect_and_trim() -> None:
    """Collect garbage, and return free memory to the system, which glibc would keep: in a day of streaming the process
    grew by half."""
    gc.collect()
    if (trim := _trim()) is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    if sys.platform != "linux":
        return None
    import ctypes  # noqa: PLC0415  (not before the application is idle)

    return getattr(ctypes.CDLL(None), "malloc_trim", None)  # only glibc has it


class IdleGC(QObject):
    """Postpones full collections until the application has been idle for some seconds."""

    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, _MAX_COLLECTIONS)
        self._spent = time.process_time()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.timeout.connect(self.look)
        self._timer.start(_INTERVAL_MS)

    def look(self) -> bool:
        """Collect if the application was idle since the last call and it is worthwhile. Returns whether it did."""
        now = time.process_time()
        is_idle = now - self._spent < _IDLE_SHARE * _INTERVAL_MS / 1_000
        collects = is_idle and gc.get_count()[2] >= _MIN_COLLECTIONS
        if collects:
            collect_and_trim()
        self._spent = time.process_time()
        return collects
