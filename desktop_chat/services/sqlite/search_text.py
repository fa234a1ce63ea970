"""Queries the search index, and formats the snippets of its results."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # not needed before the first search
    from desktop_chat.markdown.find_query import Stretch

TRIGRAM = 3
"""The shortest query that a trigram index can answer."""
BEFORE = 24
AFTER = 96
"""Characters of a snippet around the start of its match."""


def make_index(connection: sqlite3.Connection) -> None:
    """Create an empty index. Row ids are those of `messages`; the text is the output of `searchable`."""
    connection.execute("CREATE VIRTUAL TABLE found_texts USING fts5 (text, tokenize = 'trigram case_sensitive 1')")


def as_phrase(query: str) -> str:
    """Return a query as one FTS5 phrase, so that nothing in it is an operator."""
    return '"' + query.replace('"', '""') + '"'


def snippet(text: str, match: Stretch) -> str:
    """Return a single line of text around a match."""
    start, end = max(0, match[0] - BEFORE), match[0] + AFTER
    piece = " ".join(text[start:end].split())
    return ("…" if start else "") + piece + ("…" if end < len(text) else "")
