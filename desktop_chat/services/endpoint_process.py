"""Runs the program that serves the local endpoint as a child, and exchanges lines with it.

A thread reads what the child tells, another writes what it is told, so the window waits for neither. The child ends by
itself when its input does, which is also when this process is killed.
"""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from desktop_chat.core.endpoint_control import (
    LONGEST_LINE,
    ControlCommand,
    ControlEvent,
    StopServing,
    decode_event,
    encode,
)
from desktop_chat.services.helper_process import helper_command, helper_environment
from desktop_chat.services.tools.child_environment import child_environment

logger = logging.getLogger(__name__)

SLICE_S: Final = 0.004
"""The longest that events are handled before everything else has its turn."""
MAX_WAITING: Final = 1_000
"""Events that wait for the loop; then the child waits, too."""
_KEPT: Final = (
    "DBUS_SESSION_BUS_ADDRESS", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
)  # fmt: skip
"""What the child needs besides, to reach the keyring and servers as this process does."""


def serving_command(data_dir: Path | None) -> list[str]:
    """Return the command of the child; `data_dir` is None for the usual folders."""
    folder = ("--data-dir", str(data_dir)) if data_dir is not None else ()
    return helper_command(*folder, "serve", "--controlled")


def serving_environment(inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment of the child, without keys."""
    kept = {name: inherited[name] for name in _KEPT if name in inherited}
    return child_environment(kept, inherited) | helper_environment()


class EndpointProcess:
    """A running child. `received` is called on the loop with each event, then `ended` once with the exit code."""

    def __init__(
        self,
        command: Sequence[str],
        received: Callable[[ControlEvent], None],
        ended: Callable[[int], None],
    ) -> None:
        """Start it. Raises OSError."""
        self._loop = asyncio.get_running_loop()
        self._received = received
        self._ended = ended
        self._events: queue.Queue[ControlEvent | int] = queue.Queue(MAX_WAITING)
        self._is_draining = False
        self._commands: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.gone = asyncio.Event()
        """Set after `ended` was called."""
        self._process = subprocess.Popen(  # noqa: S603  (our own program)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=serving_environment(),
            cwd=Path(sys.executable).anchor or None,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: S101, PT018  (both are pipes)
        for work, pipe in ((self._write, self._process.stdin), (self._read, self._process.stdout)):
            threading.Thread(target=work, args=(pipe,), name="endpoint", daemon=True).start()

    def send(self, command: ControlCommand) -> None:
        """Tell the child something. Returns at once; nothing happens if it has ended."""
        self._commands.put(encode(command))

    async def end(self, grace_s: float) -> None:
        """Let the child end its streams and exit; kill it after so many seconds."""
        self.send(StopServing())
        self._commands.put(None)
        try:
            async with asyncio.timeout(grace_s):
                await self.gone.wait()
        finally:
            self.kill()

    def kill(self) -> None:
        """Kill the child. Returns at once; may be called twice."""
        self._commands.put(None)
        self._process.kill()

    def _write(self, pipe: IO[bytes]) -> None:
        with suppress(OSError), pipe:  # the child has ended
            while (line := self._commands.get()) is not None:
                pipe.write(line)
                pipe.flush()

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            while line := pipe.readline(LONGEST_LINE):
                if (event := decode_event(line)) is not None:
                    self._hand_over(event)
        self._commands.put(None)
        self._hand_over(self._process.wait())

    def _hand_over(self, event: ControlEvent | int) -> None:
        self._events.put(event)
        with suppress(RuntimeError):  # the loop is closed: nobody listens
            self._loop.call_soon_threadsafe(self._drain_soon)

    def _drain_soon(self) -> None:
        if not self._is_draining:
            self._is_draining = True
            self._drain()

    def _drain(self) -> None:
        """Handle what has arrived, in slices. One that cannot be handled is a bug, but holds back no other."""
        until = time.perf_counter() + SLICE_S
        is_empty = False
        try:
            while time.perf_counter() < until:
                self._handle(self._events.get_nowait())
        except queue.Empty:
            is_empty = True
        finally:
            self._is_draining = not is_empty
            if not is_empty:
                self._loop.call_soon(self._drain)

    def _handle(self, event: ControlEvent | int) -> None:
        if isinstance(event, int):
            self._ended(event)
            self.gone.set()
        else:
            self._received(event)
