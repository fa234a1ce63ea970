"""Filters out text that cannot contain a search hit, judging by its source, so that a search parses very little.

There may be false positives but never false negatives: markup may separate letters that are visible side by side. So
letters and digits are compared first, with and without link addresses, then the punctuation between them. Text whose
markup may represent other characters (entities, footnotes, images) always passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from desktop_chat.markdown.find_query import FindQuery
from desktop_chat.markdown.folding import folded, folded_keeping_case, without_punctuation

_PART = "\x1c"
"""Between two texts; it is removed from them."""
_PART_BYTES = _PART.encode()
_LOWER = bytes(range(256)).lower()
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum() and chr(code) != _PART)
_EXPANDING = "ßẞ"
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAIL = "]("
_ODD_TAIL = re.compile(r"[\"'<\\\n(]")
_CODED_ADDRESS = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]{1,31}:[^<>\s]*?(?:%|xn--)")
_ANY_MARKS = r"[\W_]*+"
_NOT_COMPARED = " \x1c\0"
"""Characters that may be shown where the source has others."""


class Batch:
    """Some texts, prepared for many searches; each has a name, and several may share one."""

    def __init__(self, texts: Sequence[tuple[int, str]]) -> None:
        self._ids = [text_id for text_id, _ in texts]
        self._texts = [text for _, text in texts]
        self._skeletons: dict[tuple[bool, bool], tuple[bytes, ...]] = {}
        self._has: dict[str, bool] = {}
        """Whether the texts have a letter that is folded to others."""
        self._odd: frozenset[int] = frozenset()
        self._linked: frozenset[int] = frozenset()
        """Parts with at least two links."""

    def candidates(self, prefilter: FindPrefilter) -> list[int]:
        """Return the ids of the texts that may have a hit, in order."""
        skeletons = self._skeletons_for(prefilter)
        sure = self._odd | self._linked if prefilter.crosses_tails else self._odd
        parts = set(sure)
        for skeleton in skeletons:
            parts.update(_parts_with(skeleton, prefilter.key))
        if prefilter.has_marks:
            parts = {part for part in parts if part in sure or prefilter.agrees(self._texts[part])}
        return list(dict.fromkeys(self._ids[part] for part in sorted(parts)))

    def _skeletons_for(self, prefilter: FindPrefilter) -> tuple[bytes, ...]:
        folds = prefilter.folds or any(map(self._contains, prefilter.unfolded))
        known = self._skeletons.get((folds, prefilter.is_wide))
        if known is None:
            whole = _PART.join(self._texts)
            if not self._skeletons:
                self._look_over(whole)
            if whole.count(_PART) >= len(self._texts):
                whole = _PART.join([text.replace(_PART, "") for text in self._texts])
            known = self._skeletons[folds, prefilter.is_wide] = _skeletons(
                folded_keeping_case(whole), folds=folds, wide=prefilter.is_wide
            )
        return known

    def _contains(self, letter: str) -> bool:
        if letter not in self._has:
            self._has[letter] = any(letter in text for text in self._texts if not text.isascii())
        return self._has[letter]

    def _look_over(self, whole: str) -> None:
        """Find the texts whose markup may represent other characters."""
        if "[" in whole or "&" in whole or "<" in whole:
            parts = enumerate(self._texts)
            suspects = [part for part, text in parts if "[" in text or "&" in text or "<" in text]
            self._odd = frozenset([part for part in suspects if _is_odd(self._texts[part])])
            self._linked = frozenset([part for part in suspects if self._texts[part].count(_TAIL) > 1])


class FindPrefilter:
    """The comparison for one query."""

    def __init__(self, find_query: FindQuery) -> None:
        self._folded = folded(find_query.text)
        self.folds = any(not letter.isascii() and letter.lower() != letter.upper() for letter in self._folded)
        """It has non-ASCII letters in upper and lower case."""
        self.unfolded = [letter for letter in _EXPANDING if letter.casefold() in self._folded]
        """Letters that match only after folding."""
        self.is_wide = not self._folded.isascii()
        """It has non-ASCII characters."""
        self.key = _skeleton(
            without_punctuation(folded_keeping_case(self._folded.replace(_PART, ""))), folds=False, wide=True
        )
        self.crosses_tails = "](" in self._folded or ")" in self._folded
        """A hit may contain what looks like the address of a link but is shown."""
        self.has_marks = any(_runs(self._folded))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """The letters and digits in a row, with at least the query's marks before, between and after them."""
        before, *others = _runs(self._folded)
        parts = [rf"(?<![\W_]){_marks(before)}"] if before else []
        for letter, marks in zip(filter(str.isalnum, self._folded), others, strict=True):
            parts.append(re.escape(letter) + _marks(marks))
        return re.compile(_ANY_MARKS.join(parts))

    def passes(self, text: str) -> bool:
        """Return whether a text may have a hit."""
        return bool(Batch([(0, text)]).candidates(self))

    def agrees(self, text: str) -> bool:
        """Return whether the query's punctuation may also be visible between its letters."""
        shown = folded(text)
        return any(self._pattern.search(one) for one in {shown, _without_tails(shown)})


