"""Keeps a file up to date with a value that changes often: saves only the newest value, one write at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Generic, TypeVar

from desktop_chat.core.errors import ChatError
from desktop_chat.core.tasks import report_bug

T = TypeVar("T")

DELAY_S = 0.3
"""Debounce time: collects a burst of changes, and is the most that a crash can lose."""


class DebouncedSaver(Generic[T]):
    """Calls `save` with the newest value. `failed` is called with a ChatError; the value is retried at the next change
    and on close."""

    def __init__(self, save: Callable[[T], Awaitable[None]], failed: Callable[[ChatError], None]) -> None:
        self._save = save
        self._failed = failed
        self._pending: list[T] = []
        self._task: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    def put(self, value: T) -> None:
        """Save `value` within DELAY_S, unless a newer one replaces it."""
        self._pending = [value]
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="saver")
            self._task.add_done_callback(report_bug)

    async def aclose(self) -> None:
        """Save the pending value now. Returns when that is done or has failed."""
        self._closing.set()
        if self._task is not None:
            await asyncio.wait({self._task})
        await self._save_pending()

    async def _run(self) -> None:
        while self._pending:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), DELAY_S)
            if not await self._save_pending():
                return

    async def _save_pending(self) -> bool:
        """Return False if saving failed and the value is kept."""
        if not self._pending:
            return True
        value = self._pending.pop()
        try:
            await self._save(value)
        except ChatError as error:
            self._pending = self._pending or [value]
            self._failed(error)
            return False
        return True
