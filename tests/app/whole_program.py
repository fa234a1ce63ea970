"""The whole program in one process, for tests of its startup, shutdown and errors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from desktop_chat.app.application import Application

Start = Callable[..., Application]


async def until(condition: Callable[[], object]) -> None:
    """Wait until `condition` holds; time out otherwise."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
