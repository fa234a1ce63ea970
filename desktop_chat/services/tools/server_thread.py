"""The thread of all tool servers, with an event loop of its own: neither loading mcp nor a flood of messages stops the
window."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class ServerThread:
    """Starts with its creation; a daemon, so it never delays exit."""

    def __init__(self) -> None:
        self._running: Future[asyncio.AbstractEventLoop] = Future()
        self._running.set_running_or_notify_cancel()
        self._ended: Future[None] = Future()
        self._ended.set_running_or_notify_cancel()
        self._thread = threading.Thread(target=self._run, name="tool servers", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run a coroutine on the thread's loop; it is created there. Cancelling this cancels it there."""
        loop = await asyncio.shield(asyncio.wrap_future(self._running))
        running = asyncio.run_coroutine_threadsafe(_created(work), loop)
        return await asyncio.wrap_future(running)

    async def close(self) -> None:
        """End the loop, with all its tasks, and the thread."""
        loop = await asyncio.shield(asyncio.wrap_future(self._running))
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.shield(asyncio.wrap_future(self._ended))
        self._thread.join()  # it has nothing left to do

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            loop = runner.get_loop()
            self._running.set_result(loop)
            loop.run_forever()
        self._ended.set_result(None)


async def _created(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return await work()
