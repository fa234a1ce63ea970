"""Finds word boundaries, including in Chinese, Japanese and Thai, which have no spaces between words.

Qt's own rules treat each Chinese character as a word. The ICU library, which comes with Qt on Linux and is part of
Windows and macOS, has dictionaries. It is loaded for the first word; without it, Qt's rules are used. All offsets
count UTF-16 units.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QLibraryInfo, QTextBoundaryFinder

from desktop_chat.ui.transcript.blocks.text_box import len_utf16

if TYPE_CHECKING:
    from ctypes import CDLL

_WORDS = 1  # UBRK_WORD
_SYSTEM_LIBRARIES = {"win32": "icu.dll", "darwin": "/usr/lib/libicucore.dylib"}
_BETWEEN_LETTERS = re.compile(r"((?<=[^\W\d])[.:](?=[^\W\d]))")
_VERSION = re.compile(r"libicuuc\.so\.(\d+)")


class Edges(Protocol):
    """The edges of the words of a text, including its beginning and end."""

    def after(self, offset: int) -> int:
        """Return the next edge, or -1."""

    def before(self, offset: int) -> int:
        """Return the previous edge, or -1."""

    def at(self, offset: int) -> bool:
        """Return whether an edge is here."""


def word_around(text: str, offset: int) -> tuple[int, int]:
    """Return the word of the character after an offset; at the end of the text, the last word."""
    length = len_utf16(text)
    with word_edges(text) as edges:
        start = offset if offset < length and edges.at(offset) else max(0, edges.before(offset))
        end = edges.after(start)
    return _narrowed(text, start, end if end >= 0 else length, offset)


def _narrowed(text: str, start: int, end: int, offset: int) -> tuple[int, int]:
    """Split names joined by a full stop or colon: `self.name` is two words."""
    word = text.encode("utf-16-le", "surrogatepass")[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")
    for part in _BETWEEN_LETTERS.split(word):
        end = start + len_utf16(part)
        if offset < end:
            break
        start = end
    return (start, end) if start < end else (max(0, end - len_utf16(part)), end)


def next_word(text: str, offset: int, *, forward: bool) -> int:
    """Return where the next or previous word begins, or the end of the text; -1 beyond that."""
    units = text.encode("utf-16-le", "surrogatepass")
    with word_edges(text) as edges:
        step = edges.after if forward else edges.before
        at = step(offset)
        while 0 < at < len(units) // 2 and units[2 * at : 2 * at + 2].decode("utf-16-le", "replace").isspace():
            at = step(at)
    return at


@contextmanager
def word_edges(text: str) -> Iterator[Edges]:
    """Give the edges of a text's words, from the best source there is."""
    library = None if text.isascii() else icu()
    if library is None:
        yield _QtEdges(text)
        return
    edges = _IcuEdges(library, text)
    try:
        yield edges
    finally:
        edges.close()


@cache
def icu() -> Icu | None:
    """Return the library with dictionaries, or None."""
    for path, suffix in _candidates():
        with suppress(OSError, AttributeError):  # missing, or without the functions needed
            return Icu(path, suffix)
    return None


class Icu:
    """The few functions of ICU's C interface that are needed here."""

    def __init__(self, path: str, suffix: str) -> None:
        """Raises OSError or AttributeError if the library cannot be used."""
        import ctypes  # noqa: PLC0415  (not before the first word)

        library: CDLL = ctypes.CDLL(path)
        number, pointer = ctypes.c_int32, ctypes.c_void_p
        self._new_error = ctypes.c_int
        self._reference: Any = ctypes.byref
        self._open = getattr(library, f"ubrk_open{suffix}")
        self._open.restype = pointer
        self._open.argtypes = [ctypes.c_int, ctypes.c_char_p, pointer, number, pointer]
        self.close = getattr(library, f"ubrk_close{suffix}")
        self.following = getattr(library, f"ubrk_following{suffix}")
        self.preceding = getattr(library, f"ubrk_preceding{suffix}")
        self.is_boundary = getattr(library, f"ubrk_isBoundary{suffix}")
        self.close.argtypes, self.close.restype = [pointer], None
        for function in (self.following, self.preceding, self.is_boundary):
            function.argtypes, function.restype = [pointer, number], number

    def open(self, units: bytes) -> int | None:
        """Return an iterator over the words of UTF-16 text, which must outlive it; None if that fails."""
        error = self._new_error(0)
        handle: int | None = self._open(_WORDS, b"", units, len(units) // 2, self._reference(error))
        return handle if error.value <= 0 else None


class _IcuEdges:
    def __init__(self, library: Icu, text: str) -> None:
        self._icu = library
        self._units = text.encode("utf-16-le", "surrogatepass")
        self._handle = library.open(self._units)
        self._fallback = _QtEdges(text) if self._handle is None else None

    def after(self, offset: int) -> int:
        return self._fallback.after(offset) if self._fallback else int(self._icu.following(self._handle, offset))

    def before(self, offset: int) -> int:
        return self._fallback.before(offset) if self._fallback else int(self._icu.preceding(self._handle, offset))

    def at(self, offset: int) -> bool:
        return self._fallback.at(offset) if self._fallback else bool(self._icu.is_boundary(self._handle, offset))

    def close(self) -> None:
        if self._handle is not None:
            self._icu.close(self._handle)


class _QtEdges:
    """Unicode's rules, without dictionaries."""

    def __init__(self, text: str) -> None:
        self._finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Word, text)

    def after(self, offset: int) -> int:
        self._finder.setPosition(offset)
        return self._finder.toNextBoundary()

    def before(self, offset: int) -> int:
        self._finder.setPosition(offset)
        return self._finder.toPreviousBoundary()

    def at(self, offset: int) -> bool:
        self._finder.setPosition(offset)
        return self._finder.isAtBoundary()


def _candidates() -> Iterator[tuple[str, str]]:
    """Yield where the library may be, each with the suffix of its functions' names."""
    if sys.platform in _SYSTEM_LIBRARIES:
        yield _SYSTEM_LIBRARIES[sys.platform], ""
    for path in (*_loaded(), *_beside_qt()):
        if found := _VERSION.search(path):
            yield path, f"_{found.group(1)}"


def _loaded() -> list[str]:
    """Return candidates loaded into this process: Qt has loaded its own."""
    maps = Path("/proc/self/maps")
    lines = maps.read_text(encoding="utf-8", errors="replace").splitlines() if maps.exists() else []
    return sorted({line.split(maxsplit=5)[-1] for line in lines if "libicuuc.so" in line})


def _beside_qt() -> list[str]:
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.LibrariesPath))
    return [str(path) for path in sorted(folder.glob("libicuuc.so.*"))]
