"""A tool server's process with all its descendants: started in a group of its own, and ended as a whole.

On POSIX systems a shell waits beside it for the end of its input, which only this process holds: if this process is
killed, the shell ends the group. Windows ends a job object's processes itself.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from anyio.abc import Process

GRACE_S = 0.5
"""How long a server may take to end after its input ended, and again after it was asked to."""
_KILL_S = 0.3
_POLL_S = 0.01
_LEASH = 'while read -r _; do :; done; kill -s TERM -- "-$1"; sleep 1; kill -s KILL -- "-$1"'


class ChildProcess:
    """A running server. `process` has its three streams."""

    def __init__(self, process: Process, leash: subprocess.Popen[bytes] | None) -> None:
        self.process = process
        self._leash = leash

    @classmethod
    async def start(cls, command: list[str], environment: dict[str, str], folder: str) -> ChildProcess:
        """Start a program in a folder. Raises OSError, ValueError."""
        if sys.platform == "win32":
            return cls(await _start_on_windows(command, environment, folder), None)
        import anyio  # noqa: PLC0415  (comes with mcp, which is loaded only when needed)

        process = await anyio.open_process(
            command, env=environment, cwd=folder, stderr=subprocess.PIPE, start_new_session=True
        )
        return cls(process, _leash_for(process.pid))

    async def end(self) -> None:
        """End the process and its descendants: its input ends first, then come signals. Never fails."""
        from anyio import BrokenResourceError, ClosedResourceError  # noqa: PLC0415

        if self.process.stdin is not None:
            with suppress(OSError, BrokenResourceError, ClosedResourceError):
                await self.process.stdin.aclose()
        if not await self._ended_within(GRACE_S):
            self._signal("SIGTERM")
            await self._ended_within(_KILL_S)
        self._signal("SIGKILL")  # also those that the server left behind
        await self._ended_within(_KILL_S)
        self._close_pipes()
        if self._leash is not None:
            self._leash.kill()
            self._leash.wait()
            if self._leash.stdin is not None:
                self._leash.stdin.close()

    async def _ended_within(self, seconds: float) -> bool:
        """Wait by looking: on asyncio, `wait` also waits for pipes that a descendant may hold open."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.process.returncode is None:  # noqa: ASYNC110  (see above)
                    await asyncio.sleep(_POLL_S)
        return self.process.returncode is not None

    def _signal(self, name: str) -> None:
        with suppress(OSError):
            if sys.platform == "win32":
                self.process.terminate()
            else:
                os.killpg(self.process.pid, getattr(signal, name))

    def _close_pipes(self) -> None:
        """Close the transport, which stays open while a descendant outside the group holds a pipe."""
        transport: Any = getattr(getattr(self.process, "_process", None), "_transport", None)
        if transport is not None:
            with suppress(PermissionError):
                transport.close()


def _leash_for(pid: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  (a fixed script and a number)
        ["/bin/sh", "-c", _LEASH, "leash", str(pid)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin"},
        cwd="/",
        start_new_session=True,
    )


async def _start_on_windows(command: list[str], environment: dict[str, str], folder: str) -> Process:
    from mcp.os.win32.utilities import create_windows_process  # noqa: PLC0415

    log: Any = subprocess.PIPE  # passed on to the process as it is
    process: Any = await create_windows_process(command[0], command[1:], environment, log, folder)
    return cast("Process", process)  # or another class with the same methods
