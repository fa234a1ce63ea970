"""Prints JSON in lines while it arrives, in pieces of any size; the cost depends only on the new piece."""

from __future__ import annotations

import re

_TOKEN = re.compile(r'\s+|[{}\[\],:"]|[^\s{}\[\],:"]+')
_IN_STRING = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)
_ESCAPE = re.compile(r"\\.", re.DOTALL)
_DEEPEST = 20
"""Deeper levels are not indented further: a text of brackets only would become quadratic."""
_HANGING = "  "
"""Indents the lines of a text below the name that it belongs to."""


class JsonPrinter:
    """Prints one JSON object or array. Anything else is passed on unchanged; what is not valid keeps all its characters
    except white space. Where a text has `\\n`, the print has a line break after it."""

    def __init__(self) -> None:
        self._begun = False
        self._is_json = True
        self._depth = 0
        self._in_string = False
        self._escaped = False
        """The last piece ended with a backslash."""
        self._opened = False
        """The last token opened an object or array, which may be empty."""
        self._breaks = False
        """A new line begins before the next token."""

    def feed(self, piece: str) -> str:
        """Return what the next piece adds to the print."""
        if not self._begun:
            piece = piece.lstrip()
            if not piece:
                return ""
            self._begun, self._is_json = True, piece[0] in "{["
        if not self._is_json:
            return piece
        out: list[str] = []
        at = 0
        while at < len(piece):
            if self._in_string:
                at = self._go_through_string(piece, at, out)
                continue
            match = _TOKEN.match(piece, at)
            sign = match.group() if match is not None else piece[at:]
            at += len(sign)
            if not sign.isspace():
                self._print(sign, out)
        return "".join(out)

    def _go_through_string(self, piece: str, at: int, out: list[str]) -> int:
        """Print a string as it is, to its end or that of the piece. Returns where that is."""
        if self._escaped:
            out.append(self._escape("\\" + piece[at])[1:])
            at, self._escaped = at + 1, False
        match = _IN_STRING.match(piece, at)
        end = match.end() if match is not None else at
        inside = piece[at:end]
        out.append(_ESCAPE.sub(lambda match: self._escape(match.group()), inside) if "\\" in inside else inside)
        if end < len(piece):
            out.append(piece[end])
            self._in_string, self._escaped = piece[end] != '"', piece[end] == "\\"
            end += 1
        return end

    def _escape(self, escape: str) -> str:
        return escape + self._new_line() + _HANGING if escape == "\\n" else escape

    def _print(self, sign: str, out: list[str]) -> None:
        if sign in "}]":
            self._depth = max(0, self._depth - 1)
            if not self._opened:
                out.append(self._new_line())
            out.append(sign)
            self._opened = self._breaks = False
        elif sign == ",":
            out.append(sign)
            self._opened, self._breaks = False, True
        elif sign == ":":
            out.append(": ")
        else:
            if self._opened or self._breaks:
                out.append(self._new_line())
            out.append(sign)
            self._opened, self._breaks = sign in "{[", False
            self._depth += self._opened
            self._in_string = sign == '"'

    def _new_line(self) -> str:
        return "\n" + "  " * min(self._depth, _DEEPEST)
