"""Decides a line's block structure from its start: shortcuts that avoid the parser and are never wrong."""

from __future__ import annotations

import re

# A line is settled once it contains a character after which no further one can change its kind.
_CONTAINERS = r"[ \t]*(?:(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))[ \t]*)*"
_PLAIN = r"[^\s>#*+\-_=`~|:\d\[\]\\$]"
_AFTER_DIGITS = r"[^\s>#*+\-_=`~|:\d\[\]\\$.)]"
_FOOTNOTE = r"(?: {0,3}\[\^[^\]\[\s]{1,100}\]:)?"
_START = (
    rf"(?:{_PLAIN}|[*_]{{1,3}}{_PLAIN}|[\-+=:]{_PLAIN}|\d{{1,9}}[.)]?{_AFTER_DIGITS}|`{{1,2}}[^`~\s]"
    rf"|#{{1,6}}[ \t]+{_PLAIN})"
)
_SETTLED = re.compile(rf"{_FOOTNOTE}{_CONTAINERS}(?:\[[ xX]\][ \t]+)?{_START}")
_TEXT_START = rf"(?:{_PLAIN}|[*_]{{1,3}}{_PLAIN}|\d{{1,9}}{_AFTER_DIGITS}|`{{1,2}}[^`~\s])"
_TEXT_LINE = re.compile(rf"[ \t]*{_TEXT_START}")
_ROW = re.compile(rf" {{0,3}}(?:\||{_TEXT_START})")
_QUOTE_LINE = re.compile(rf" {{0,3}}> ?{_TEXT_START}")
_CONTINUATIONS = {"paragraph": _TEXT_LINE, "table": _ROW, "quote": _QUOTE_LINE}


def is_settled(text: str) -> bool:
    """Return whether appending to the last line of `text` cannot change its block structure."""
    line = text[max(text.rfind("\n"), text.rfind("\r")) + 1 :]
    return _SETTLED.match(line) is not None


def continues_block(line: str, kind: str) -> bool:
    """Return whether `line`, complete or not, can only extend a block of `kind`."""
    pattern = _CONTINUATIONS.get(kind)
    return pattern is not None and pattern.match(line) is not None


def may_define(source: str, piece: str) -> bool:
    """Return whether `source` with `piece` appended may contain a link definition."""
    return "]:" in source or "]:" in piece or (piece.startswith(":") and source.endswith("]"))
