"""Checks a store after its process was killed or its power was cut: is everything there that was promised?"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from streaming_child import NUMBERS_A_REPLY, RECAST_AFTER, TICK_S

from desktop_chat.core.entities import Message, Status
from desktop_chat.core.errors import CRASHED
from desktop_chat.services.sqlite.sqlite_store import SqliteStore


@dataclass(frozen=True)
class Found:
    """The result of opening: `problem` is empty if all is as promised; `lost_s` are seconds of text by conversation, at
    the rate at which the process streams on an idle machine."""

    problem: str
    lost_s: tuple[float, ...]


async def find_all(file: Path, taken: dict[int, int]) -> Found:
    """Open the store like a restart. `taken`: the last number that each conversation accepted, or that the
    store promised to keep."""
    store = SqliteStore(file)
    report = await store.open()
    conversations = {int(c.title): await store.messages(c.id) for c in await store.conversations()}
    await store.aclose()
    with closing(sqlite3.connect(file)) as connection:
        integrity = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if report.set_aside or integrity != "ok":
        return Found(f"damaged: {integrity}", ())
    lost = []
    for tab, last in taken.items():
        messages = conversations.get(tab, [])
        numbers = [int(word) for message in messages for word in _all_of(message).split()]
        if numbers != list(range(len(numbers))):
            return Found(f"conversation {tab} has holes", ())
        if not all(_is_as_promised(message, report.recovered_replies) for message in messages):
            return Found(f"conversation {tab} does not say how its replies ended", ())
        lost.append(max(0, last + 1 - len(numbers)) * TICK_S)
    return Found("", tuple(lost))


def _is_as_promised(message: Message, recovered: tuple[str, ...]) -> bool:
    """Return whether a message is complete, or marked as interrupted by the crash."""
    if message.id in recovered:
        return message.status is Status.INTERRUPTED and message.failure is not None and message.failure.code == CRASHED
    said = len(message.reasoning.split()), len(message.text.split())
    return message.status is Status.COMPLETE and said == (RECAST_AFTER + 1, NUMBERS_A_REPLY - RECAST_AFTER - 1)


def _all_of(message: Message) -> str:
    return message.reasoning + message.text
