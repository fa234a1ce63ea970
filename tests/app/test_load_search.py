"""What the first search needs is loaded before it."""

from __future__ import annotations

import subprocess
import sys

FIRST_SEARCH = """
import asyncio, sqlite3, sys
from desktop_chat.app.lazy_services import _load_search
from desktop_chat.core.entities import Conversation, Message, Role, Status
from desktop_chat.core.ports import WriteBatch
from desktop_chat.services.sqlite.sqlite_store import SqliteStore
from pathlib import Path

async def search():
    store = SqliteStore(Path(sys.argv[1]))
    await store.open()
    message = Message("m", "c", None, Role.USER, "Where is *the needle*?", Status.COMPLETE, 1.0)
    await store.write(WriteBatch((Conversation("c", leaf_id="m"),), (message,)))
    _load_search()
    before = set(sys.modules)
    (hit,) = await store.search("the needle")
    await store.aclose()
    return set(sys.modules) - before

print(*asyncio.run(search()))
"""


def test_the_first_search_loads_nothing(tmp_path) -> None:
    command = [sys.executable, "-c", FIRST_SEARCH, str(tmp_path / "history.db")]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip() == ""
