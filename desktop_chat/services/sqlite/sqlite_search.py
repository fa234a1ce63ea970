"""Searches the database in slices, so that writes never wait for a whole search.

The index yields candidate messages; texts outside it are read. Each candidate is then searched in its visible form,
newest conversation first, until there are enough hits, so that the results match those of find in a conversation.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from desktop_chat.core.image_data import without_image_data
from desktop_chat.core.ports import SearchHit
from desktop_chat.markdown.find_query import FindQuery, Stretch
from desktop_chat.markdown.folding import folded
from desktop_chat.markdown.plain_text import first_hit, searchable, searchable_query
from desktop_chat.services.sqlite.sqlite_rows import fetch_all, storable

SLICE = 4_000
"""Initial number of messages per slice: a few milliseconds, and fewer if they are long."""
SLOW_S = 0.03
"""A slice that takes longer is followed by a smaller one."""
READING_S = 0.01
"""How long candidates are read per step."""
STRETCH = 40_000
"""Characters of a long text that are read at once."""
_OVERLAP = 1_000
TRIGRAM = 3
"""The shortest query that a trigram index can answer."""
BEFORE = 24
AFTER = 96
"""Characters of a snippet around the start of its match."""


@dataclass(slots=True)
class Search:
    """A running search; each call of `step` runs on the database's thread."""

    query: str
    limit: int
    hits: list[SearchHit] = field(default_factory=list)
    """The hits so far, newest conversation first."""
    _find_query: FindQuery = field(init=False)
    _index_query: str = ""
    _below: int | None = None
    _slice: int = SLICE
    _unindexed: list[int] = field(default_factory=list)
    """Messages that are not in the index."""
    _candidates: dict[str, set[int]] = field(default_factory=dict)
    """Messages that may have a hit, by conversation."""
    _reading: Iterator[None] | None = None

    def __post_init__(self) -> None:
        query = storable(self.query)
        self._find_query = FindQuery(query.replace("\0", " "))
        self._index_query = searchable_query(query)

    def step(self, connection: sqlite3.Connection) -> bool:
        """Process the next slice; return whether there is more to do."""
        if self._below is None:
            self._below = connection.execute("SELECT coalesce(max(seq), 0) + 1 FROM messages").fetchone()[0]
            # Before the index: messages that are indexed meanwhile are read all the same.
            self._unindexed = [row[0] for row in fetch_all(connection, "SELECT seq FROM unindexed ORDER BY seq")]
        if self._below > 0:
            self._query_index(connection, self._below)
            return True
        if self._reading is None:
            self._reading = self._read(connection)
        until = time.monotonic() + READING_S
        return any(time.monotonic() >= until for _ in self._reading)

    def _query_index(self, connection: sqlite3.Connection, below: int) -> None:
        started_at = time.monotonic()
        lowest = max(0, below - self._slice)
        # A trigram index cannot match shorter queries; two characters are common in Chinese, so texts are scanned.
        match, asked = "instr(f.text, :asked)", self._index_query
        if len(asked) >= TRIGRAM:
            match, asked = "found_texts MATCH :asked", as_phrase(asked)
        elif not asked:  # only punctuation, which the index omits
            match, asked = "instr(m.text, :asked)", self._find_query.text
        rows = connection.execute(
            f"""SELECT m.conversation_id, m.seq
            FROM found_texts AS f JOIN messages AS m ON m.seq = f.rowid
            WHERE {match} AND f.rowid >= :lowest AND f.rowid < :below""",  # noqa: S608  (one of the three above)
            {"asked": asked, "lowest": lowest, "below": below},
        )
        for conversation_id, seq in rows.fetchall():
            self._candidates.setdefault(conversation_id, set()).add(seq)
        self._below = lowest
        slow = time.monotonic() - started_at > SLOW_S
        self._slice = max(1, self._slice // 4) if slow else min(SLICE, self._slice * 2)

    def _read(self, connection: sqlite3.Connection) -> Iterator[None]:
        """Read candidates until there are enough hits, yielding after each text."""
        for seq in self._unindexed:
            for (conversation_id,) in fetch_all(connection, "SELECT conversation_id FROM messages WHERE seq = ?", seq):
                self._candidates.setdefault(conversation_id, set()).add(seq)
        rows = fetch_all(
            connection,
            "SELECT id, instr(folded_title, ?) FROM conversations WHERE trashed_at IS NULL AND id NOT IN "
            "(SELECT id FROM deleted_conversations) ORDER BY updated_at DESC",
            folded(self._find_query.text),
        )
        for conversation_id, in_title in rows:
            if len(self.hits) >= self.limit:
                return
            yield from self._search_conversation(connection, conversation_id, in_title=bool(in_title))

    def _search_conversation(
        self, connection: sqlite3.Connection, conversation_id: str, *, in_title: bool
    ) -> Iterator[None]:
        """Add the first hit in a conversation or, failing that, a match of its title."""
        for seq in sorted(self._candidates.get(conversation_id, ())):
            start = 0
            while row := next(iter(fetch_all(connection, _PIECE, start + 1, STRETCH + _OVERLAP, seq)), None):
                message_id, text, length = row
                found = self._snippet_in(text)
                if found:
                    self.hits.append(SearchHit(conversation_id, found, message_id))
                    return
                yield
                start += STRETCH
                if start >= length:
                    break
        if in_title:
            self.hits.append(SearchHit(conversation_id, ""))

    def _snippet_in(self, text: str) -> str:
        """Return the snippet of the first hit in a text; empty if there is none."""
        text = without_image_data(text)
        if self._index_query not in searchable(text):
            return ""
        found = first_hit(text, self._find_query)
        return snippet(*found) if found is not None else ""


def as_phrase(query: str) -> str:
    """Return a query as one FTS5 phrase, so that nothing in it is an operator."""
    return '"' + query.replace('"', '""') + '"'


def snippet(text: str, match: Stretch) -> str:
    """Return a single line of text around a match."""
    start, end = max(0, match[0] - BEFORE), match[0] + AFTER
    piece = " ".join(text[start:end].split())
    return ("…" if start else "") + piece + ("…" if end < len(text) else "")


_PIECE = "SELECT id, substr(text, ?, ?), length(text) FROM messages WHERE seq = ?"
