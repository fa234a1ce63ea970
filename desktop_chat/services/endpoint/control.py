"""The line to the window: commands from standard input, events to standard output, each on a thread of its own.

Standard input ends when the window does, however it ends; so does this process then.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO

from desktop_chat.core.endpoint_control import (
    LONGEST_LINE,
    ControlCommand,
    ControlEvent,
    StopServing,
    StreamsGrew,
    decode_command,
    encode,
)

MAX_WAITING = 1_000
"""Events that wait for a window that does not read; while there are more, nothing is told of progress."""


class ControlLine:
    """Calls `received` on the loop with each command; the last is StopServing. Each event reaches a window that reads
    again, however late: its conversations are made of them. Only progress, which is told again, is left out."""

    def __init__(self, commands: IO[bytes], events: IO[bytes], received: Callable[[ControlCommand], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._received = received
        self._events: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, args=(events,), name="control events", daemon=True)
        self._writer.start()
        threading.Thread(target=self._read, args=(commands,), name="control commands", daemon=True).start()

    def tell(self, event: ControlEvent) -> None:
        """Write an event. Returns at once."""
        is_progress = isinstance(event, StreamsGrew) and bool(event.tokens)
        if not is_progress or self._events.qsize() < MAX_WAITING:
            self._events.put(encode(event))

    def close(self, patience_s: float = 0.5) -> None:
        """Write what waits, if the window reads it."""
        self._events.put(None)
        self._writer.join(patience_s)

    def _write(self, pipe: IO[bytes]) -> None:
        with suppress(OSError, ValueError):  # the window has ended
            while (line := self._events.get()) is not None:
                pipe.write(line)
                pipe.flush()

    def _read(self, pipe: IO[bytes]) -> None:
        with suppress(OSError, ValueError):
            while line := pipe.readline(LONGEST_LINE):
                if (command := decode_command(line)) is not None:
                    self._hand_over(command)
        self._hand_over(StopServing())

    def _hand_over(self, command: ControlCommand) -> None:
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._received, command)
