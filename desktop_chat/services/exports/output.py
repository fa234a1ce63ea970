"""Writes files and folders whole or not at all: under another name first, which is changed at the end."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from desktop_chat.core.export_errors import (
    ExportDiskFull,
    ExportError,
    ExportFolderMissing,
    ExportForbidden,
    ExportTargetExists,
)
from desktop_chat.core.file_names import free_name
from desktop_chat.services.private_files import flush_directory

_PART_PREFIX, _PART = ".desktop-chat-", ".part"
_BEGAN_JUST_NOW_S = 60.0
_BUFFER = 1024 * 1024
"""Bytes; in large pieces the system takes less time to write."""
_KINDS: dict[int, type[ExportError]] = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), ExportDiskFull),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), ExportForbidden),
    **dict.fromkeys((errno.ENOENT, errno.ENOTDIR), ExportFolderMissing),
    errno.EEXIST: ExportTargetExists,
}


@contextmanager
def translating(place: Path) -> Iterator[None]:
    """Translate the system's errors. Raises ExportError."""
    try:
        yield
    except OSError as error:
        kind = _KINDS.get(error.errno or 0, ExportError)
        named = str(place.parent if kind is ExportFolderMissing else place)
        raise kind(f"{named}: {error.strerror or error}" if kind is ExportError else named) from error


@contextmanager
def new_file(target: Path, *, replace: bool, private: bool = False) -> Iterator[BinaryIO]:
    """Open a file that gets its name when the block ends well; otherwise nothing is left, at the latest when something
    is written to this folder again. Only its owner may read a `private` one. Raises ExportError."""
    with translating(target):
        if target.exists() and not (replace and target.is_file()):
            raise FileExistsError(errno.EEXIST, "it exists")
        _remove_leftovers(target.parent)
        part = part_of(target)
        try:
            with open(part, "xb", _BUFFER, opener=_privately if private else None) as stream:
                _hold(stream.fileno())
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(target)
            with suppress(OSError):  # not every system can; it does so by itself soon
                flush_directory(target.parent)
        finally:
            part.unlink(missing_ok=True)


def _privately(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _hold(descriptor: int) -> bool:
    """Lock a file for this process, until it is closed; return False if another process has it."""
    if sys.platform == "win32":  # what is open cannot be removed there
        return True
    import fcntl  # noqa: PLC0415  (not available on Windows)

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Lock a file or folder for this process, so that no other removes it as left behind; yield whether none has it."""
    if sys.platform == "win32":  # what is open cannot be removed there
        yield path.is_file()
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield _hold(descriptor)
    finally:
        os.close(descriptor)


def _remove_leftovers(folder: Path) -> None:
    """Remove the unfinished files and folders of processes that were killed. One that began just now may not be locked
    yet."""
    for part in folder.glob(f"{_PART_PREFIX}*{_PART}"):
        with suppress(OSError):
            if part.is_symlink() or time.time() - part.stat().st_mtime < _BEGAN_JUST_NOW_S:
                continue
            with held(part) as is_free:
                if is_free:
                    shutil.rmtree(part) if part.is_dir() else part.unlink()


@contextmanager
def new_folder(target: Path, name: str) -> Iterator[tuple[Path, Path]]:
    """Yield a folder to write to and the folder that it becomes when the block ends well: `target`, or if there is such
    a folder with something in it, a new one inside, called `name`. Raises ExportError."""
    with translating(target):
        final = target
        if target.is_dir() and any(target.iterdir()):
            final = target / free_name(name, "", lambda each: (target / each).exists())
        elif target.exists() and not target.is_dir():
            raise FileExistsError(errno.EEXIST, "it is a file")
        _remove_leftovers(final.parent)
        part = part_of(final)
        try:
            part.mkdir()
            with held(part):
                yield part, final
            if final.is_dir():
                final.rmdir()  # it is empty
            part.replace(final)
        finally:
            shutil.rmtree(part, ignore_errors=True)


def write_file(file: Path, content: bytes) -> None:
    """Write a file in a folder that is not finished yet, with as few calls to the system as it takes."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(descriptor, left) :]
    finally:
        os.close(descriptor)


def put_beside(part: Path, target: Path) -> Path:
    """Give a folder the name that belongs beside `target`, numbered if there is one. Returns the new path."""
    with translating(target):
        name = free_name(f"{target.stem} files", "", lambda each: (target.parent / each).exists())
        part.replace(target.with_name(name))
        return target.with_name(name)


def part_of(target: Path) -> Path:
    """Return the name beside `target` under which something is written until it is whole."""
    return target.with_name(f"{_PART_PREFIX}{secrets.token_hex(6)}{_PART}")


def remove(folder: Path) -> None:
    """Remove a folder that is not needed, as far as possible."""
    with suppress(OSError):
        shutil.rmtree(folder)
