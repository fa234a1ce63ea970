"""What a large history takes on disk, and what is given back after half of a smaller one is deleted: that of the large
one takes as long as it is large, at half speed and in the background."""

from __future__ import annotations

import asyncio
from pathlib import Path

from harness import Row
from histories import MANY, SOME, copied, history
from make_history import text_bytes

from desktop_chat.services.sqlite.sqlite_store import SqliteStore

TITLE = "Space on disk"
AT_MOST = 2.05
"""Two times the text, and what SQLite needs besides."""


def measure() -> list[Row]:
    whole = _row(f"{MANY:,} conversations", history(MANY))
    with copied(SOME) as folder:
        file = folder / "history.db"
        asyncio.run(_delete_half(file))
        return [whole, _row(f"{SOME:,} conversations after half of them was deleted, at rest", file)]


async def _delete_half(file: Path) -> None:
    store = SqliteStore(file)
    await store.open()
    ids = [conversation.id for conversation in await store.conversations()]
    await store.delete(ids[::2])
    assert store._upkeep is not None
    await asyncio.wait({store._upkeep})
    assert store._at_rest is not None
    assert store._at_rest._task is not None
    await asyncio.wait({store._at_rest._task})
    await store.aclose()


def _row(what: str, file: Path) -> Row:
    size, text = file.stat().st_size, text_bytes(file)
    return Row(
        f"{what}: the file; floor: its text",
        f"{text / 1e6:,.0f} MB",
        f"{size / 1e6:,.0f} MB",
        f"{size / text:.2f}x",
        f"at most {AT_MOST:g}x",
        size <= AT_MOST * text,
    )
