"""Long work on the window's thread in slices, between which everything else has its turn.

Such work is a generator that yields wherever it may be interrupted, and returns its result. A thread would not help:
it would hold the interpreter's lock, for which painting waits several times a frame.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from typing import TypeAlias, TypeVar

T = TypeVar("T")
Steps: TypeAlias = Generator[None, None, T]

SLICE_S = 0.002
"""How long the steps of a slice take together; the last one may take longer."""


def finished(steps: Steps[T]) -> T:
    """Take all steps at once, and return the result."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


async def in_slices(steps: Steps[T]) -> T:
    """Take all steps, and return the result. Cancelling the task ends the work."""
    late = time.perf_counter() + SLICE_S
    try:
        while True:
            next(steps)
            if time.perf_counter() >= late:
                await asyncio.sleep(0)
                late = time.perf_counter() + SLICE_S
    except StopIteration as end:
        result: T = end.value
        return result
