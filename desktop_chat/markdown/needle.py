"""What is looked for, and where it stands in a text: whatever the case, whole words, and ways to write a letter."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from desktop_chat.markdown.word_edges import is_word_edge

_EVEN = (
    ("\u2028", " "),
    ("\u00a0", " "),
    ("\u202f", " "),
    ("\u2018", "'"),
    ("\u2019", "'"),
    ("\u201c", '"'),
    ("\u201d", '"'),
)
"""What looks alike is taken for the same: a line break for a space, curly quotes for straight ones."""

Stretch = tuple[int, int]
"""Where something begins and ends in a text."""


@dataclass(frozen=True)
class Needle:
    """A text to be found, with its two conditions."""

    text: str
    case: bool = False
    whole_words: bool = False

    @cached_property
    def folded(self) -> str:
        """The text in the form in which it is compared."""
        text = unicodedata.normalize("NFC", evened(self.text))
        return text if self.case else text.casefold()

    def find(self, text: str) -> list[Stretch]:
        """Return all places in a text, from left to right and none inside another, by characters."""
        needle = self.folded
        if not needle:
            return []
        folded, edges = _folded(text, case=self.case)
        found: list[Stretch] = []
        at = folded.find(needle)
        while at >= 0:
            stretch = self._checked(text, edges, at, at + len(needle))
            if stretch is not None:
                found.append(stretch)
            at = folded.find(needle, at + len(needle) if stretch is not None else at + 1)
        return found

    def find_utf16(self, text: str) -> list[Stretch]:
        """Return the same, counted in UTF-16 units as Qt does."""
        found = self.find(text)
        if not found or text.isascii() or len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text):
            return found
        beyond = [at for at, letter in enumerate(text) if letter > "\uffff"]
        return [(start + bisect_left(beyond, start), end + bisect_left(beyond, end)) for start, end in found]

    def _checked(self, text: str, edges: list[int] | None, start: int, end: int) -> Stretch | None:
        """Return where a hit in the folded text stands in the text itself; None for one that does not count."""
        if edges is not None:
            start, end = edges[start], edges[end]
            if start < 0 or end < 0:
                return None
        if self.whole_words and not (is_word_edge(text, start) and is_word_edge(text, end)):
            return None
        return start, end


def evened(text: str) -> str:
    """Return a text of the same length in which letters that look alike are the same."""
    if not text.isascii():
        for old, new in _EVEN:
            text = text.replace(old, new)
    return text


def _folded(text: str, *, case: bool) -> tuple[str, list[int] | None]:
    """Return a text as it is compared, and for each edge between its letters that in the text, or -1 for none.

    None in place of the edges says that they are the same.
    """
    if text.isascii():
        return (text if case else text.lower()), None
    text = evened(text)
    if unicodedata.is_normalized("NFC", text):
        folded = text if case else text.casefold()
        if len(folded) == len(text):  # no letter is ever folded to nothing, so that each one is one still
            return folded, None
    return _folded_by_letters(text, case=case)


def _folded_by_letters(text: str, *, case: bool) -> tuple[str, list[int]]:
    made: list[str] = []
    edges: list[int] = []
    for start, end in _clusters(text):
        written = text[start:end]
        composed = unicodedata.normalize("NFC", written)
        parts = [(start, composed)] if composed != written else list(enumerate(written, start))
        for at, part in parts:
            folded = part if case else part.casefold()
            made.append(folded)
            edges += [at] + [-1] * (len(folded) - 1)
    return "".join(made), [*edges, len(text)]


def _clusters(text: str) -> list[Stretch]:
    """Return the stretches that can be composed: a letter with the marks, or the parts of a syllable, after it."""
    starts = [at for at, letter in enumerate(text) if not at or not _joins(letter)]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _joins(letter: str) -> bool:
    return letter > "\u02ff" and (unicodedata.combining(letter) > 0 or "\u1160" <= letter <= "\u11ff")
