"""How text is compared in a search: letter case folded, any substring, and never as a query language."""

from __future__ import annotations

import sqlite3
from itertools import accumulate

TRIGRAM = 3
"""The shortest query that a trigram index can answer."""
BEFORE = 24
AFTER = 96
"""Characters of a snippet around the start of its match."""


def make_index(connection: sqlite3.Connection) -> None:
    """Make the index anew, empty. Row ids are those of `messages`; the text is folded before it is indexed."""
    connection.execute("CREATE VIRTUAL TABLE found_texts USING fts5 (text, tokenize = 'trigram case_sensitive 1')")


def folded(text: str) -> str:
    """Return `text` as the index holds it. A zero byte would end the indexed text and becomes a space."""
    return text.casefold().replace("\0", " ")


def as_phrase(query: str) -> str:
    """Return a folded query as one FTS5 phrase: no word or sign in it is an operator."""
    return '"' + query.replace('"', '""') + '"'


def snippet(text: str, query: str) -> str:
    """Return one line of `text` around the first match of the folded `query`; empty where there is none.

    Folding may change the length ("ß" becomes "ss"), so the place is found in the folded text and counted back.
    """
    found = folded(text).find(query)
    if found < 0:
        return ""
    place = _place_before_folding(text, found)
    start, end = max(0, place - BEFORE), place + AFTER
    piece = " ".join(text[start:end].split())
    return ("…" if start else "") + piece + ("…" if end < len(text) else "")


def _place_before_folding(text: str, place: int) -> int:
    if len(text.casefold()) == len(text):
        return place
    ends = accumulate(len(character.casefold()) for character in text)
    return next(index for index, end in enumerate(ends) if end > place)
