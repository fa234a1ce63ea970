"""Finds text in the database in slices, so that a search over everything never holds up what is being written."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass, field

from desktop_chat.core.picture_data import without_picture_data
from desktop_chat.core.ports import SearchHit
from desktop_chat.services.sqlite.search_text import TRIGRAM, as_phrase, folded, snippet
from desktop_chat.services.sqlite.sqlite_rows import fetch_all, storable

SLICE = 4_000
"""Messages looked through at once: a few milliseconds, and of long ones fewer."""
SLOW_S = 0.03
"""A slice that took longer is followed by a smaller one."""
STRETCH = 500_000
"""Characters of a text outside of the index that are read at once."""


@dataclass(slots=True)
class Search:
    """One search under way; each call of `step` runs on the database's thread."""

    query: str
    limit: int
    _needle: str = ""
    _below: int | None = None
    _first_matches: dict[str, int] = field(default_factory=dict)
    """The earliest matching message seen so far, by conversation."""
    _slice: int = SLICE
    _unindexed: list[int] = field(default_factory=list)
    """Messages outside of the index that are still to be read."""
    _from: int = 0
    """How much of the first of them has been read."""
    _places: dict[int, int] = field(default_factory=dict)
    """Where in those the stretch with the match begins."""

    def __post_init__(self) -> None:
        self._needle = folded(storable(self.query))

    def step(self, connection: sqlite3.Connection) -> bool:
        """Look through the next slice, newest first; say whether there is more."""
        if self._below is None:
            self._below = connection.execute("SELECT coalesce(max(seq), 0) + 1 FROM messages").fetchone()[0]
            # Before the index: what comes into it meanwhile is read all the same.
            self._unindexed = [row[0] for row in fetch_all(connection, "SELECT seq FROM unindexed ORDER BY seq")]
        if self._below > 0:
            self._look_into_index(connection, self._below)
            return True
        if self._unindexed:
            self._read_on(connection, self._unindexed)
        return bool(self._unindexed)

    def _look_into_index(self, connection: sqlite3.Connection, below: int) -> None:
        started_at = time.monotonic()
        lowest = max(0, below - self._slice)
        # A trigram index knows no shorter words; two characters are common in Chinese, so those texts are read.
        long_enough = len(self._needle) >= TRIGRAM
        match = "found_texts MATCH :needle" if long_enough else "instr(f.text, :needle)"
        rows = connection.execute(
            f"""SELECT m.conversation_id, min(m.seq)
            FROM found_texts AS f JOIN messages AS m ON m.seq = f.rowid
            WHERE {match} AND f.rowid >= :lowest AND f.rowid < :below
            GROUP BY m.conversation_id""",  # noqa: S608  (one of the two conditions above)
            {
                "needle": as_phrase(self._needle) if long_enough else self._needle,
                "lowest": lowest,
                "below": below,
            },
        )
        self._first_matches.update(rows.fetchall())
        self._below = lowest
        slow = time.monotonic() - started_at > SLOW_S
        self._slice = max(1, self._slice // 4) if slow else min(SLICE, self._slice * 2)

    def _read_on(self, connection: sqlite3.Connection, unread: list[int]) -> None:
        """Read a stretch of the last message in the list, and a little of the next one, or else be done with it."""
        seq, until = unread[-1], time.monotonic() + SLOW_S
        while time.monotonic() < until:
            found = fetch_all(
                connection,
                "SELECT conversation_id, substr(text, ?, ?) FROM messages WHERE seq = ?",
                self._from + 1,
                STRETCH + len(self._needle),
                seq,
            )
            conversation_id, text = found[0] if found else ("", "")
            if self._needle in folded(without_picture_data(text)):
                known = self._first_matches.get(conversation_id, seq)
                self._first_matches[conversation_id] = min(known, seq)
                self._places.setdefault(seq, self._from)
            elif len(text) > STRETCH:
                self._from += STRETCH
                continue
            unread.pop()
            self._from = 0
            if not unread:
                return
            seq = unread[-1]

    def hits(self, connection: sqlite3.Connection) -> list[SearchHit]:
        """Return what was found, the newest conversation first; a title that matches needs no snippet."""
        hits: list[SearchHit] = []
        rows = connection.execute(
            "SELECT id, instr(folded_title, ?) FROM conversations WHERE trashed_at IS NULL AND id NOT IN "
            "(SELECT id FROM deleted_conversations) ORDER BY updated_at DESC",
            (self._needle,),
        )
        for conversation_id, in_title in rows:
            seq = self._first_matches.get(conversation_id)
            if in_title:
                hits.append(SearchHit(conversation_id, ""))
            elif seq is not None:
                hits.append(SearchHit(conversation_id, self._snippet_of(connection, seq)))
            if len(hits) >= self.limit:
                break
        return hits

    def _snippet_of(self, connection: sqlite3.Connection, seq: int) -> str:
        stretch = "SELECT substr(text, ?, ?) FROM messages WHERE seq = ?"
        rows = fetch_all(connection, stretch, self._places.get(seq, 0) + 1, STRETCH + len(self._needle), seq)
        return snippet(rows[0][0], self._needle) if rows else ""
