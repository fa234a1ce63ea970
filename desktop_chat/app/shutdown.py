"""Ends the application: its parts in order, with a time limit and despite errors, and then the process at once."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from typing import Any, NoReturn

from desktop_chat.core.errors import ChatError

logger = logging.getLogger(__name__)


async def uninterrupted(ending: Coroutine[Any, Any, None]) -> None:
    """Run a shutdown that has its own time limit, ignoring cancellation of this task."""
    task = asyncio.create_task(ending, name="close")
    while not task.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait({task})
    await task


async def run_in_order(endings: Iterable[Callable[[], Awaitable[None]]], deadline: float) -> None:
    """Run each shutdown in order; failures and timeouts are logged, and the others still run."""
    for end in endings:
        try:
            async with asyncio.timeout_at(deadline):
                await end()
        except (ChatError, TimeoutError) as error:
            logger.warning("shutdown incomplete: %r", error)
        except Exception:
            logger.exception("bug during shutdown")


def exit_now(code: int) -> NoReturn:
    """Exit without destroying Qt objects or joining threads: everything is stored and closed by now.

    Python destroys a window's objects in arbitrary order, which occasionally crashed in Qt while a screen reader was
    running.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError):  # its reader has gone
                stream.flush()
    os._exit(code)
