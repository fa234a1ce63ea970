"""The built-in tool that runs Python in a sandbox of the system: bubblewrap, without network, home or devices.

It is offered only if a sandbox really ran and kept its promises when it was tried (`find_sandbox`).
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from desktop_chat.core.tools import ToolResult
from desktop_chat.services.tools.built_in_tool import BuiltInTool, object_of

MAX_CODE = 100_000
MAX_OUTPUT = 200_000
"""Bytes of each stream that are read; then the program is ended."""
LIMIT_S = 30.0
MEMORY = 1024 * 1024 * 1024
_PROCESSES = 64
_FILE_BYTES = 256 * 1024 * 1024
_TRIAL_S = 10.0
_ESCAPED = "escaped"
_TRIAL = f"""
import os, socket
home = {str(Path.home())!r}
try:
    escaped = bool(os.listdir(home))
except OSError:
    escaped = False
escaped = escaped or any(name != "lo" for _, name in socket.if_nameindex())
try:
    open("/usr/sandbox-test", "w")
    escaped = True
except OSError:
    pass
escaped = escaped or os.path.exists("/proc/{os.getpid()}")
print("{_ESCAPED}" if escaped else 6 * 7)
"""
_LIMITS = f"""
import resource, sys
for kind, most in (
    (resource.RLIMIT_AS, {MEMORY}),
    (resource.RLIMIT_CPU, {int(LIMIT_S)}),
    (resource.RLIMIT_FSIZE, {_FILE_BYTES}),
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_NPROC, {_PROCESSES}),
):
    resource.setrlimit(kind, (most, most))
exec(compile(sys.stdin.read(), "program", "exec"), {{"__name__": "__main__"}})
"""
_FOLDER = "/tmp"  # noqa: S108  (the sandbox's own)
_SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/lib32", "/sbin", "/etc/alternatives", "/etc/ld.so.cache")


class Sandbox:
    """Runs Python programs with the system's Python in bubblewrap."""

    def __init__(self, bwrap: str, python: str) -> None:
        self._command = [bwrap, *_options(), "--", python, "-I", "-c", _LIMITS]

    async def run(self, code: str, limit_s: float = LIMIT_S) -> ToolResult:
        """Run a program; return what it printed. Cancelling it ends the program and all that it started."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            return ToolResult(f"The sandbox does not start: {error.strerror or error}", is_error=True)
        try:
            return await _finished(process, code, limit_s)
        finally:
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)  # --die-with-parent ends what is inside
            await asyncio.gather(_drain(process.stdout), _drain(process.stderr))  # `wait` waits for the pipes, too
            await process.wait()


async def find_sandbox() -> Sandbox | None:
    """Return a sandbox, after a program in it found neither the user's files, a network, another process nor a
    writable system; None if this system has none."""
    bwrap, python = shutil.which("bwrap"), shutil.which("python3", path="/usr/bin:/bin")
    if not sys.platform.startswith("linux") or bwrap is None or python is None:
        return None
    sandbox = Sandbox(bwrap, python)
    trial = await sandbox.run(_TRIAL, _TRIAL_S)
    return sandbox if trial.text.strip() == "42" and not trial.is_error else None


def run_python_tool(sandbox: Sandbox) -> BuiltInTool:
    """Return the tool."""

    async def run(arguments: Mapping[str, Any]) -> ToolResult:
        return await sandbox.run(arguments["code"])

    code = {"type": "string", "maxLength": MAX_CODE, "description": "A whole program; print what you want to see."}
    words = (
        "Runs a Python program in a sandbox and returns what it prints. It has the standard library, an empty folder "
        "/tmp for files, 30 seconds and 1 GB of memory, but no network and no access to the user's files."
    )
    return BuiltInTool("run_python", words, object_of(("code",), code=code), run)


def _options() -> list[str]:
    options = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"]
    options += ["--setenv", "PATH", "/usr/bin:/bin", "--setenv", "LANG", "C.UTF-8", "--setenv", "HOME", _FOLDER]
    for folder in _SYSTEM:
        path = Path(folder)
        if path.is_symlink():
            options += ["--symlink", str(path.readlink()), folder]
        elif path.exists():
            options += ["--ro-bind", folder, folder]
    options += ["--proc", "/proc", "--dev", "/dev", "--size", str(_FILE_BYTES), "--tmpfs", _FOLDER]
    return [*options, "--chdir", _FOLDER]


async def _finished(process: asyncio.subprocess.Process, code: str, limit_s: float) -> ToolResult:
    """Feed the program and read it, until it ends or exceeds a limit."""
    try:
        async with asyncio.timeout(limit_s), asyncio.TaskGroup() as tasks:
            tasks.create_task(_write(process.stdin, code))
            reading = [tasks.create_task(_read(stream)) for stream in (process.stdout, process.stderr)]
        status = await process.wait()
    except TimeoutError:
        return ToolResult(f"The program was ended after {limit_s:.0f} seconds.", is_error=True)
    except ExceptionGroup as group:
        too_much, others = group.split(_TooMuchError)
        if too_much is None or others is not None:
            raise
        return ToolResult(f"{too_much.exceptions[0]}\n[The program was ended: it printed too much.]", is_error=True)
    text = "\n".join(filter(None, (task.result().rstrip("\n") for task in reading)))
    failed = status != 0
    return ToolResult(text or (f"The program ended with the status {status}." if failed else "(no output)"), failed)


class _TooMuchError(Exception):
    """A program printed more than MAX_OUTPUT; has what was read."""


async def _read(stream: asyncio.StreamReader | None) -> str:
    """Return what a stream has. Raises _TooMuchError."""
    content = bytearray()
    while stream is not None and (piece := await stream.read(65_536)):
        content += piece
        if len(content) > MAX_OUTPUT:
            raise _TooMuchError(content[:MAX_OUTPUT].decode(errors="replace"))
    return content.decode(errors="replace")


async def _drain(stream: asyncio.StreamReader | None) -> None:
    """Read and forget the rest of a stream."""
    while stream is not None and await stream.read(65_536):
        pass


async def _write(stream: asyncio.StreamWriter | None, text: str) -> None:
    if stream is not None:
        with suppress(OSError):
            stream.write(text.encode("utf-8", "replace"))
            await stream.drain()
            stream.close()
