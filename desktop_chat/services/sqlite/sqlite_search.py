"""Searches the database in slices, so that writes never wait for a whole search, and the first hits come at once.

The index (`message_index.py`) yields candidates; texts outside it are read. Each candidate is searched in its visible
form, so that the results match those of find in a conversation. Conversations are visited newest first: while a common
query is still being looked up, one after the other; as soon as the candidates are known, only theirs. The longer
nothing is found, the more candidates are compared together.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from desktop_chat.core.image_data import without_image_data
from desktop_chat.core.ports import SearchHit
from desktop_chat.markdown.find_query import FindQuery, Stretch
from desktop_chat.markdown.plain_text import first_hit, searchable, searchable_query
from desktop_chat.services.sqlite.candidate_filter import AT_ONCE, PLACES, filter_candidates, portions
from desktop_chat.services.sqlite.grams import quads_of_query, terms_of_query
from desktop_chat.services.sqlite.message_index import Lookup
from desktop_chat.services.sqlite.sqlite_rows import fetch_all, storable

LOOKING_UP_S, READING_S = 0.006, 0.008
"""How long candidates are looked up, and read, per step."""
FIRST_READING_S = 0.004
"""How long they are read before there are hits: the first ones are told at once."""
NEWEST = 64
"""Conversations that are visited before all others are listed, which takes longer than the first hits."""
FEW = 2_000
"""Candidates whose conversations are found by theirs, rather than the candidates of each conversation."""
MOST_AT_ONCE = 64
"""Conversations whose candidates are compared together."""
STRETCH = 40_000
"""Characters of a long text that are read at once."""
_OVERLAP = 1_000
BEFORE = 24
AFTER = 96
"""Characters of a snippet around the start of its match."""
RowsOf = dict[int, list[int]]
"""The candidates of each conversation, oldest first."""


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
    _reading: Iterator[None] | None = None

    def __post_init__(self) -> None:
        query = storable(self.query)
        self._find_query = FindQuery(query.replace("\0", " "))
        self._letters = searchable_query(query)
        terms = terms_of_query(query)
        self._lookup = Lookup(terms, quads_of_query(query)) if terms else None

    def step(self, connection: sqlite3.Connection) -> bool:
        """Process the next slice; return whether there is more to do."""
        if self._reading is None:
            # Before the index: messages that are indexed meanwhile are read all the same.
            self._unindexed = {row[0] for row in fetch_all(connection, "SELECT seq FROM unindexed")}
            self._reading = self._read(connection)
            if self._lookup is None or self._lookup.begin(connection):
                goes_on = self._read_until(FIRST_READING_S)
                if self.hits or not goes_on:
                    return goes_on
        if self._lookup is not None:
            self._lookup.advance(connection, time.monotonic() + LOOKING_UP_S)
        return self._read_until(READING_S)

    def _read_until(self, seconds: float) -> bool:
        """Read for so long; return whether there is more to do."""
        until = time.monotonic() + seconds
        return self._reading is not None and any(time.monotonic() >= until for _ in self._reading)

    def _read(self, connection: sqlite3.Connection) -> Iterator[None]:
        """Visit conversations until there are enough hits, yielding after each text."""
        order = [row[0] for row in fetch_all(connection, _NEWEST_FIRST, NEWEST)]
        place, is_whole = 0, False
        while len(self.hits) < self.limit:
            if self._lookup is not None and self._lookup.complete:
                yield from self._read_known(connection, self._lookup.matches, set(order[:place]))
                return
            if not is_whole and place == len(order):
                order, is_whole = order + _others(connection, set(order)), True
            if place == len(order):
                return
            yield from self._visit(connection, order[place], None)
            yield
            place += 1

    def _read_known(self, connection: sqlite3.Connection, matches: set[int], visited: set[int]) -> Iterator[None]:
        """Visit those of the other conversations that have candidates or a matching title. All candidates are known."""
        candidates = matches | self._unindexed
        titled = {row[0] for row in fetch_all(connection, _TITLED, self._find_query.folded)}
        yield
        rows_of: RowsOf = {}
        are_few = len(candidates) <= FEW
        if are_few:
            yield from _fill(rows_of, connection, _CONVERSATIONS_OF, sorted(candidates), candidates)
            conversations = _in_order(connection, (titled | rows_of.keys()) - visited)
        else:
            conversations = _others(connection, visited)
        start, at_once = 0, 1
        while start < len(conversations) and len(self.hits) < self.limit:
            together, before = conversations[start : start + at_once], len(self.hits)
            if not are_few:
                rows_of.clear()
                yield from _fill(rows_of, connection, _MESSAGES_OF, together, candidates)
            if at_once > 1:
                yield from self._filter(connection, rows_of, together)
            yield from self._visit_all(
                connection, rows_of, [one for one in together if one in titled or one in rows_of]
            )
            start += at_once
            at_once = min(2 * at_once, MOST_AT_ONCE) if len(self.hits) == before else 1

    def _filter(self, connection: sqlite3.Connection, rows_of: RowsOf, together: Iterable[int]) -> Iterator[None]:
        """Leave those messages out of some conversations' that cannot have a hit."""
        possible: set[int] = set()
        rows = [row for conversation in together for row in rows_of.get(conversation, ())]
        for some in filter_candidates(connection, rows, self._letters, STRETCH):
            possible.update(some)
            yield
        for conversation in rows_of.keys() & together:
            kept = [row for row in rows_of.pop(conversation) if row in possible]
            rows_of |= {conversation: kept} if kept else {}

    def _visit_all(
        self, connection: sqlite3.Connection, rows_of: RowsOf, conversations: Iterable[int]
    ) -> Iterator[None]:
        for conversation in conversations:
            yield from self._visit(connection, conversation, rows_of.get(conversation, []))
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


