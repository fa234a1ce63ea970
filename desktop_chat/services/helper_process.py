"""Starts and ends the helper processes that read untrusted texts and documents, and exchanges messages with them.

A helper is this program again, started with one word, a clean environment and pipes. It exits by itself if this process
dies, because its input ends then. A message is its length (four bytes, big-endian) followed by that many bytes.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import desktop_chat

logger = logging.getLogger(__name__)

START_LIMIT_S = 20.0
END_LIMIT_S = 10.0
READY = b'"ready"'
"""The first message of each helper."""
_KEPT_VARIABLES = frozenset({"PATH", "SYSTEMROOT", "WINDIR", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH"})
_KEPT_PREFIXES = ("_PYI_", "_MEIPASS")
"""PyInstaller's variables, which tell a frozen program where it was unpacked."""


class HelperLost(Exception):
    """The helper exited or sent something invalid."""


def helper_command(*words: str) -> list[str]:
    """Return the command that starts this program with some words: a frozen one has no interpreter to run, only
    itself."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *words]
    folder = str(Path(desktop_chat.__file__).parent.parent)
    code = f"import sys; sys.path.append({folder!r}); from desktop_chat.__main__ import main; main()"
    return [sys.executable, "-I", "-c", code, *words]


def helper_environment() -> dict[str, str]:
    """Return the few variables that a process needs to start, without keys and proxies."""
    return {
        name: value
        for name, value in os.environ.items()
        if name.upper() in _KEPT_VARIABLES or name.startswith(_KEPT_PREFIXES)
    }


class HelperProcess:
    """One running helper. Its methods block; only `kill` may be called from any thread."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start it. Raises OSError."""
        self._process = subprocess.Popen(  # noqa: S603  (our own program)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=helper_environment(),
            cwd=Path(sys.executable).anchor or None,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: S101, PT018  (both are pipes)
        self._stdin: IO[bytes] = self._process.stdin
        self._stdout: IO[bytes] = self._process.stdout

    def wait_until_ready(self) -> None:
        """Wait for its first message. Raises HelperLost."""
        if self.message(len(READY)) != READY:
            raise HelperLost("the helper did not start")

    def send(self, *parts: bytes) -> None:
        """Send messages. Raises OSError."""
        for data in parts:
            self._stdin.write(len(data).to_bytes(4, "big"))
            self._stdin.write(data)
        self._stdin.flush()

    def message(self, most: int) -> bytes:
        """Return the next message. Raises HelperLost at the end of the stream, and for more than `most` bytes."""
        size = int.from_bytes(self._exactly(4), "big")
        if size > most:
            raise HelperLost("a message is too long")
        return self._exactly(size)

    def kill(self) -> None:
        """Kill it. Returns at once."""
        self._process.kill()

    def finish_input(self) -> None:
        """Let it know that nobody needs it any more."""
        with suppress(OSError):
            self._stdin.close()

    def end_soon(self) -> None:
        """Let it end by itself, after what it has to clean up; kill it if that takes too long."""
        self.finish_input()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(END_LIMIT_S)
        self.end()

    def end(self) -> None:
        """Kill it and release what it used."""
        self._process.kill()
        for pipe in (self._stdin, self._stdout):
            try:
                pipe.close()
            except OSError:
                logger.debug("the helper did not read everything", exc_info=True)
        self._process.wait()

    def _exactly(self, size: int) -> bytes:
        data = self._stdout.read(size)
        if len(data) < size:
            raise HelperLost("the helper ended")
        return data
