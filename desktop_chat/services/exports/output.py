"""Writes files and folders whole or not at all: under another name first, which is changed at the end."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
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
def new_file(target: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """Open a file that gets its name when the block ends well; otherwise nothing is left. Raises ExportError."""
    with translating(target):
        if target.exists() and not (replace and target.is_file()):
            raise FileExistsError(errno.EEXIST, "it exists")
        part = part_of(target)
        try:
            with part.open("xb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


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
        part = part_of(final)
        try:
            part.mkdir()
            yield part, final
            if final.is_dir():
                final.rmdir()  # it is empty
            part.replace(final)
        finally:
            shutil.rmtree(part, ignore_errors=True)


def write_file(file: Path, content: bytes) -> None:
    """Write a file in a folder that is not finished yet."""
    with file.open("xb") as stream:
        stream.write(content)


def put_beside(part: Path, target: Path) -> Path:
    """Give a folder the name that belongs beside `target`, numbered if there is one. Returns the new path."""
    with translating(target):
        name = free_name(f"{target.stem} files", "", lambda each: (target.parent / each).exists())
        part.replace(target.with_name(name))
        return target.with_name(name)


def part_of(target: Path) -> Path:
    """Return the name beside `target` under which something is written until it is whole."""
    return target.with_name(f".desktop-chat-{secrets.token_hex(6)}.part")


def remove(folder: Path) -> None:
    """Remove a folder that is not needed, as far as possible."""
    with suppress(OSError):
        shutil.rmtree(folder)