def _others(connection: sqlite3.Connection, visited: Container[int]) -> list[int]:
    """Return the conversations that were not visited, newest first."""
    return [row[0] for row in fetch_all(connection, _NEWEST_FIRST, -1) if row[0] not in visited]


def _in_order(connection: sqlite3.Connection, wanted: set[int]) -> list[int]:
    """Return these conversations, newest first; if they are few, without listing all, which takes several ms."""
    if len(wanted) > AT_ONCE:
        return [row[0] for row in fetch_all(connection, _NEWEST_FIRST, -1) if row[0] in wanted]
    return [row[0] for some in portions(sorted(wanted)) for row in fetch_all(connection, _IN_ORDER, *some)]


def _fill(
    rows_of: RowsOf, connection: sqlite3.Connection, pairs: str, numbers: Sequence[int], candidates: Container[int]
) -> Iterator[None]:
    """Add those messages that are candidates to their conversations', yielding now and then."""
    for some in portions(numbers):
        for conversation, row in fetch_all(connection, pairs, *some):
            if row in candidates:
                rows_of.setdefault(conversation, []).append(row)
        yield


def snippet(text: str, match: Stretch) -> str:
    """Return a single line of text around a match."""
    start, end = max(0, match[0] - BEFORE), match[0] + AFTER
    piece = " ".join(text[start:end].split())
    return ("…" if start else "") + piece + ("…" if end < len(text) else "")


_SHOWN = (
    "SELECT id, instr(folded_title, ?1) FROM conversations WHERE seq = ?2 AND trashed_at IS NULL "
    "AND id NOT IN (SELECT id FROM deleted_conversations)"
)
_NEWEST_FIRST = "SELECT seq FROM conversations ORDER BY updated_at DESC LIMIT ?"
_IN_ORDER = f"SELECT seq FROM conversations WHERE seq IN ({PLACES}) ORDER BY updated_at DESC, seq"  # noqa: S608
_TITLED = "SELECT seq FROM conversations WHERE instr(folded_title, ?)"
_CONVERSATIONS_OF = (
    "SELECT c.seq, m.seq FROM messages m JOIN conversations c ON c.id = m.conversation_id "  # noqa: S608
    f"WHERE m.seq IN ({PLACES}) ORDER BY m.seq"
)
_MESSAGES_OF = (
    "SELECT c.seq, m.seq FROM conversations c JOIN messages m ON m.conversation_id = c.id "  # noqa: S608
    f"WHERE c.seq IN ({PLACES}) ORDER BY m.seq"
)
_WITH_TEXT = (
    "SELECT seq FROM messages WHERE conversation_id = ? AND instr(text, ?) AND status <> 'running' ORDER BY seq"
)
# SQLite's functions end at the first zero byte, so they are only used for texts of which only a piece is read.
_PIECE = (
    "SELECT id, iif(is_short, text, substr(text, ?1, ?2)), iif(is_short, 0, length(text)) FROM "
    "(SELECT id, text, length(CAST(text AS BLOB)) <= ?4 AS is_short FROM messages "
    "WHERE seq = ?3 AND status <> 'running')"
)
