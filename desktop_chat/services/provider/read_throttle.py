"""Reads a connection that trickles a few times a second instead of once a token: each look at it has its price."""

from __future__ import annotations

import asyncio
import time
from typing import Any

REST_S = 0.040
"""Time between two reads of a trickling connection; whatever came meanwhile is read in one go.
What comes after a longer silence is read at once."""
SHORT_REST_S = 0.025
"""The same for a fast connection."""
MUCH_BYTES = 2 * 1024
"""How many bytes a read of a fast connection finds."""
FLOOD_BYTES = 32 * 1024
"""After a read of this many bytes, the next one follows at once."""


def slow_down(stream: Any) -> None:
    """Have the reads of a network stream of httpcore2 rest between them; it is the stream's own method that changes,
    because nothing else of the HTTP client can be told."""
    read = stream.read
    rested_until = 0.0

    async def unhurried(*arguments: Any, **options: Any) -> bytes:
        nonlocal rested_until
        wait = rested_until - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        data: bytes = await read(*arguments, **options)
        rested_until = time.monotonic() + rest_after(len(data))
        return data

    stream.read = unhurried


def rest_after(length: int) -> float:
    """Return how long to leave a connection alone after so many bytes."""
    if length >= FLOOD_BYTES:
        return 0.0
    return SHORT_REST_S if length >= MUCH_BYTES else REST_S
