"""A process that streams numbers into a store while it deletes every conversation in the trash, until it is killed or
told to exit. Usage: emptying_child.py DATABASE

Prints each number the moment it is accepted; "deleted" when the deletion is confirmed; and "WAIT seconds" with the
longest write so far, each time it grows.
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
    """Reports how long writes take, as seen by the caller."""

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
