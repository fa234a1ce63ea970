"""Finds text in the database in slices, so that a search over everything never holds up what is being written."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

from desktop_chat.core.ports import SearchHit
from desktop_chat.services.sqlite.search_text import TRIGRAM, as_phrase, folded, snippet
from desktop_chat.services.sqlite.sqlite_rows import storable

SLICE = 4_000
"""Messages looked through at once: a few milliseconds."""


@dataclass(slots=True)
class Search:
    """One search under way; each call of `step` runs on the database's thread."""

    query: str
    limit: int
    _needle: str = ""
    _below: int | None = None
    _first_matches: dict[str, int] = field(default_factory=dict)
    """The earliest matching message seen so far, by conversation."""

    def __post_init__(self) -> None:
        self._needle = folded(storable(self.query))

    def step(self, connection: sqlite3.Connection) -> bool:
        """Look through the next slice, newest first; say whether there is more."""
        if self._below is None:
            self._below = connection.execute("SELECT coalesce(max(seq), 0) + 1 FROM messages").fetchone()[0]
        lowest = max(0, self._below - SLICE)
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
                "below": self._below,
            },
        )
        self._first_matches.update(rows.fetchall())
        self._below = lowest
        return lowest > 0

    def hits(self, connection: sqlite3.Connection) -> list[SearchHit]:
        """Return what was found, the newest conversation first; a title that matches needs no snippet."""
        hits: list[SearchHit] = []
        rows = connection.execute(
            "SELECT id, instr(folded_title, ?) FROM conversations WHERE trashed_at IS NULL ORDER BY updated_at DESC",
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
        row = connection.execute("SELECT text FROM messages WHERE seq = ?", (seq,)).fetchone()
        return snippet(row[0], self._needle) if row else ""
