"""The whole program in one process, for the tests of its start, its end and its troubles."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from desktop_chat.app.application import Application

Start = Callable[..., Application]


async def until(condition: Callable[[], object]) -> None:
    """Return when `condition` holds; what never comes true ends the test."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
