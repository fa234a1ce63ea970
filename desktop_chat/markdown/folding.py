"""The one rule by which text is compared in every search: what a person takes for the same letters is the same.

Whatever the case; composed or not; with accents or without (Latin and Greek letters, Arabic and Hebrew vowel marks); of
full or half width; any kind of space and quote; soft hyphens and other letters without a width are not there at all.
"""

from __future__ import annotations

import re
import unicodedata

_EVEN = (
    ("\u2028", " "),
    ("\u2018", "'"),
    ("\u2019", "'"),
    ("\u201c", '"'),
    ("\u201d", '"'),
)
"""What looks alike is taken for the same: a line break for a space, curly quotes for straight ones."""
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
"""Letters that are folded to others or to nothing, apart from the case; so are some beyond the first 65,536."""


def _all_others() -> str:
    """Return a class of letters for a pattern: those among the first 65,536 that stay as they are."""
    edges = [[int(edge, 16) for edge in part.split("-")] for part in _CHANGED.split()]
    starts = [0, *[part[-1] + 1 for part in edges]]
    ends = [*[part[0] - 1 for part in edges], 0xFFFF]
    return "".join([f"\\u{start:04x}-\\u{end:04x}" for start, end in zip(starts, ends, strict=True) if start <= end])


_UNCHANGED = re.compile(f"[{_all_others()}]*")
"""Far quicker than to fold a text that has nothing to fold, and than to search for what would be: letters of one class
are passed over in one go."""
_NO_LETTERS = re.compile(
    r"[\u0080-\u00a9\u2000-\u206f\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\ufffd]+"
)
_JOINING = re.compile(rf"[\u0300-\u036f\u1100-\u11ff\u3099\u309a\uff9e-\uffdc{_INVISIBLE}]")
"""Letters that may become one with those beside them, or nothing."""

_LONGEST_CUT = 12
"""Characters of a letter with its marks up to which a hit may end between the marks: each place for a cut is tried, and
there is text with thousands of marks on one letter."""


def folded(text: str, *, case: bool = False) -> str:
    """Return a text in the form in which it is compared; with `case`, large and small letters stay different."""
    if text.isascii():
        return text if case else text.lower()
    text = _DROPPED.sub("", unicodedata.normalize("NFKD", _evened(text)))
    return unicodedata.normalize("NFC", text if case else text.casefold())


def folded_with_offsets(text: str, *, case: bool = False) -> tuple[str, list[int] | None]:
    """Return the same, and for each edge between its letters that in the text, or -1 for none.

    None in place of the edges says that they are the same.
    """
    if text.isascii() or _JOINING.search(text) is None:
        whole = folded(text, case=case)
        if len(whole) == len(text):  # no letter is folded to nothing here, so that each one is one still
            return whole, None
    made: list[str] = []
    edges: list[int] = []
    for start, end in _clusters(text):
        letters = folded(text[start:end], case=case)
        made.append(letters)
        edges += _edges_in(text, start, end, letters, case=case)
    return "".join(made), [*edges, len(text)]


def _edges_in(text: str, start: int, end: int, letters: str, *, case: bool) -> list[int]:
    """Return where the folded letters of one cluster begin in the text: the first of them at `start`, another one where
    the text can be cut so that both parts folded are the whole, as before a mark that joins with nothing."""
    if len(letters) < 2:
        return [start] if letters else []
    if letters == text[start:end]:
        return list(range(start, end))
    edges = [start, *[-1] * (len(letters) - 1)]
    for cut in range(start + 1, end if end - start <= _LONGEST_CUT else start):
        before = folded(text[start:cut], case=case)
        if 0 < len(before) < len(letters) and before + folded(text[cut:end], case=case) == letters:
            edges[len(before)] = cut
    return edges


def folded_keeping_case(text: str) -> str:
    """Return a text with its letters as they are compared, apart from the case; other marks may stand as they are."""
    if text.isascii():
        return text
    return text if _UNCHANGED.fullmatch(text) is not None else folded(text, case=True)


def without_punctuation(text: str) -> str:
    """Return a text without the marks beyond ASCII that may be folded to others."""
    return text if text.isascii() else _NO_LETTERS.sub("", text)


def _evened(text: str) -> str:
    for old, new in _EVEN:
        text = text.replace(old, new)
    return text


def _clusters(text: str) -> list[tuple[int, int]]:
    """Return the stretches that are folded together: a letter with the marks, or the parts of a syllable, after it."""
    starts = [at for at, letter in enumerate(text) if not at or not _joins(letter)]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _joins(letter: str) -> bool:
    if letter < "\u00ad" or "\u1100" <= letter < "\u1160":
        return False
    return unicodedata.combining(letter) > 0 or _JOINING.match(letter) is not None
