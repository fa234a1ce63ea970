"""Tells many candidates of a search at once which of them cannot have a hit.

Where nearly all candidates are in vain, because the terms of the query are common and the query is not, one statement
and one comparison for many texts cost a fraction of those for each.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from desktop_chat.core.image_data import without_image_data
from desktop_chat.markdown.plain_text import searchable
from desktop_chat.services.sqlite.sqlite_rows import fetch_all

AT_ONCE = 32
"""Texts that are compared together."""
_BETWEEN = "\n.\n"
"""Between two texts: nothing that `searchable` leaves out reaches across it."""


def filter_candidates(
    connection: sqlite3.Connection, rows: Sequence[int], letters: str, longest: int
) -> Iterator[list[int]]:
    """Yield after each comparison which messages may have a hit: those whose `searchable` form has `letters`, and those
    that are longer than `longest` bytes, which are not read."""
    for some in portions(rows):
        texts = fetch_all(connection, _TEXTS, longest, *some)
        yield [row for row, text in texts if text is None]
        shown = {row: without_image_data(text) for row, text in texts if text is not None}
        plain = {row: text for row, text in shown.items() if text.isascii()}
        if letters in searchable(_BETWEEN.join(plain.values())):
            yield [row for row, text in plain.items() if letters in searchable(text)]
        for row in shown.keys() - plain.keys():  # which take longer, and would make the others do so
            yield [row] if letters in searchable(shown[row]) else []


def portions(numbers: Sequence[int]) -> Iterator[list[int]]:
    """Yield AT_ONCE numbers after others, so that one statement does for any number; the last ones are repeated."""
    for start in range(0, len(numbers), AT_ONCE):
        some = [*numbers[start : start + AT_ONCE]]
        yield some + some[-1:] * (AT_ONCE - len(some))


PLACES = ", ".join("?" * AT_ONCE)
"""For the values of a portion in a statement."""
_TEXTS = (
    "SELECT seq, iif(length(CAST(text AS BLOB)) <= ?, text, NULL) FROM messages "  # noqa: S608  (places for values)
    f"WHERE seq IN ({PLACES}) AND status <> 'running'"
)
