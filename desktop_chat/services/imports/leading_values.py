"""Reads the values of a long JSON list with the standard decoder, which is faster than ijson.

That decoder needs the whole text of a value, and nothing says beforehand where a value ends; so it tries what is there,
and again with more. It takes what it surely understands. The first thing that it does not, such as damage, a value that
is too large or too deep, or the end of the list, is left to ijson, which says what it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from desktop_chat.core.importing import ImportUnreadable
from desktop_chat.services.imports.utf8_stream import Utf8

_PIECE = 256 * 1024
_AT_ONCE = 1024 * 1024
"""Characters to decode together: the last of their values is mostly cut, and decoded twice."""
_OPENING = re.compile(r"[ \t\r\n]*\[[ \t\r\n]*")
_COMMA = re.compile(r"[ \t\r\n]*,[ \t\r\n]*")
_AFTER = re.compile(r"[ \t\r\n]*[,\]]")
"""What follows a value; a number is cut without it."""


def _refused(constant: str) -> NoReturn:
    """Refuse NaN and infinite numbers, which are not JSON."""
    raise ValueError(constant)


_decoded = json.JSONDecoder(parse_constant=_refused).raw_decode


def leading_values(source: Utf8, ahead: int) -> Iterator[Any]:
    """Yield the first values of a list, as far as each is valid and has less than `ahead` characters. What is left of
    the text is put back: as it is if there were none, otherwise as a list with `0` in place of those that were
    yielded. Raises ImportUnreadable after the values before the damage."""
    text = _Ahead(source, ahead)
    start, between = "", _OPENING
    while text.grow():
        at = 0
        while (begins := between.match(text.held, at)) and (found := _value(text.held, begins.end())):
            value, at = found
            start, between = "[0", _COMMA
            yield value
        text.forget(at)
    source.put_back(start + text.held)


def _value(text: str, begins: int) -> tuple[Any, int] | None:
    """Return the value there and where it ends; None if it is not there as a whole."""
    try:
        found = _decoded(text, begins)
    except (ValueError, RecursionError):
        return None
    return found if _AFTER.match(text, found[1]) else None


class _Ahead:
    """The text that was read and is not decoded yet."""

    def __init__(self, source: Utf8, limit: int) -> None:
        self.held = ""
        self._source = source
        self._limit = limit
        self._damage: ImportUnreadable | None = None

    def forget(self, size: int) -> None:
        """Drop the first `size` characters."""
        self.held = self.held[size:]

    def grow(self) -> bool:
        """Read about as much again as is held. Returns False at the end and at the limit. Raises ImportUnreadable if
        that is all that happens."""
        if self._damage is not None:
            raise self._damage
        before, wanted = len(self.held), min(max(_AT_ONCE, 2 * len(self.held)), self._limit)
        pieces = [self.held]
        size = before
        try:
            while size < wanted and (piece := self._source.text(min(_PIECE, wanted - size))):
                pieces.append(piece)
                size += len(piece)
        except ImportUnreadable as error:
            self._damage = error
        self.held = "".join(pieces)
        return size > before or self._damage is not None
