"""Normalises text for searching, so that variants of the same text match.

Ignored are: case; composition; accents (Latin and Greek, Arabic and Hebrew vowel marks); full or half width; kinds of
spaces and quotes; soft hyphens and other zero-width characters.
"""

from __future__ import annotations

import re
import unicodedata

_EQUIVALENT = (
    ("\u2028", " "),
    ("\u2018", "'"),
    ("\u2019", "'"),
    ("\u201c", '"'),
    ("\u201d", '"'),
)
"""Characters that look alike: line breaks become spaces, curly quotes become straight ones."""
_INVISIBLE = (
    r"\u00ad\u034f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u061c\u0640\u064b-\u065f\u0670\u180b-\u180e"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
)
_DROPPED = re.compile(rf"(?<=[A-\u02ff\u0370-\u03ff])[\u0300-\u036f\u3099\u309a{_INVISIBLE}]+|[{_INVISIBLE}]+")
_CHANGED = (
    "00a8-0390 03aa-03b0 03ca-03d6 03f0-03f9 0587-05c7 061c-0626 0640-0678 06c0-06d3 0958-095f 09dc-09df 0a33-0a36 "
    "0a59-0a5e 0b5c-0b5d 0e33 0eb3 0edc-0edd 0f43-0f69 10fc-11ff 180b-180e 1d2c-200f 202a-202e 2060-218f 2460-24ff "
    "2c7c-2c7d 2d6f 2e80-2fdf 3038-303a 3099-309a 309f 30ff 3131-319f 3200-33ff a69c-a7ff ab5b-ab6f f900-fe0f "
    "fe70-feff ff10-ff19 ff21-ff3a ff41-ff5a ff66-ffdc"
)
"""Ranges of characters in the BMP that folding changes or drops, apart from case; some beyond the BMP are, too."""


def _unchanged_ranges() -> str:
    """Return a regex class of the BMP's characters that folding leaves unchanged."""
    edges = [[int(edge, 16) for edge in part.split("-")] for part in _CHANGED.split()]
    starts = [0, *[part[-1] + 1 for part in edges]]
    ends = [*[part[0] - 1 for part in edges], 0xFFFF]
    return "".join([f"\\u{start:04x}-\\u{end:04x}" for start, end in zip(starts, ends, strict=True) if start <= end])


_UNCHANGED = re.compile(f"[{_unchanged_ranges()}]*")
"""Much faster than folding text that has nothing to fold, and than searching for what would change: runs of one class
are matched in one go."""
_PUNCTUATION = re.compile(
    r"[\u0080-\u00a9\u2000-\u206f\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\ufffd]+"
)
_JOINING = re.compile(rf"[\u0300-\u036f\u1100-\u11ff\u3099\u309a\uff9e-\uffdc{_INVISIBLE}]")
"""Characters that may combine with their neighbours or disappear."""


def folded(text: str, *, case: bool = False) -> str:
    """Return text in the form in which it is compared; `case` keeps it case-sensitive."""
    if text.isascii():
        return text if case else text.lower()
    text = _DROPPED.sub("", unicodedata.normalize("NFKD", _replace_equivalents(text)))
    return unicodedata.normalize("NFC", text if case else text.casefold())


def folded_with_offsets(text: str, *, case: bool = False) -> tuple[str, list[int] | None]:
    """Return the folded text, and for each boundary in it the original offset, or -1 before a combining mark.

    None instead of the offsets means that they are identical.
    """
    if text.isascii() or _JOINING.search(text) is None:
        whole = folded(text, case=case)
        if len(whole) == len(text):  # nothing is dropped here, so the mapping is one to one
            return whole, None
    made: list[str] = []
    edges: list[int] = []
    for start, end in _clusters(text):
        letters = folded(text[start:end], case=case)
        made.append(letters)
        edges += [start, *[-1] * (len(letters) - 1)][: len(letters)]
    return "".join(made), [*edges, len(text)]


def whole_letters(letters: str, start: int, end: int) -> tuple[int, int]:
    """Extend a hit in folded text by all combining marks of its first and last letters.

    A letter and its marks are rendered as one, and the original may order the marks so that no split separates them.
    """
    while 0 < start < len(letters) and joins(letters[start]):
        start -= 1
    while end < len(letters) and joins(letters[end]):
        end += 1
    return start, end


def folded_keeping_case(text: str) -> str:
    """Return text with its letters folded, except for case; punctuation may stay unfolded."""
    if text.isascii():
        return text
    return text if _UNCHANGED.fullmatch(text) is not None else folded(text, case=True)


def without_punctuation(text: str) -> str:
    """Return text without the non-ASCII punctuation that folding may change."""
    return text if text.isascii() else _PUNCTUATION.sub("", text)


def _replace_equivalents(text: str) -> str:
    for old, new in _EQUIVALENT:
        text = text.replace(old, new)
    return text


def _clusters(text: str) -> list[tuple[int, int]]:
    """Return the ranges that are folded together: a letter with its combining marks or its syllable's parts."""
    starts = [at for at, letter in enumerate(text) if not at or not joins(letter)]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def joins(letter: str) -> bool:
    """Return whether a character combines with the one before it: a combining mark, or a part of a syllable."""
    if letter < "\u00ad":
        return False
    if "\uff9e" <= letter <= "\uffdc":  # half-width forms
        letter = unicodedata.normalize("NFKD", letter)[0]
    if "\u1100" <= letter < "\u1160":
        return False
    return unicodedata.combining(letter) > 0 or _JOINING.match(letter) is not None
