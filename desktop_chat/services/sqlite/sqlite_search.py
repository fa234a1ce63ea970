"""Searches the database in slices, so that writes never wait for a whole search, and the first hits come at once.

The index (`message_index.py`) yields candidates; texts outside it are read. Each candidate is searched in its visible
form, so that the results match those of find in a conversation. Conversations are visited newest first: while a common
query is still being looked up, one after the other; as soon as the candidates are known and few, only theirs.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from desktop_chat.core.image_data import without_image_data
from desktop_chat.core.ports import SearchHit
from desktop_chat.markdown.find_query import FindQuery, Stretch
from desktop_chat.markdown.plain_text import first_hit, searchable, searchable_query
from desktop_chat.services.sqlite.grams import terms_of_query
from desktop_chat.services.sqlite.message_index import Lookup
from desktop_chat.services.sqlite.sqlite_rows import fetch_all, storable

LOOKING_UP_S, READING_S = 0.006, 0.008
"""How long candidates are looked up, and read, per step."""
FEW = 2_000
"""Candidates whose conversations are found one by one."""
STRETCH = 40_000
"""Characters of a long text that are read at once."""
_OVERLAP = 1_000
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
    _letters: str = field(init=False)
    _lookup: Lookup | None = field(init=False)
    """None for a query without any term: then texts are read."""
    _unindexed: set[int] = field(default_factory=set)
    """Messages that are not in the index."""
    _order: list[int] = field(default_factory=list)
    """The rows of all conversations, newest first."""
    _reading: Iterator[None] | None = None

    def __post_init__(self) -> None:
        query = storable(self.query)
        self._find_query = FindQuery(query.replace("\0", " "))
        self._letters = searchable_query(query)
        terms = terms_of_query(query)
        self._lookup = Lookup(terms) if terms else None

    def step(self, connection: sqlite3.Connection) -> bool:
        """Process the next slice; return whether there is more to do."""
        if self._reading is None:
            # Before the index: messages that are indexed meanwhile are read all the same.
            self._unindexed = {row[0] for row in fetch_all(connection, "SELECT seq FROM unindexed")}
            newest_first = "SELECT seq FROM conversations ORDER BY updated_at DESC"
            self._order = [row[0] for row in fetch_all(connection, newest_first)]
            self._reading = self._read(connection)
        if self._lookup is not None:
            self._lookup.advance(connection, time.monotonic() + LOOKING_UP_S)
        until = time.monotonic() + READING_S
        return any(time.monotonic() >= until for _ in self._reading)

    def _read(self, connection: sqlite3.Connection) -> Iterator[None]:
        """Visit conversations until there are enough hits, yielding after each text."""
        for place, conversation in enumerate(self._order):
            few = self._few_candidates()
            if few is not None:
                yield from self._read_few(connection, few, self._order[place:])
                return
            yield from self._visit(connection, conversation, None)
            if len(self.hits) >= self.limit:
                return
            yield

    def _few_candidates(self) -> list[int] | None:
        """Return all candidates if they are known and few."""
        if self._lookup is None or not self._lookup.complete:
            return None
        count = len(self._lookup.matches) + len(self._unindexed)
        return sorted(self._lookup.matches | self._unindexed) if count <= FEW else None

    def _read_few(
        self, connection: sqlite3.Connection, candidates: Iterable[int], conversations: Iterable[int]
    ) -> Iterator[None]:
        """Visit those of the conversations that have candidates or a matching title."""
        wanted: dict[int, list[int]] = {}
        titled = "SELECT seq FROM conversations WHERE instr(folded_title, ?)"
        for (conversation,) in fetch_all(connection, titled, self._find_query.folded):
            wanted[conversation] = []
        yield
        for row in candidates:
            for (conversation,) in fetch_all(connection, _CONVERSATION_OF, row):
                wanted.setdefault(conversation, []).append(row)
            yield
        for conversation in conversations:
            if conversation in wanted:
                yield from self._visit(connection, conversation, wanted[conversation])
                if len(self.hits) >= self.limit:
                    return
                yield

    def _visit(self, connection: sqlite3.Connection, conversation: int, rows: list[int] | None) -> Iterator[None]:
        """Add the first hit in a conversation or, failing that, a match of its title. `rows` are its candidates, if
        they are known."""
        for conversation_id, in_title in fetch_all(connection, _SHOWN, self._find_query.folded, conversation):
            for row in self._candidates(connection, conversation_id) if rows is None else rows:
                yield from self._read_text(connection, conversation_id, row)
                if self.hits and self.hits[-1].conversation_id == conversation_id:
                    return
            if in_title:
                self.hits.append(SearchHit(conversation_id, ""))

    def _candidates(self, connection: sqlite3.Connection, conversation_id: str) -> list[int]:
        """Return the messages of a conversation that may have a hit, oldest first."""
        if self._lookup is None:
            # Where a space is visible, there may be a line end or an entity: then each text is read.
            wanted = "" if self._find_query.folded.isspace() else self._find_query.text
            return [row[0] for row in fetch_all(connection, _WITH_TEXT, conversation_id, wanted)]
        of_conversation = "SELECT seq FROM messages WHERE conversation_id = ? ORDER BY seq"
        rows = [row[0] for row in fetch_all(connection, of_conversation, conversation_id)]
        found = self._lookup.among(connection, rows)
        return sorted(self._unindexed.intersection(rows).union(found)) if self._unindexed else found

    def _read_text(self, connection: sqlite3.Connection, conversation_id: str, row: int) -> Iterator[None]:
        """Add the first hit in a message, if any, yielding after each piece."""
        start = 0
        while piece := next(iter(fetch_all(connection, _PIECE, start + 1, STRETCH + _OVERLAP, row, STRETCH)), None):
            message_id, text, length = piece
            found = self._snippet_in(text)
            if found:
                self.hits.append(SearchHit(conversation_id, found, message_id))
                return
            yield
            start += STRETCH
            if start >= length:
                return

    def _snippet_in(self, text: str) -> str:
        """Return the snippet of the first hit in a text; empty if there is none."""
        text = without_image_data(text)
        if self._letters not in searchable(text):
            return ""
        found = first_hit(text, self._find_query)
        return snippet(*found) if found is not None else ""


def snippet(text: str, match: Stretch) -> str:
    """Return a single line of text around a match."""
    start, end = max(0, match[0] - BEFORE), match[0] + AFTER
    piece = " ".join(text[start:end].split())
    return ("…" if start else "") + piece + ("…" if end < len(text) else "")


_SHOWN = (
    "SELECT id, instr(folded_title, ?1) FROM conversations WHERE seq = ?2 AND trashed_at IS NULL "
    "AND id NOT IN (SELECT id FROM deleted_conversations)"
)
_CONVERSATION_OF = "SELECT c.seq FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.seq = ?"
_WITH_TEXT = (
    "SELECT seq FROM messages WHERE conversation_id = ? AND instr(text, ?) AND status <> 'running' ORDER BY seq"
)
# SQLite's functions end at the first zero byte, so they are only used for texts of which only a piece is read.
_PIECE = (
    "SELECT id, iif(is_short, text, substr(text, ?1, ?2)), iif(is_short, 0, length(text)) FROM "
    "(SELECT id, text, length(CAST(text AS BLOB)) <= ?4 AS is_short FROM messages "
    "WHERE seq = ?3 AND status <> 'running')"
)
