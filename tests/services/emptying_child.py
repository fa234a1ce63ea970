"""A process that streams numbers into a store, and deletes every conversation in the trash meanwhile, until it is
killed or told to end. Usage: emptying_child.py DATABASE

Each number goes to standard output the moment it is taken; "deleted" when the deletion is promised, "WAIT seconds" for
the longest time that a write took so far, each time it grows.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from streaming_child import stream

from desktop_chat.core.ports import WriteBatch
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.sqlite.sqlite_store import SqliteStore


class TimedStore(SqliteStore):
    """Tells how long its writes take, as those who write see it."""

    longest_s = 0.0

    async def write(self, batch: WriteBatch) -> None:
        started_at = time.monotonic()
        await super().write(batch)
        self.longest_s = max(self.longest_s, time.monotonic() - started_at)


async def main(file: Path) -> None:
    store = TimedStore(file)
    await store.open()
    write_behind = WriteBehind(store)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    streaming = asyncio.create_task(stream(write_behind, 0, None))
    await asyncio.sleep(0.5)
    trashed = [c.id for c in await store.conversations() if c.trashed_at is not None]
    store.removing.add(lambda left: os.write(1, f"left {left} wait {store.longest_s:.3f}\n".encode()))
    await write_behind.delete(tuple(trashed))
    os.write(1, b"deleted\n")
    await ended.wait()
    streaming.cancel()
    await asyncio.wait({streaming})
    write_behind._collect_journal()
    await write_behind.aclose()
    await store.aclose()
    os.write(1, b"ended\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
