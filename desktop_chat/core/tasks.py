"""Owns tasks that belong to no session: each has a name, and none outlives its owner."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class Tasks:
    """Starts tasks and keeps them; an error in one goes to the loop's exception handler, as a bug."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, coroutine: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Run `coroutine` as a task."""
        task = asyncio.get_running_loop().create_task(coroutine, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def aclose(self) -> None:
        """Cancel the running tasks and wait for them."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def finish(self) -> None:
        """Wait until no task is running, those included that start meanwhile."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        report_bug(task)


def report_bug(task: asyncio.Task[Any]) -> None:
    """Pass a task's exception to the loop's exception handler: for `add_done_callback` of tasks that nobody awaits and
    whose exception would otherwise go unnoticed while they are referenced."""
    if not task.cancelled() and (error := task.exception()) is not None:
        task.get_loop().call_exception_handler(
            {"message": f"the task {task.get_name()!r} failed", "exception": error, "task": task}
        )
