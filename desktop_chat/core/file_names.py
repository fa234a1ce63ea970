"""Names of files that are valid on every system, made of titles."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

_MAX_NAME = 60
_MAX_BYTES = 200
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))})
"""Names of devices on Windows, with any ending."""


def file_stem(title: str) -> str:
    """Return the part of a title that is valid in file names on every system; may be empty."""
    kept = "".join(character if character.isalnum() or character in " -_" else " " for character in title)
    stem = " ".join(kept.split())[:_MAX_NAME].encode()[:_MAX_BYTES].decode(errors="ignore").strip()
    return f"{stem}_" if stem.casefold() in _RESERVED else stem


def safe_file_name(name: str, otherwise: str) -> str:
    """Return a file's name as it is valid on every system; the part after its last dot is kept if it is one word."""
    stem, _, ending = name.rpartition(".")
    if not stem or not (ending.isascii() and ending.isalnum() and len(ending) <= 10):
        stem, ending = name, ""
    return (file_stem(stem) or otherwise) + (f".{ending}" if ending else "")


class FileNames:
    """Names in one folder, none of which is another one in other case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[tuple[str, str], int] = {}
        """The number to try first: many conversations may have the same title."""

    def __len__(self) -> int:
        return len(self._taken)

    def add(self, stem: str, ending: str) -> str:
        """Return a name that is not taken, and take it."""
        key = (stem.casefold(), ending.casefold())
        number = self._next.get(key, 1)
        while (name := _numbered(stem, number, ending)).casefold() in self._taken:
            number += 1
        self._taken.add(name.casefold())
        self._next[key] = number + 1
        return name


def free_name(stem: str, ending: str, is_taken: Callable[[str], bool]) -> str:
    """Return a name that is not taken, with a number if needed: "Trip.md", "Trip 2.md"."""
    names = (_numbered(stem, number, ending) for number in count(1))
    return next(name for name in names if not is_taken(name))


def _numbered(stem: str, number: int, ending: str) -> str:
    return f"{stem} {number}{ending}" if number > 1 else stem + ending
