"""Waits for the parts of the program to end, bounded in time and one after the other, whatever comes in between."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from typing import Any

from desktop_chat.core.errors import ChatError

logger = logging.getLogger(__name__)


async def uninterrupted(ending: Coroutine[Any, Any, None]) -> None:
    """Wait for an ending that is bounded in time, however often this task is told to end meanwhile."""
    task = asyncio.create_task(ending, name="close")
    while not task.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait({task})
    await task


async def run_in_order(endings: Iterable[Callable[[], Awaitable[None]]], deadline: float) -> None:
    """Wait for each ending; what fails or hangs is logged, and the others still get their turn."""
    for end in endings:
        try:
            async with asyncio.timeout_at(deadline):
                await end()
        except (ChatError, TimeoutError) as error:
            logger.warning("the end was not orderly: %r", error)
        except Exception:
            logger.exception("a bug at the end")
