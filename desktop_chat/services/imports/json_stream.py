"""Reads large JSON piece by piece, whatever its encoding, and says where it is damaged."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

import ijson  # type: ignore[import-untyped]  # it has no types

from desktop_chat.core.importing import ImportUnreadable, Unread, UnreadReason, one_line
from desktop_chat.services.imports.leading_values import leading_values
from desktop_chat.services.imports.utf8_stream import Utf8

MAX_VALUE = 128 * 1024 * 1024
"""Bytes of one value, such as a conversation: it is in memory as a whole."""
_CHUNK = 64 * 1024
_AHEAD = 8 * 1024 * 1024
"""Characters of one value that the standard decoder reads; ijson reads larger ones, which needs no copy of their
text."""


class _TooLarge(Exception):
    """One value goes on for too long."""


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
            for value in leading_values(source, min(_AHEAD, MAX_VALUE)) if prefix else ():
                number += 1
                yield value
        bounded = _Bounded(source)
        rest = ijson.items(bounded, prefix, use_float=True, buf_size=_CHUNK)
        for value in islice(rest, min(number, 1), None):  # after what stands in for the leading ones
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
