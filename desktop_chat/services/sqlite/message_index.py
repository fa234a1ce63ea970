"""Keeps the search index in step with the messages, and looks terms up in it.

The index stores which messages have a term, and neither texts nor positions (FTS5: contentless, `detail = none`). So a
message is taken out by telling its terms again, before its row changes. A message is in the index if it is not running
and not listed in `unindexed`.
"""

from __future__ import annotations

import sqlite3
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from desktop_chat.services.sqlite.sqlite_rows import fetch_all
from desktop_chat.services.sqlite.word_blocks import BLOCK, blocks_with, note_words, noted_from

INDEX_LIMIT = 250_000
"""Characters of the longest text that is indexed, in about 40 ms; a text of 32 MB would take five seconds."""
NEWEST = 1_000
"""Messages that tell whether a query is common."""
DENSE = 250
"""The filters of words are worth a look if at least one of so many messages has all terms."""
SLICE = 4_000
"""Messages that are looked up at first: a few milliseconds."""
SLOW_S, QUICK_S = 0.012, 0.004
"""A slice that takes longer, or less, is followed by a smaller, or larger, one."""
_DUE, _NOT_DUE = 2, 4
_AT_ONCE = 64
"""Messages whose words are noted together."""
_GAP = 50
"""Messages between two wanted ones that are rather looked up with them than left out."""
_LOOKUP = "SELECT rowid FROM message_grams WHERE message_grams MATCH ? AND rowid BETWEEN ? AND ?"


def put_into_index(connection: sqlite3.Connection, texts: Iterable[tuple[int, str]]) -> None:
    """Index the texts of messages by their rows, which are not in the index. A text that is too long to be indexed at
    once is read by the search instead."""
    from desktop_chat.core.image_data import without_image_data  # noqa: PLC0415  (after the first paint)

    quads_of = {}
    for seq, text in texts:
        shown = without_image_data(text)
        if len(shown) > INDEX_LIMIT:
            connection.execute("INSERT INTO unindexed (seq, is_too_long) VALUES (?, 1)", (seq,))
        elif terms := _terms(shown):
            connection.execute("INSERT INTO message_grams (rowid, grams) VALUES (?, ?)", (seq, terms))
            quads_of[seq] = _quads(shown)
    note_words(connection, quads_of)


def note_words_of_indexed(connection: sqlite3.Connection, until: float) -> bool:
    """Note the words of some messages that an earlier version indexed; return whether there may be more. Stops when the
    monotonic clock reaches `until`."""
    from desktop_chat.core.image_data import without_image_data  # noqa: PLC0415  (after the first paint)

    below, quads_of = noted_from(connection), {}
    if not below:
        return False
    rows = fetch_all(connection, _INDEXED_BELOW, below, _AT_ONCE)
    for seq, text in rows:
        quads_of[seq] = _quads(without_image_data(text)) if isinstance(text, str) else set()
        if time.monotonic() >= until:
            break
    note_words(connection, quads_of)
    lowest = min(quads_of, default=0)
    connection.execute("UPDATE words_not_noted SET below = ?", (lowest,))
    return lowest > 0


def take_out_of_index(connection: sqlite3.Connection, seq: int) -> None:
    """Remove the message in row `seq` from the index; its row must not have changed yet."""
    from desktop_chat.core.image_data import without_image_data  # noqa: PLC0415  (after the first paint)

    for (text,) in fetch_all(connection, _INDEXED, seq):
        if isinstance(text, str) and (terms := _terms(without_image_data(text))):
            connection.execute(
                "INSERT INTO message_grams (message_grams, rowid, grams) VALUES ('delete', ?, ?)", (seq, terms)
            )
    connection.execute("DELETE FROM unindexed WHERE seq = ?", (seq,))


def note_merge_due(connection: sqlite3.Connection, *, due: bool = True) -> None:
    """Note in the file that all parts of the index should become one, which frees what was deleted from it."""
    # Of FTS5's options, this one only concerns merges that others ask for; ours merge any number of parts.
    value = _DUE if due else _NOT_DUE
    connection.execute("INSERT INTO message_grams (message_grams, rank) VALUES ('usermerge', ?)", (value,))


def is_merge_due(connection: sqlite3.Connection) -> bool:
    """Return whether that is noted."""
    return (_DUE,) in fetch_all(connection, "SELECT v FROM message_grams_config WHERE k = 'usermerge'")


def _terms(text: str) -> str:
    from desktop_chat.services.sqlite.grams import grams_of  # noqa: PLC0415  (after the first paint)

    return " ".join(grams_of(text))


