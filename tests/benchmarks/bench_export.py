"""Exporting everything, against reading the rows alone: CPU of a process each.

The floor loads the same modules and reads all columns of all messages with `sqlite3`, a conversation at a time. It
builds, encodes and writes nothing; the export writes 90 MB.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

from harness import ROOT, Row, cpu_row, python, run, side_by_side

from desktop_chat.core.entities import Conversation, Message, Role, Status, new_id
from desktop_chat.core.ports import WriteBatch
from desktop_chat.services.sqlite.sqlite_store import SqliteStore

TITLE = "export"
CHATS = int(os.environ.get("EXPORT_CHATS", "3000"))
MESSAGES = 20
_TEXT = "Planets move on ellipses, and 行星绕太阳运动的轨道是椭圆。 " * 20
_CHILD = str(ROOT / "tests" / "benchmarks" / "export_child.py")


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_fill(Path(folder)))
        rows = []
        for kind, at_most in (("json", 1.5), ("markdown", 2.0)):
            floor, subject = side_by_side(
                lambda: run(python(_CHILD, folder, "rows")),
                lambda kind=kind: run(python(_CHILD, folder, kind)),  # type: ignore[misc]
                rounds=3,
            )
            what = f"{CHATS:,} conversations of {MESSAGES} messages to {kind}; floor: loading modules, reading rows"
            rows.append(cpu_row(what, floor, subject, at_most))
        return rows


async def _fill(folder: Path) -> None:
    store = SqliteStore(folder / "history.db")
    await store.open()
    for number in range(CHATS):
        chat = Conversation(title=f"Trip {number}")
        messages: list[Message] = []
        for place in range(MESSAGES):
            role = Role.ASSISTANT if place % 2 else Role.USER
            parent = messages[-1].id if messages else None
            messages.append(Message(new_id(), chat.id, parent, role, _TEXT, Status.COMPLETE, 1.0, model="m"))
        await store.write(WriteBatch((chat,), tuple(messages)))
    await store.aclose()
