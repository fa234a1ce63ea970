"""Conversations and messages for the store's tests, with defaults for fields that a test does not care about, and a
clock."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from desktop_chat.core.entities import Conversation, Message, Role, Status, new_id
from desktop_chat.services.sqlite.sqlite_store import OpenReport, SqliteStore


class Clock:
    """Seconds since the epoch, advanced manually."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def conversation(**changes: object) -> Conversation:
    return replace(Conversation(title="Trip", created_at=1.0, updated_at=2.0), **changes)  # type: ignore[arg-type]


def message(of: Conversation, text: str, parent: Message | None = None, **changes: object) -> Message:
    plain = Message(
        id=new_id(),
        conversation_id=of.id,
        parent_id=parent.id if parent else None,
        role=Role.USER,
        text=text,
        status=Status.COMPLETE,
        created_at=3.0,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


async def open_and_tidy(store: SqliteStore) -> OpenReport:
    """Open a store, and wait until the work that this begins in the background is done."""
    report = await store.open()
    assert store._upkeep is not None
    await asyncio.wait({store._upkeep})
    return report


def indexed_terms(file: Path) -> set[str]:
    """Return all terms in the search index of a file."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab ('main', 'message_grams', 'row')")
        return {row[0] for row in connection.execute("SELECT term FROM temp.terms")}
