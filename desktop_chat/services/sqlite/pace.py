"""Makes long jobs on a database give way to others, and ends them at once when the application exits."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress

from desktop_chat.core.errors import StoreError


class Pace:
    """Lets a long job give way to others between its slices, and ends it from another thread."""

    def __init__(self, pause_s: float) -> None:
        self._pause_s = pause_s
        self._ended = threading.Event()
        self._connection: sqlite3.Connection | None = None

    @property
    def ended(self) -> bool:
        """Whether `end` was called."""
        return self._ended.is_set()

    def end(self) -> None:
        """End the job; its statement is interrupted."""
        self._ended.set()
        if self._connection is not None:
            with suppress(sqlite3.ProgrammingError):  # already closed
                self._connection.interrupt()

    def watch(self, connection: sqlite3.Connection) -> None:
        """Interrupt this connection when the job is to end."""
        self._connection = connection
        self.check()

    def wait(self) -> None:
        """Leave disk and processor to others for a moment. Raises Aborted."""
        self._ended.wait(self._pause_s)
        self.check()

    def check(self) -> None:
        """Raise Aborted if the job is to end."""
        if self.ended:
            raise Aborted("the application is exiting")


class Aborted(StoreError):
    """A job was aborted because the application is exiting."""
