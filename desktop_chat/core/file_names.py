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


def free_name(stem: str, ending: str, is_taken: Callable[[str], bool]) -> str:
    """Return a name that is not taken, with a number if needed: "Trip.md", "Trip 2.md"."""
    names = (f"{stem}{f' {number}' if number > 1 else ''}{ending}" for number in count(1))
    return next(name for name in names if not is_taken(name))
