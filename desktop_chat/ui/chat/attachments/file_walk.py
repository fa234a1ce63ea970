"""Finds the files in dropped folders, in the background and never too many."""

from __future__ import annotations

import asyncio
import os
import stat
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

MAX_FILES = 2_000
"""Files that are listed; what else there is, is only said."""
_MAX_ENTRIES = 50_000
"""Names that are looked at."""
_HEAD = 1_024
_SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__", "CVS", "_darcs"})
"""Folders of version control and of programs, besides hidden ones."""
_BINARY_SUFFIXES = frozenset(
    {
        *(".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif", ".ico"),
        *(".pdf", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"),
    }
)
"""Files that are not text and can be read."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that may be attached. `name` is its path within the dropped folders, or only its name."""

    path: Path
    name: str
    size: int
    readable: bool
    """Whether it can probably be read: by its suffix, or because it begins like a text."""


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """All files found; `more` says whether there are others that are not listed."""

    files: tuple[FoundFile, ...]
    more: bool = False


async def has_folder(paths: Sequence[Path]) -> bool:
    """Return whether one of the paths is a folder."""
    return await asyncio.to_thread(lambda: any(path.is_dir() for path in paths))


async def find_files(paths: Sequence[Path], largest: int) -> FoundFiles:
    """Return the files among `paths` and below them, in order of their names; a file of more than `largest` bytes is
    not readable. Cancelling the caller ends the search."""
    ended = threading.Event()
    try:
        return await asyncio.to_thread(_find, paths, largest, ended)
    finally:
        ended.set()


def _find(paths: Sequence[Path], largest: int, ended: threading.Event) -> FoundFiles:
    found: list[FoundFile] = []
    for seen, (path, name) in enumerate(_walk(paths)):
        if ended.is_set():
            break
        if seen >= _MAX_ENTRIES or len(found) >= MAX_FILES:
            return FoundFiles(tuple(found), more=True)
        if (file := _looked_at(path, name, largest)) is not None:
            found.append(file)
    return FoundFiles(tuple(found))


def _walk(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Yield each path that is not a folder, and each one below a folder, with its name for people; below several
    folders, this begins with the folder's."""
    for path in paths:
        if not path.is_dir():
            yield path, path.name
            continue
        for folder, folders, files in os.walk(path):  # links to folders are not followed
            folders[:] = sorted(name for name in folders if not _is_skipped(name))
            below = Path(folder)
            for name in sorted(files):
                if not name.startswith("."):
                    yield below / name, str((below / name).relative_to(path if len(paths) == 1 else path.parent))


def _is_skipped(folder: str) -> bool:
    return folder.startswith(".") or folder in _SKIPPED_FOLDERS


def _looked_at(path: Path, name: str, largest: int) -> FoundFile | None:
    """Return what is known about a file; None if it is something else, such as a device."""
    try:
        status = path.stat()
    except OSError:
        return FoundFile(path, name, 0, readable=False)
    if not stat.S_ISREG(status.st_mode):
        return None
    fits = 0 < status.st_size <= largest
    return FoundFile(path, name, status.st_size, fits and (path.suffix.lower() in _BINARY_SUFFIXES or _is_text(path)))


def _is_text(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    return b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff"))
