"""Takes snapshots of the conversations while the window is open."""

from __future__ import annotations

import asyncio
import logging

from desktop_chat.core.errors import StoreError
from desktop_chat.core.settings import Preferences
from desktop_chat.core.snapshots import Snapshots

logger = logging.getLogger(__name__)

FIRST_S = 5.0
"""Delay that keeps the first snapshot out of startup."""
PAUSE_S = 600.0


async def keep_snapshots(
    snapshots: Snapshots, preferences: Preferences, *, first_s: float = FIRST_S, pause_s: float = PAUSE_S
) -> None:
    """Take a snapshot whenever one is due, until cancelled. A failed one is retried at the next check."""
    await asyncio.sleep(first_s)
    await snapshots.clean_up()
    while True:
        try:
            await snapshots.take_if_due(preferences.settings.snapshots)
        except StoreError as error:
            logger.warning("could not take a snapshot: %s: %s", error.code, error.detail)
        await asyncio.sleep(pause_s)
