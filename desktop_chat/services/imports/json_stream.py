"""Reads large JSON piece by piece, whatever its encoding, and says where it is damaged."""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

import ijson  # type: ignore[import-untyped]  # it has no types

from desktop_chat.core.importing import ImportUnreadable, Unread, UnreadReason, one_line

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_VALUE = 128 * 1024 * 1024
"""Bytes of one value, such as a conversation: it is in memory as a whole."""
_CHUNK = 64 * 1024
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY = "desktop-chat-legacy"


class _TooLarge(Exception):
    """One value goes on for too long."""


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are not UTF-8 as what older Windows programs write."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_LEGACY, _as_windows_1252)


class Utf8(io.RawIOBase):
    """A stream of valid UTF-8 without a byte order mark, from one in another encoding."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._rest = b""
        self._ended = False
        self.position = 0
        """How many bytes were handed out."""
        head = stream.read(4)
        encoding = next((name for mark, name in _MARKS if head.startswith(mark)), None) or _without_mark(head)
        self._decoder = codecs.getincrementaldecoder(encoding)(_LEGACY if encoding.startswith("utf-8") else "replace")
        self._is_utf8 = encoding.startswith("utf-8")
        self._rest = self._decoder.decode(head).encode("utf-8", "replace")

    def readable(self) -> bool:
        return True

    def begins_with(self, mark: str) -> bool:
        """Return whether the first character that is not blank is `mark`; nothing is consumed."""
        while not (begun := self._rest.lstrip()) and not self._ended:
            self._fetch(_CHUNK)
        return begun.startswith(mark.encode())

    def read(self, size: int = -1) -> bytes:
        """Return some bytes: not more than about `size`."""
        while size and not self._rest and not self._ended:
            self._fetch(_CHUNK if size < 0 else size)
        found, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        self.position += len(found)
        return found

    def _fetch(self, size: int) -> None:
        data = self._stream.read(size)
        self._ended = not data
        if self._is_utf8 and data.isascii() and data and not self._decoder.getstate()[0]:
            self._rest = data  # most JSON escapes everything else
        else:
            self._rest = self._decoder.decode(data, final=not data).encode("utf-8", "replace")

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)


def _without_mark(head: bytes) -> str:
    """Return the encoding of JSON without a mark: its first character is ASCII (RFC 4627, section 3)."""
    if len(head) == 4 and head[1] == 0 and head[0]:
        return "utf-16-le" if head[2] or head[3] else "utf-32-le"
    if len(head) == 4 and head[0] == 0 and (head[1] or head[3]):
        return "utf-16-be" if head[1] else "utf-32-be"
    return "utf-8"


class _Bounded:
    """What ijson reads from: ends reading when one value goes on for too long."""

    def __init__(self, stream: Utf8) -> None:
        self._stream = stream
        self.value_began_at = 0

    def read(self, size: int = -1) -> bytes:
        if self._stream.position - self.value_began_at > MAX_VALUE:
            raise _TooLarge
        return self._stream.read(size)


def elements(stream: BinaryIO, where: str, prefix: str | None = None) -> Iterator[Any | Unread]:
    """Yield the values of a list, one after another, or the one value that is no list; with `prefix`, those at that
    ijson prefix. What follows damage is not read: an `Unread` says so."""
    number = 0
    try:
        source = Utf8(stream)
        if prefix is None:
            prefix = "item" if source.begins_with("[") else ""
        bounded = _Bounded(source)
        for value in ijson.items(bounded, prefix, use_float=True, buf_size=_CHUNK):
            number += 1
            bounded.value_began_at = source.position
            yield value
    except _TooLarge:
        yield Unread(f"{where}, {number + 1}", UnreadReason.TOO_LARGE)
    except (ijson.JSONError, ImportUnreadable, ValueError, OverflowError) as error:
        yield Unread(f"{where}, {number + 1}", UnreadReason.DAMAGED, _first_line(error))
    except RecursionError:
        yield Unread(f"{where}, {number + 1}", UnreadReason.TOO_DEEP)


def members(stream: BinaryIO, where: str, prefix: str = "") -> Iterator[tuple[str, Any] | Unread]:
    """Yield the members of an object, one after another; like `elements`."""
    name = ""
    try:
        source = Utf8(stream)
        bounded = _Bounded(source)
        for name, value in ijson.kvitems(bounded, prefix, use_float=True, buf_size=_CHUNK):
            bounded.value_began_at = source.position
            yield name, value
    except _TooLarge:
        yield Unread(f"{where}, after {name[:80]!r}", UnreadReason.TOO_LARGE)
    except (ijson.JSONError, ImportUnreadable, ValueError, OverflowError) as error:
        yield Unread(f"{where}, after {name[:80]!r}", UnreadReason.DAMAGED, _first_line(error))
    except RecursionError:
        yield Unread(f"{where}, after {name[:80]!r}", UnreadReason.TOO_DEEP)


def _first_line(error: Exception) -> str:
    return one_line(str(error).partition("\n")[0])


def lines(stream: BinaryIO, where: str) -> Iterator[tuple[Any, str] | Unread]:
    """Yield the value and the place of each line of JSON that is not blank."""
    try:
        text = io.TextIOWrapper(io.BufferedReader(Utf8(stream), _CHUNK), encoding="utf-8", newline="\n")
        for number, line in enumerate(_bounded_lines(text), 1):
            if len(line) > MAX_VALUE:
                yield Unread(f"{where}, {number}", UnreadReason.TOO_LARGE)
            elif line.strip():
                yield _line(line, f"{where}, {number}")
    except ImportUnreadable as error:
        yield Unread(where, UnreadReason.DAMAGED, error.detail)


def _line(line: str, where: str) -> tuple[Any, str] | Unread:
    try:
        return json.loads(line), where
    except RecursionError:
        return Unread(where, UnreadReason.TOO_DEEP)
    except ValueError as error:
        return Unread(where, UnreadReason.DAMAGED, _first_line(error))


def _bounded_lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield lines; of one that is too long, one character more than is allowed."""
    while line := text.readline(MAX_VALUE + 1):
        whole = line.endswith("\n")
        while not whole and len(line) > MAX_VALUE and (more := text.readline(_CHUNK)):
            whole = more.endswith("\n")
        yield line


def first_keys(stream: BinaryIO, limit: int = 4096) -> tuple[str, frozenset[str]]:
    """Return what JSON begins with ("[" or "{", empty for anything else) and the names of the first object's members,
    as far as they are known after `limit` events."""
    kind, keys = "", set()
    try:
        for number, (prefix, event, value) in enumerate(ijson.parse(Utf8(stream), use_float=True, buf_size=_CHUNK)):
            if not number:
                kind = {"start_array": "[", "start_map": "{"}.get(event, "")
            if event == "map_key" and prefix == ("item" if kind == "[" else ""):
                keys.add(value)
            if not kind or number > limit or (kind == "[" and event == "end_map" and prefix == "item"):
                break
    except (ijson.JSONError, ImportUnreadable, ValueError, OverflowError, RecursionError):
        pass  # what was seen until there decides
    return kind, frozenset(keys)
