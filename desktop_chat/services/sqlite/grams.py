"""The terms of the search index: overlapping pieces of one, two and three characters ("grams").

Pieces of three exist for alphabets only: two Chinese characters are as rare as three letters. Any query of one or two
characters is a term itself; a longer one is in a text only if all its terms are. The order of terms is not indexed, so
each text found must be searched.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from operator import add

from desktop_chat.markdown.folding import folded
from desktop_chat.markdown.plain_text import WORD_END, searchable, searchable_query, searchable_words

MAX_TERMS = 12
"""Of a query: each costs time, and a few tell a long query from other texts."""
_PRIVATE = 0xE000
_ALPHABETIC = re.compile(r"[\0-\u2e7f]{3,}")
_WORD = re.compile(r"[^\W_]+")


def grams_of(source: str) -> set[str]:
    """Return the terms of a source: of all letters and digits that may be visible, without what is between them, and
    the symbols and punctuation marks, each alone."""
    made: set[str] = set()
    for letters in searchable(source).split("\n"):
        made.update(letters, map(add, letters, letters[1:]))
        for run in [letters] if letters.isascii() else _ALPHABETIC.findall(letters):
            made.update(map("".join, zip(run, run[1:], run[2:], strict=False)))
    return made | _symbols_in(source)


def quads_of(source: str) -> set[str]:
    """Return all overlapping pieces of four letters of one alphabet that may be visible within a word."""
    words = set(searchable_words(source).split(WORD_END))
    runs = [run for word in words for run in ([word] if word.isascii() else _ALPHABETIC.findall(word))]
    return {run[at : at + 4] for run in runs for at in range(len(run) - 3)}


def quads_of_query(query: str) -> list[str]:
    """Return pieces of four letters that each text with a visible match has within a word."""
    words = [run for word in _WORD.findall(folded(query)) for run in _ALPHABETIC.findall(word)]
    return [*dict.fromkeys(run[at : at + 4] for run in words for at in range(len(run) - 3))]


def terms_of_query(query: str) -> list[str]:
    """Return terms that each text with a visible match has; none if the query has only spaces and marks."""
    letters = searchable_query(query)
    terms = [letters] if 0 < len(letters) < 3 else _long_terms(letters)
    terms = [*dict.fromkeys(terms)] if letters else sorted(_symbols_in(query))
    if len(terms) <= MAX_TERMS:
        return terms
    return [terms[place * (len(terms) - 1) // (MAX_TERMS - 1)] for place in range(MAX_TERMS)]


def _long_terms(letters: str) -> list[str]:
    """Return the triples, and the pairs that no triple contains."""
    terms = []
    for at in range(len(letters) - 1):
        if _ALPHABETIC.fullmatch(letters, at, at + 3):
            terms.append(letters[at : at + 3])
        elif at == 0 or not _ALPHABETIC.fullmatch(letters, at - 1, at + 2):
            terms.append(letters[at : at + 2])
    return terms


def _symbols_in(source: str) -> set[str]:
    """Return symbols and punctuation in the form in which they are compared. The tokenizer would split at those of
    ASCII, so characters for private use stand for them."""
    letters = set(folded(source))
    if "&" in letters:
        letters |= set(folded(unescape(source)))
    symbols = {letter for letter in letters if unicodedata.category(letter)[0] in "SP"}
    return {letter if letter > "\x7f" else chr(_PRIVATE + ord(letter)) for letter in symbols}
