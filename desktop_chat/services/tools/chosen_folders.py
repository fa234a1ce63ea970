"""Opens files and lists folders, read-only, inside the folders that the user chose and nowhere else.

A path is resolved first; then each of its parts is opened without following a link, so that one which is exchanged in
between leads nowhere.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path


class OutsideError(Exception):
    """The path is in none of the chosen folders."""


class ChosenFolders:
    """The folders, as absolute paths without links."""

    def __init__(self, folders: Iterable[str]) -> None:
        self.roots = tuple(dict.fromkeys(Path(folder).expanduser().resolve() for folder in folders))

    def find(self, path: str) -> Path:
        """Return the real path of something inside the folders. A relative path is looked for in each of them. Raises
        OutsideError, OSError."""
        given = Path(path.removeprefix("file://")).expanduser()
        candidates = [given] if given.is_absolute() else [root / given for root in self.roots]
        inside = [real for real in (one.resolve() for one in candidates) if self._root_of(real) is not None]
        if not inside:
            raise OutsideError
        return next((real for real in inside if real.exists()), inside[0])

    def read(self, real: Path, limit: int) -> tuple[bytes, int]:
        """Return up to `limit` bytes of a regular file, and its size. Raises OutsideError, OSError."""
        descriptor = self._open(real)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise OSError("It is not a file.")
            content = bytearray()
            while len(content) < limit and (piece := os.read(descriptor, min(1 << 20, limit - len(content)))):
                content += piece
            return bytes(content), status.st_size
        finally:
            os.close(descriptor)

    def entries(self, real: Path, limit: int) -> tuple[list[os.DirEntry[str]], bool]:
        """Return up to `limit` entries of a folder, and whether that is all of them. Raises OutsideError, OSError."""
        if self._root_of(real) is None:
            raise OutsideError
        found: list[os.DirEntry[str]] = []
        with os.scandir(real) as entries:
            for entry in entries:
                if len(found) == limit:
                    return found, False
                found.append(entry)
        return found, True

    def _root_of(self, real: Path) -> Path | None:
        return next((root for root in self.roots if real == root or root in real.parents), None)

    def _open(self, real: Path) -> int:
        root = self._root_of(real)
        if root is None:
            raise OutsideError
        parts = real.relative_to(root).parts
        if sys.platform == "win32" or not parts:
            return os.open(real, os.O_RDONLY)
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        for part in parts[:-1]:
            try:
                deeper = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            finally:
                os.close(folder)
            folder = deeper
        try:
            return os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        finally:
            os.close(folder)
