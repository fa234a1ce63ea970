"""Tells the watch for hangs again and again that the window responds."""

from __future__ import annotations

from typing import TextIO

from PySide6.QtCore import QObject, Qt, QTimer

from desktop_chat.services.hang_watch import BEAT_S, HangWatch


class Heartbeat:
    """Beats from its creation until `close`, on the loop of the window."""

    def __init__(self, window: QObject, stream: TextIO) -> None:
        """`stream` is the file into which the stacks go when the window hangs."""
        self.watch = HangWatch(stream)
        self.timer = QTimer(window, interval=round(BEAT_S * 1_000))
        self.timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self.timer.timeout.connect(self.watch.beat)
        self.timer.start()

    def close(self) -> None:
        """Stop watching."""
        self.timer.stop()
        self.watch.close()
