"""Reads the bytes of files to attach: regular files only, at most so many bytes, and each failure as its own error."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from desktop_chat.core.attachment_errors import (
    FileForbidden,
    FileTooLarge,
    FileUnreadable,
    FileVanished,
    NotAFile,
    ReadingTooLarge,
)
from desktop_chat.core.attachment_reading import MAX_FILE_BYTES

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
"""Opening a pipe would otherwise wait until another program writes into it."""


def read_file(path: Path) -> bytes:
    """Return a file's content. Blocks. Raises AttachmentError."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise NotAFile  # opening a device may do something
        with open(path, "rb", opener=lambda name, _flags: os.open(name, _FLAGS)) as stream:
            found = os.fstat(stream.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise NotAFile
            content = stream.read(MAX_FILE_BYTES + 1) if found.st_size <= MAX_FILE_BYTES else b""
            if found.st_size > MAX_FILE_BYTES or len(content) > MAX_FILE_BYTES:
                raise FileTooLarge
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileVanished(str(error.strerror)) from error
    except PermissionError as error:
        raise FileForbidden(str(error.strerror)) from error
    except (OSError, ValueError) as error:
        raise FileUnreadable(str(error)) from error
    except MemoryError as error:
        raise ReadingTooLarge from error
    return content
