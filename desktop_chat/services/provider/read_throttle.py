"""Reads a slow stream a few times per second instead of once per token, and sends the head of a request together with
the beginning of its body: each read and each write has a cost."""

from __future__ import annotations

import asyncio
import time
from typing import Any

REST_S = 0.040
"""Pause between two reads of a slow stream; everything that arrives meanwhile is read in one go. Data after a longer
silence are read at once."""
SHORT_REST_S = 0.025
"""The same for a fast stream."""
MUCH_BYTES = 2 * 1024
"""A read of a fast stream returns at least this many bytes."""
FLOOD_BYTES = 32 * 1024
"""After a read of this many bytes, the next one follows at once."""


def slow_down(stream: Any) -> None:
    """Add pauses between the reads of an httpcore2 network stream, and join the first two writes of a request with a
    body, by replacing its methods: the HTTP client has no option for this. A request that is written ends the pause, so
    that the next answer is read at once."""
    read, write = stream.read, stream.write
    resting_until, head = 0.0, b""

    async def throttled(*arguments: Any, **options: Any) -> bytes:
        nonlocal resting_until
        wait = resting_until - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        data: bytes = await read(*arguments, **options)
        resting_until = time.monotonic() + rest_after(len(data))
        return data

    async def unthrottled(content: bytes, *arguments: Any, **options: Any) -> None:
        nonlocal resting_until, head
        resting_until = 0.0
        if _announces_body(content):
            head = content
            return
        content, head = head + content, b""
        await write(content, *arguments, **options)

    stream.read = throttled
    stream.write = unthrottled


def _announces_body(content: bytes) -> bool:
    """Return whether this is the whole head of a request, after which its body is written, or nothing if it is
    empty."""
    return content.startswith(b"POST ") and content.endswith(b"\r\n\r\n") and b"\r\ncontent-length:" in content.lower()


def rest_after(length: int) -> float:
    """Return how long to pause after reading this many bytes."""
    if length >= FLOOD_BYTES:
        return 0.0
    return SHORT_REST_S if length >= MUCH_BYTES else REST_S