def _runs(folded: str) -> list[str]:
    """Return the ASCII marks before, between and after the letters and digits."""
    runs = [""]
    for character in folded:
        if character.isalnum():
            runs.append("")
        elif character.isascii() and character not in _NOT_COMPARED:
            runs[-1] += character
    return runs


def _marks(marks: str) -> str:
    """Return a pattern of these marks in this order, with other marks before each; it reads no mark twice."""
    gaps = [rf"(?:[^\w{re.escape(mark)}]|_)*" if mark != "_" else r"\W*" for mark in marks]
    return "".join([gap + re.escape(mark) for gap, mark in zip(gaps, marks, strict=True)])


def _parts_with(skeleton: bytes, key: bytes) -> Iterator[int]:
    part = position = 0
    while (at := skeleton.find(key, position)) >= 0:
        part += skeleton.count(_PART_BYTES, position, at)
        yield part
        position = skeleton.find(_PART_BYTES, at) + 1
        if not position:
            return
        part += 1


def _skeletons(text: str, *, folds: bool, wide: bool) -> tuple[bytes, ...]:
    """Return the letters and digits of a text; of one with links, also those without their addresses.

    Those beyond ASCII are only included if it is `wide`.
    """
    if wide and not text.isascii():
        text = without_punctuation(text)
    whole = _skeleton(text, folds=folds, wide=wide)
    if "[" not in text or _TAIL not in text:
        return (whole,)
    return whole, _skeleton(_without_tails(text), folds=folds, wide=wide)


def _skeleton(text: str, *, folds: bool, wide: bool) -> bytes:
    folded = text.casefold() if folds else text
    letters = folded.encode("utf-8", "surrogatepass") if wide else folded.encode("ascii", "ignore")
    return letters.translate(_LOWER, _NO_LETTERS)


def _without_tails(text: str) -> str:
    """Return a text without link addresses, treating everything that looks like a link as one."""
    first, *others = text.split(_TAIL)
    kept = [first]
    for other in others:
        address, close, rest = other.partition(")")
        kept.append(rest if close and _PART not in address else _TAIL + other)
    return "]".join(kept)


def _is_odd(text: str) -> bool:
    """Return whether markup may represent other characters."""
    if "[^" in text or "![" in text or ("]:" in text and "][" in text):
        return True
    if "<" in text and ("<br" in text.lower() or _CODED_ADDRESS.search(text)):
        return True
    return _has_odd_tail(text) or ("&" in text and _ENTITY.search(text) is not None)


def _has_odd_tail(text: str) -> bool:
    """Return whether the end of a link's address is uncertain."""
    _, *others = text.split(_TAIL)
    for number, other in enumerate(others):
        address, close, _ = other.partition(")")
        if not close and number == len(others) - 1:
            return False
        if not close or _ODD_TAIL.search(address):
            return True
    return False
