"""Finds text in the database in slices, so that a search over everything never holds up what is being written.

The index says which messages may show what is looked for; what is not in it is read. Each of these is then looked at
as it is seen, newest conversation first, until there are enough: a search of all conversations finds what one in a
conversation finds.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from desktop_chat.core.image_data import without_image_data
from desktop_chat.core.ports import SearchHit
from desktop_chat.markdown.find_query import FindQuery
from desktop_chat.markdown.folding import folded
from desktop_chat.markdown.plain_text import first_hit, searchable, searchable_query
from desktop_chat.services.sqlite.search_text import TRIGRAM, as_phrase, snippet
from desktop_chat.services.sqlite.sqlite_rows import fetch_all, storable

SLICE = 4_000
"""Messages looked through at once: a few milliseconds, and of long ones fewer."""
SLOW_S = 0.03
"""A slice that took longer is followed by a smaller one."""
READING_S = 0.01
"""How long messages are read at once."""
STRETCH = 40_000
"""Characters of a long text that are read at once, and come before and after a hit in it."""
_OVERLAP = 1_000


@dataclass(slots=True)
class Search:
    """One search under way; each call of `step` runs on the database's thread."""

    query: str
    limit: int
    hits: list[SearchHit] = field(default_factory=list)
    """What was found, the newest conversation first."""
    _find_query: FindQuery = field(init=False)
    _asked: str = ""
    _below: int | None = None
    _slice: int = SLICE
    _unindexed: list[int] = field(default_factory=list)
    """Messages outside of the index."""
    _candidates: dict[str, set[int]] = field(default_factory=dict)
    """Messages that may have a hit, by conversation."""
    _reading: Iterator[None] | None = None

    def __post_init__(self) -> None:
        query = storable(self.query)
        self._find_query = FindQuery(query.replace("\0", " "))
        self._asked = searchable_query(query)

    def step(self, connection: sqlite3.Connection) -> bool:
        """Look through the next slice; say whether there is more to do."""
        if self._below is None:
            self._below = connection.execute("SELECT coalesce(max(seq), 0) + 1 FROM messages").fetchone()[0]
            # Before the index: what comes into it meanwhile is read all the same.
            self._unindexed = [row[0] for row in fetch_all(connection, "SELECT seq FROM unindexed ORDER BY seq")]
        if self._below > 0:
            self._look_into_index(connection, self._below)
            return True
        if self._reading is None:
            self._reading = self._read(connection)
        until = time.monotonic() + READING_S
        return any(time.monotonic() >= until for _ in self._reading)

    def _look_into_index(self, connection: sqlite3.Connection, below: int) -> None:
        started_at = time.monotonic()
        lowest = max(0, below - self._slice)
        # A trigram index knows no shorter words; two characters are common in Chinese, so those texts are read.
        match, asked = "instr(f.text, :asked)", self._asked
        if len(asked) >= TRIGRAM:
            match, asked = "found_texts MATCH :asked", as_phrase(asked)
        elif not asked:  # nothing but marks, which the index leaves out
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
        """Look at what may have a hit until there are enough, and pause after each text."""
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
            yield from self._look_at(connection, conversation_id, in_title=bool(in_title))

    def _look_at(self, connection: sqlite3.Connection, conversation_id: str, *, in_title: bool) -> Iterator[None]:
        """Note the first hit in a conversation; where only its title matches, that."""
        for seq in sorted(self._candidates.get(conversation_id, ())):
            start = 0
            while row := next(iter(fetch_all(connection, _PIECE, start + 1, STRETCH + _OVERLAP, seq)), None):
                message_id, text, length = row
                found = self._found_in(text)
                if found:
                    self.hits.append(SearchHit(conversation_id, found, message_id))
                    return
                yield
                start += STRETCH
                if start >= length:
                    break
        if in_title:
            self.hits.append(SearchHit(conversation_id, ""))

    def _found_in(self, text: str) -> str:
        """Return the line to be shown of what was found in a text; empty for nothing."""
        text = without_image_data(text)
        if self._asked not in searchable(text):
            return ""
        found = first_hit(text, self._find_query)
        return snippet(*found) if found is not None else ""


_PIECE = "SELECT id, substr(text, ?, ?), length(text) FROM messages WHERE seq = ?"