def _quads(text: str) -> set[str]:
    from desktop_chat.services.sqlite.grams import quads_of  # noqa: PLC0415  (after the first paint)

    return quads_of(text)


class Lookup:
    """Finds the messages that have all `terms`, from the newest row down, in slices. Blocks of messages none of which
    has a word with all `quads` are left out."""

    def __init__(self, terms: Iterable[str], quads: Sequence[str] = ()) -> None:
        self._query = " AND ".join([f'"{term}"' for term in terms])
        self._quads = quads
        self._noted_from = 0
        self._filters = False
        """Whether blocks are left out."""
        self._below: int | None = None
        self._slice = SLICE
        self.matches: set[int] = set()
        """Their rows among those looked up so far."""

    @property
    def complete(self) -> bool:
        """Whether all messages were looked up."""
        return self._below == 0

    def begin(self, connection: sqlite3.Connection) -> bool:
        """Look the newest messages up, in about a millisecond; return whether there are matches."""
        self._below = fetch_all(connection, "SELECT coalesce(max(seq), 0) + 1 FROM messages")[0][0]
        found = self._look_up(connection, NEWEST)
        # Where few messages have all terms, looking at the filters would take longer than reading those.
        if self._quads and len(found) * DENSE >= NEWEST:
            first = self._noted_from = noted_from(connection)
            blocks = {row // BLOCK for row in found if row >= first}
            kept = blocks_with(connection, self._quads, sorted(blocks))
            self.matches = {row for row in found if row < first or row // BLOCK in kept}
            self._filters = True
        return bool(self.matches)

    def advance(self, connection: sqlite3.Connection, until: float) -> None:
        """Look more messages up, until all are or the monotonic clock reaches `until`."""
        if self._below is None:
            self.begin(connection)
        while self._below and (started_at := time.monotonic()) < until:
            self._look_up(connection, self._slice)
            took_s = time.monotonic() - started_at
            self._slice = self._slice * 2 if took_s < QUICK_S else max(1, self._slice // (4 if took_s > SLOW_S else 1))

    def _look_up(self, connection: sqlite3.Connection, count: int) -> set[int]:
        below = self._below or 0
        self._below = max(0, below - count)
        for first, last in self._ranges(connection, self._below, below - 1):
            self.matches.update(self._rows(connection, first, last))
        return self.matches

    def _ranges(self, connection: sqlite3.Connection, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Yield the parts of a range of rows that may have matches."""
        if not self._filters:
            yield first, last
            return
        # The rows below are not noted, or not all of their block are.
        noted = max(first, -(-self._noted_from // BLOCK) * BLOCK)
        if first < noted:
            yield first, min(last, noted - 1)
        blocks = range(noted // BLOCK, last // BLOCK + 1)
        found = blocks_with(connection, self._quads, blocks)
        self._filters = len(found) < max(3, len(blocks))  # else it is a common word
        for lowest, highest in _runs(found, 1):
            yield max(noted, lowest * BLOCK), min(last, highest * BLOCK + BLOCK - 1)

    def among(self, connection: sqlite3.Connection, rows: Sequence[int]) -> list[int]:
        """Return which of these rows, in ascending order, have all terms."""
        below = 0 if self._below is None else self._below
        unknown = rows[: bisect_left(rows, below)] if self._below is not None else rows
        found = self.matches.intersection(rows[len(unknown) :])
        for first, last in _runs(unknown):
            found.update(self._rows(connection, first, last))
        return sorted(found.intersection(rows))

    def _rows(self, connection: sqlite3.Connection, first: int, last: int) -> Iterator[int]:
        return (row[0] for row in fetch_all(connection, _LOOKUP, self._query, first, last))


def _runs(rows: Sequence[int], gap: int = _GAP) -> Iterator[tuple[int, int]]:
    """Yield the first and last of the rows that are close to each other."""
    start = 0
    for place in range(1, len(rows) + 1):
        if place == len(rows) or rows[place] - rows[place - 1] > gap:
            yield rows[start], rows[place - 1]
            start = place


_INDEXED = (
    "SELECT text FROM messages WHERE seq = ?1 AND status <> 'running' "
    "AND NOT EXISTS (SELECT 1 FROM unindexed WHERE seq = ?1)"
)
_INDEXED_BELOW = (
    "SELECT seq, text FROM messages WHERE seq < ? AND status <> 'running' "
    "AND seq NOT IN (SELECT seq FROM unindexed) ORDER BY seq DESC LIMIT ?"
)
