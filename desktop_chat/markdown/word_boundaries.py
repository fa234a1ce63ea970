"""Finds word boundaries by Unicode's rules (UAX 29), so that "whole word" works in every script.

One exception: a full stop or colon between letters separates words, since `self.name` is two of them.
"""

from __future__ import annotations

from unicodedata import category

_INNER = {"letter": "'\u2019\u00b7\u2027", "digit": ".,;'\u2019"}
"""Marks that are part of a word or number if both neighbours are of the same kind: "can't" and "3.14"."""
_ALONE = (
    ("\u0e00", "\u0eff"),
    ("\u1000", "\u109f"),
    ("\u1780", "\u17ff"),
    ("\u1950", "\u19df"),
    ("\u3041", "\u309f"),
    ("\u3400", "\u9fff"),
    ("\uf900", "\ufaff"),
    ("\U00020000", "\U0003ffff"),
)
"""Scripts without spaces: there is a boundary between any two characters."""


def is_word_boundary(text: str, at: int) -> bool:
    """Return whether a word may start or end at a position; both ends of a text count."""
    if not 0 < at < len(text):
        return True
    right = _kind(text[at])
    if right == "mark":
        return False
    before = _base_before(text, at)
    left = _kind_at(text, before)
    if left and right:
        return left != right and "joiner" not in {left, right} and "katakana" in {left, right}
    if left:
        return not _holds_together(left, text[at], _kind_at(text, _base_after(text, at)))
    if right and before >= 0:
        return not _holds_together(right, text[before], _kind_at(text, _base_before(text, before)))
    return True


def _holds_together(kind: str, mark: str, other: str) -> bool:
    return kind == other and mark in _INNER.get(kind, "")


def _base_before(text: str, at: int) -> int:
    """Return the position of the base character before, skipping marks; -1 if none."""
    at -= 1
    while at > 0 and _kind(text[at]) == "mark":
        at -= 1
    return at


def _base_after(text: str, at: int) -> int:
    at += 1
    while at < len(text) and _kind(text[at]) == "mark":
        at += 1
    return at


def _kind_at(text: str, at: int) -> str:
    return _kind(text[at]) if 0 <= at < len(text) else ""


def _kind(letter: str) -> str:
    """Return the class of a character for these rules; empty if it is not part of a word."""
    if letter.isascii():
        return "letter" if letter.isalpha() else "digit" if letter.isdigit() else "joiner" if letter == "_" else ""
    what = category(letter)
    if what[0] == "M" or letter in "\u200c\u200d":
        return "mark"
    if what in {"Nd", "Pc"}:
        return "digit" if what == "Nd" else "joiner"
    if what[0] != "L" or any(first <= letter <= last for first, last in _ALONE):
        return ""
    return "katakana" if "\u30a1" <= letter <= "\u30fe" and letter != "\u30fb" else "letter"
