"""Streams a paced reply through the provider, a session and the store, and reports the cost as JSON.

Usage: journal_child.py SERVER_ADDRESS DATABASE with|without. Reports CPU seconds of all threads per chunk, the bytes
written from the first chunk to the last, and the length of the text.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

from fakes import MemorySecrets  # noqa: E402 -- the path comes first
from session_parts import session_parts  # noqa: E402 -- the path comes first

from desktop_chat.core.connections import Connections  # noqa: E402 -- the path comes first
from desktop_chat.core.entities import ChatOptions, Connection  # noqa: E402 -- the path comes first
from desktop_chat.core.events import ReplyDelta, ReplyEnded, SessionEvent  # noqa: E402 -- the path comes first
from desktop_chat.core.library import Library  # noqa: E402 -- the path comes first
from desktop_chat.core.ports import WriteBatch  # noqa: E402 -- the path comes first
from desktop_chat.core.session import ChatSession  # noqa: E402 -- the path comes first
from desktop_chat.core.settings import Preferences, Settings  # noqa: E402 -- the path comes first
from desktop_chat.core.write_behind import WriteBehind  # noqa: E402 -- the path comes first
from desktop_chat.services.provider.provider_pool import ProviderPool  # noqa: E402 -- the path comes first
from desktop_chat.services.sqlite.sqlite_store import SqliteStore  # noqa: E402 -- the path comes first


class WithoutJournal(SqliteStore):
    """The baseline: stores everything except text of running replies."""

    async def write(self, batch: WriteBatch) -> None:
        await super().write(replace(batch, journal=()))


class Gauge:
    """Reads the clocks at the first and last piece of a reply."""

    def __init__(self) -> None:
        self.first: tuple[float, int] | None = None
        self.last = (0.0, 0)
        self.pieces = 0
        self.characters = 0
        self.ended = asyncio.Event()

    def hear(self, event: SessionEvent) -> None:
        if isinstance(event, ReplyDelta) and (text := getattr(event.delta, "text", "")):
            self.characters += len(text)
            self.pieces += 1
            self.last = (time.process_time(), _written())
            self.first = self.first or self.last
        elif isinstance(event, ReplyEnded):
            self.ended.set()


def _written() -> int:
    counters = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in counters if line.startswith("wchar"))


async def main(address: str, database: Path, journal: bool) -> dict[str, float]:
    store = SqliteStore(database) if journal else WithoutJournal(database)
    await store.open()
    write_behind = WriteBehind(store)
    library = Library(store, write_behind)
    preferences = Preferences(Settings(connections=(Connection("c", "Here", address),)))
    connections = Connections(preferences)
    pool = ProviderPool(connections, MemorySecrets(), {})
    await (await pool.provider_for("c")).models()
    conversation = library.create(ChatOptions(connection_id="c", model="dripped"))
    parts = {"library": library, "write_behind": write_behind, "providers": pool, "connections": connections}
    parts |= session_parts(preferences)
    session = ChatSession(conversation.id, (), preferences=preferences, **parts)  # type: ignore[arg-type]
    gauge = Gauge()
    session.events.add(gauge.hear)
    session.send("go")
    await gauge.ended.wait()
    await session.aclose()
    await write_behind.aclose()
    await pool.aclose()
    await store.aclose()
    assert gauge.first is not None
    (cpu_then, written_then), (cpu_now, written_now) = gauge.first, gauge.last
    return {"cpu_s": cpu_now - cpu_then, "written": written_now - written_then, "characters": gauge.characters}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3] == "with"))))
