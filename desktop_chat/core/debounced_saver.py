"""Keeps a file up to date with a value that changes often: the newest one is saved, soon, and one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Generic, TypeVar

from desktop_chat.core.errors import ChatError
from desktop_chat.core.tasks import report_bug

T = TypeVar("T")

DELAY_S = 0.3
"""Collects a burst of changes; what a crash may cost."""


class DebouncedSaver(Generic[T]):
    """Calls `save` with the newest value. `failed` is told of a ChatError; the value is tried again at the next change
    and at the end."""

    def __init__(self, save: Callable[[T], Awaitable[None]], failed: Callable[[ChatError], None]) -> None:
        self._save = save
        self._failed = failed
        self._pending: list[T] = []
        self._task: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    def put(self, value: T) -> None:
        """Save `value` within DELAY_S, unless a newer one comes."""
        self._pending = [value]
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="saver")
            self._task.add_done_callback(report_bug)

    async def aclose(self) -> None:
        """Save what is pending now, and return when it is done or has failed."""
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
        """Return False where the value was refused and is kept."""
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
