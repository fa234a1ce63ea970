"""The slots of a batch: how many requests may run at the server at once, and in which order rows get their turns.

A slot is held from when a request is sent until the last byte of its answer. Rows are prepared before they have one,
and their answers are checked and written after they gave it back, so that the server need not wait for either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from desktop_chat.core.batch_limiter import BatchLimiter


class BatchSlots:
    """As many slots as the limiter allows. Those that wait have their turns in order."""

    def __init__(self, limiter: BatchLimiter) -> None:
        self._limiter = limiter
        self._turn = asyncio.Lock()
        self._changed = asyncio.Event()

    async def enter(self) -> float:
        """Return when the next request may start: the time for `BatchLimiter.refuse`."""
        async with self._turn:
            while (wait_s := self._limiter.wait_s()) != 0.0:
                self._changed.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await self._changed.wait()
            return self._limiter.start()

    def leave(self) -> None:
        """Note that a request has ended."""
        self._limiter.end()
        self.look_again()

    def look_again(self) -> None:
        """Let those that wait see what the limiter allows now."""
        self._changed.set()


class RowSlot:
    """Implements `core.prompt.RequestSlot` for one row. `taken` is called when a request is sent, `answered` when an
    answer has arrived whole."""

    def __init__(self, slots: BatchSlots, taken: Callable[[], None], answered: Callable[[], None]) -> None:
        self._slots = slots
        self._taken = taken
        self._answered = answered
        self._is_held = False
        self.started_at = float("-inf")
        """When the last request was sent, for the limiter."""

    async def take(self) -> None:
        """Return when a request may be sent; the row's earlier one has ended."""
        self.leave()
        self.started_at = await self._slots.enter()
        self._is_held = True
        self._taken()

    def give_back(self) -> None:
        """Note that an answer has arrived whole."""
        self._answered()
        self.leave()

    def leave(self) -> None:
        """Let others have the slot, if it is held."""
        if self._is_held:
            self._is_held = False
            self._slots.leave()
