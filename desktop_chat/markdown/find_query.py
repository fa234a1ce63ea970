"""A search query and its matches in a text: case, whole words and Unicode variants."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from desktop_chat.markdown.folding import folded, folded_with_offsets, whole_letters
from desktop_chat.markdown.word_boundaries import is_word_boundary

Stretch = tuple[int, int]
"""Start and end of a range in a text."""


@dataclass(frozen=True)
class FindQuery:
    """A text to find, with its options."""

    text: str
    case: bool = False
    whole_words: bool = False

    @cached_property
    def folded(self) -> str:
        """The text in the form in which it is compared."""
        return folded(self.text, case=self.case)

    def find(self, text: str) -> list[Stretch]:
        """Return all non-overlapping matches in a text, from left to right, in characters."""
        find_query = self.folded
        if not find_query:
            return []
        letters, edges = folded_with_offsets(text, case=self.case)
        found: list[Stretch] = []
        at = letters.find(find_query)
        while at >= 0:
            start, end = whole_letters(letters, at, at + len(find_query))
            stretch = self._checked(text, edges, start, end)
            if stretch is not None:
                found.append(stretch)
            at = letters.find(find_query, end if stretch is not None else at + 1)
        return found

    def find_utf16(self, text: str) -> list[Stretch]:
        """Return the same, in UTF-16 code units as Qt counts."""
        found = self.find(text)
        if not found or text.isascii() or len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text):
            return found
        beyond = [at for at, letter in enumerate(text) if letter > "\uffff"]
        return [(start + bisect_left(beyond, start), end + bisect_left(beyond, end)) for start, end in found]

    def _checked(self, text: str, edges: list[int] | None, start: int, end: int) -> Stretch | None:
        """Map a hit in the folded text to the original text; None if it does not count."""
        if edges is not None:
            start, end = edges[start], edges[end]
            if start < 0 or end < 0:
                return None
        if self.whole_words and not (is_word_boundary(text, start) and is_word_boundary(text, end)):
            return None
        return start, end
