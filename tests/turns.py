"""Counts the turns that other tasks have while something is done on the same loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count


class Turns:
    """How many there were so far."""

    taken = 0


@asynccontextmanager
async def counted_turns() -> AsyncIterator[Turns]:
    turns = Turns()

    async def count_them() -> None:
        for turns.taken in count(1):
            await asyncio.sleep(0)

    counting = asyncio.create_task(count_them(), name="count turns")
    try:
        yield turns
    finally:
        counting.cancel()
        await asyncio.wait({counting})
