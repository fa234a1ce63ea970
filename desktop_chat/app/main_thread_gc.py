"""Runs Python's garbage collections on the main thread only, and the full ones while the application is idle.

Python collects on whichever thread allocates most. A widget in a reference cycle would then be destroyed on a worker
thread, which hangs or crashes Qt. A full collection takes several frames with a long conversation, and streaming text
would stutter.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from functools import cache
from typing import cast

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

_REST_MS = 5_000
_IDLE_SHARE = 0.01
"""The share of one core below which the application is idle."""
_MIN_OBJECTS = 35_000
"""Number of new objects after which a full collection is worthwhile."""
_MAX_OBJECTS = 7_000_000
"""Number of new objects after which a full collection runs in any case."""
_MOST_YOUNG = 14_000
"""Number of young objects that are not left until the loop has nothing else to do."""
_THAW_S = 1_800.0
"""How often frozen objects are collected as well, at most: traversing them takes several frames."""


def collect_and_trim(*, frozen: bool = False) -> None:
    """Collect garbage, and return free memory to the system, which glibc would keep: in a day of streaming the process
    grew by half.

    `frozen`: also among the objects that were there when a library was loaded and `gc.freeze` was called. The tabs that
    were open then would otherwise stay for ever, with all their messages.
    """
    if frozen:
        gc.unfreeze()
    gc.collect()
    if frozen:
        gc.freeze()
    if (trim := _trim()) is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    if sys.platform != "linux":
        return None
    import ctypes  # noqa: PLC0415  (not before the application is idle)

    return getattr(ctypes.CDLL(None), "malloc_trim", None)  # only glibc has it


class MainThreadGC(QObject):
    """Switches automatic collection off, and collects between two turns of the main thread's event loop: young objects
    at Python's own thresholds, those of the middle generation when the loop is about to wait, because that takes half a
    frame, all once the application has been idle for some seconds, and frozen ones once the user has turned to another
    application as well."""

    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        gc.disable()
        self._young, self._middle, _ = gc.get_threshold()
        self._new_objects = 0
        self._spent = 0.0
        self._thawed_at = time.monotonic()
        self._rest = QTimer(self)
        self._rest.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.look_at_rest)
        dispatcher = QAbstractEventDispatcher.instance()
        dispatcher.awake.connect(self.look)  # once a turn, on all platforms
        dispatcher.aboutToBlock.connect(self.look_before_waiting)
        application = cast(QGuiApplication, QGuiApplication.instance())
        application.applicationStateChanged.connect(self._look_when_left)

    def look(self) -> None:
        """Collect young objects if there are many, and wait for rest if a full collection is worthwhile."""
        objects, collections, _ = gc.get_count()
        if objects > _MOST_YOUNG or (objects > self._young and collections < self._middle):
            self._collect_young(objects, collections)

    def look_before_waiting(self) -> None:
        """Collect young objects and those of the middle generation if there are many: the loop has nothing to do."""
        objects, collections, _ = gc.get_count()
        if objects > self._young:
            self._collect_young(objects, collections)

    def _collect_young(self, objects: int, collections: int) -> None:
        self._new_objects += objects
        if self._new_objects > _MAX_OBJECTS:
            self._collect_all()
            return
        gc.collect(1 if collections >= self._middle else 0)
        if self._new_objects > _MIN_OBJECTS and not self._rest.isActive():
            self._wait()

    def look_at_rest(self) -> bool:
        """Collect everything if the application was idle since it was last asked. Returns whether it did."""
        is_idle = time.process_time() - self._spent < _IDLE_SHARE * _REST_MS / 1_000
        if is_idle:
            self._collect_all(frozen=self._may_thaw())
        else:
            self._wait()
        return is_idle

    def _look_when_left(self) -> None:
        if self._may_thaw():
            self._wait()

    def _may_thaw(self) -> bool:
        """Return whether it is time to collect frozen objects, and nobody would notice."""
        is_left = QGuiApplication.applicationState() != Qt.ApplicationState.ApplicationActive
        return is_left and time.monotonic() - self._thawed_at >= _THAW_S

    def _wait(self) -> None:
        self._spent = time.process_time()
        self._rest.start()

    def _collect_all(self, *, frozen: bool = False) -> None:
        self._new_objects = 0
        self._rest.stop()
        if frozen:
            self._thawed_at = time.monotonic()
        collect_and_trim(frozen=frozen)
