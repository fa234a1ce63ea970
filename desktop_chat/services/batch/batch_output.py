"""A batch's output file: locked, repaired, and appended to. A line counts when it is on disk, not before.

Lines that arrive within a moment, or while others are being written, go out together: one flush to disk for all.
"""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from desktop_chat.core.batch_errors import BatchProblem, BatchRefused
from desktop_chat.core.batch_lines import StoredRow, is_torn, row_in

MAX_UNWRITTEN = 8 * 1024 * 1024
"""Bytes that may wait for the disk; then the batch waits."""
GROUP_S = 0.05
"""How long a line may wait for others, unless the batch waits for the disk."""
_TOLD_AT_ONCE = 16
"""Lines that are told to be on disk before others have their turn."""
_LOCK_AT = 2**62
"""On Windows a lock keeps others from reading, so it is put where nothing is."""


class OutputFile:
    """Opens a file, or creates it; nobody else may have it open like this. Belongs on a thread. Raises BatchRefused:
    for a file that is in use, and for one with anything in it but a batch's lines. Once it is open, one that is only
    read keeps nobody from writing."""

    def __init__(self, path: Path, *, is_only_read: bool = False) -> None:
        self._path = path
        self._descriptor = self._open()
        self._pending: list[tuple[bytes, Callable[[int], None]]] = []
        self._unwritten = 0
        self._has_room = asyncio.Event()
        self._hurry = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None
        self._problem: BatchRefused | None = None
        try:
            self._end = self._repaired_end()
            if is_only_read:
                _unlock(self._descriptor)
        except BaseException:
            os.close(self._descriptor)
            raise

    def rows(self) -> Iterator[StoredRow]:
        """Read the lines that were there when it was opened, in order. Raises BatchRefused at the first that is none of
        a batch."""
        end = self._end
        with self._failing(), open(os.dup(self._descriptor), "rb") as stream:  # noqa: PTH123  (a descriptor)
            stream.seek(0)
            at = 0
            for number, line in enumerate(stream, 1):
                if at >= end:  # somebody writes
                    return
                row = row_in(line, at)
                if row is None:
                    raise BatchRefused(BatchProblem.OUTPUT_FOREIGN, str(self._path), lines=(number,))
                yield row
                at += len(line)

    async def put(self, line: bytes, stored: Callable[[int], None]) -> None:
        """Append a line; see `core.batch_run.BatchOutput`. Raises BatchRefused."""
        self._check()
        self._pending.append((line, stored))
        self._unwritten += len(line)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write(), name="write the batch")
        while self._unwritten > MAX_UNWRITTEN:
            self._hurry.set()
            self._has_room.clear()
            await self._has_room.wait()
            self._check()

    async def flush(self) -> None:
        """Return when everything is on disk. Raises BatchRefused."""
        self._hurry.set()
        if self._writing is not None:
            await asyncio.wait({self._writing})
        self._check()

    def close(self) -> None:
        """Release the file. Lines that were not flushed are lost."""
        os.close(self._descriptor)

    async def _write(self) -> None:
        try:
            while self._pending:
                with suppress(TimeoutError):
                    async with asyncio.timeout(GROUP_S):
                        await self._hurry.wait()
                self._hurry.clear()
                lines, self._pending = self._pending, []
                content = b"".join(line for line, _ in lines)
                at = self._end
                await asyncio.to_thread(self._append, content)
                for number, (line, stored) in enumerate(lines, 1):
                    stored(at)
                    at += len(line)
                    if not number % _TOLD_AT_ONCE:
                        await asyncio.sleep(0)
                self._unwritten -= len(content)
                self._has_room.set()
        except BatchRefused as error:
            self._problem = error
            self._has_room.set()
        finally:
            self._writing = None

    def _check(self) -> None:
        if self._problem is not None:
            raise self._problem

    def _append(self, content: bytes) -> None:
        with self._failing():
            rest = memoryview(content)
            try:
                os.lseek(self._descriptor, self._end, os.SEEK_SET)
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
                os.fsync(self._descriptor)
            except OSError:
                with suppress(OSError):  # a full disk took a part of it
                    os.ftruncate(self._descriptor, self._end)
                raise
            self._end += len(content)

    def _open(self) -> int:
        with self._failing():
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
            descriptor = os.open(self._path, flags, 0o666)
            try:
                _check_file(descriptor, self._path)
                _lock(descriptor, self._path)
                _flush_folder(self._path)
            except BaseException:
                os.close(descriptor)
                raise
            return descriptor

    def _repaired_end(self) -> int:
        """Cut a torn last line off; return the size. Raises BatchRefused if the end is somebody else's."""
        with self._failing():
            size = os.fstat(self._descriptor).st_size
            tail, at = b"", size
            while at and b"\n" not in tail:
                at = max(0, at - 65_536)
                os.lseek(self._descriptor, at, os.SEEK_SET)
                tail = os.read(self._descriptor, 65_536) + tail
            line = tail.rpartition(b"\n")[2]
            if not line:
                return size
            if not is_torn(line):
                raise BatchRefused(BatchProblem.OUTPUT_FOREIGN, str(self._path))
            os.ftruncate(self._descriptor, size - len(line))
            os.fsync(self._descriptor)
            return size - len(line)

    def _failing(self) -> _Failing:
        return _Failing(self._path)


def line_at(path: Path, at: int) -> bytes:
    """Return the line at a place in an output, open or not. Raises BatchRefused."""
    with _Failing(path), path.open("rb") as stream:
        stream.seek(at)
        return stream.readline()


class _Failing:
    """Turns what the system says of the output into BatchRefused."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OSError | ValueError):
            reason = getattr(error, "strerror", None) or str(error)
            raise BatchRefused(BatchProblem.OUTPUT_FAILED, str(self._path), detail=reason) from error


def _check_file(descriptor: int, path: Path) -> None:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise BatchRefused(BatchProblem.OUTPUT_FOREIGN, str(path))


def _lock(descriptor: int, path: Path) -> None:
    """Lock a file until it is closed or the process ends, however it does. Raises BatchRefused."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415

            os.lseek(descriptor, _LOCK_AT, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        raise BatchRefused(BatchProblem.OUTPUT_LOCKED, str(path)) from None


def _unlock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415

        os.lseek(descriptor, _LOCK_AT, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl  # noqa: PLC0415

        fcntl.flock(descriptor, fcntl.LOCK_UN)


def _flush_folder(path: Path) -> None:
    """Make the name of a new file durable, where the system can."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
