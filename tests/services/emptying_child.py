"""A process that streams numbers into a store while it deletes every conversation in the trash, until it is killed or
told to exit. Usage: emptying_child.py DATABASE

Prints what `streaming_child.py` prints, "left N" when N conversations of the trash are on disk, first
before it deletes them. When few remain, it waits until the store has promised more numbers.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from streaming_child import TellingStore, stream

from desktop_chat.core.ports import WriteBatch
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.sqlite.hardening import GuardedConnection

T = TypeVar("T")
FEW = 120
"""Deleted conversations that remain when the store is in the middle of its work."""
WRITES = 2
"""Writes until everything is promised that was accepted before: the first may have begun earlier."""


class PatientStore(TellingStore):
    """Removes the last deleted conversations only after some more writes."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self._written = asyncio.Semaphore(0)
        self._is_patient = False

    async def write(self, batch: WriteBatch) -> None:
        await super().write(batch)
        if self._is_patient:
            self._written.release()

    async def _paced(self, work: Callable[[GuardedConnection], T]) -> T:
        result = await super()._paced(work)
        if isinstance(result, int) and 0 < result < FEW and not self._is_patient:
            self._is_patient = True
            for _ in range(WRITES):
                await self._written.acquire()
        return result


def tell(left: int) -> None:
    os.write(1, f"left {left}\n".encode())


async def main(file: Path) -> None:
    store = PatientStore(file)
    await store.open()
    write_behind = WriteBehind(store)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    streaming = asyncio.create_task(stream(write_behind, 0, None))
    await asyncio.sleep(0.5)
    trashed = [c.id for c in await store.conversations() if c.trashed_at is not None]
    store.removing.add(tell)
    tell(len(trashed))
    await write_behind.delete(tuple(trashed))
    await ended.wait()
    streaming.cancel()
    await asyncio.wait({streaming})
    write_behind._collect_journal()
    await write_behind.aclose()
    await store.aclose()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
