"""Owns the batches that run: each goes on without the tab that shows it, and all end orderly with the application."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_chat.core.listeners import Listeners
from desktop_chat.core.tasks import report_bug

if TYPE_CHECKING:  # kept out of the start
    from desktop_chat.core.batch_errors import BatchRefused
    from desktop_chat.core.batch_port import Batch
    from desktop_chat.core.batch_run import BatchRun
    from desktop_chat.core.entities import Failure


@dataclass(frozen=True, slots=True)
class BatchEnded:
    """All rows of a batch were asked, or `early` says what ended it before."""

    batch: Batch
    early: Failure | BatchRefused | None


class BatchRuns:
    """Starts runs and keeps their tasks, which nobody cancels: a run is stopped, and then ends by itself."""

    def __init__(self) -> None:
        self._running: dict[Batch, tuple[BatchRun, asyncio.Task[Failure | BatchRefused | None]]] = {}
        self._left: set[Batch] = set()
        self._stopped: set[Batch] = set()
        self.ended: Listeners[BatchEnded] = Listeners()
        """Emits each run that has ended by itself."""

    def start(self, batch: Batch, run: BatchRun) -> asyncio.Task[Failure | BatchRefused | None]:
        """Run a batch. The task returns what ended it early; by then what was answered is on disk, nothing counts as
        running, and the output is free. Do not cancel it: use `stop`."""
        task = asyncio.get_running_loop().create_task(self._ask_all(batch, run), name="run a batch")
        self._running[batch] = run, task
        task.add_done_callback(report_bug)
        return task

    def stop(self, batch: Batch) -> None:
        """Stop a batch, if it runs."""
        if batch in self._running:
            self._stopped.add(batch)
            self._running[batch][0].stop()

    def leave(self, batch: Batch) -> None:
        """Close a batch that nobody looks at any more. One that runs is stopped first."""
        if batch in self._running:
            self._left.add(batch)
            self.stop(batch)
        else:
            batch.close()

    async def aclose(self) -> None:
        """Stop all, and wait until what was answered is on disk."""
        for batch in self._running:
            self.stop(batch)
        if self._running:
            await asyncio.wait([task for _, task in self._running.values()])

    async def _ask_all(self, batch: Batch, run: BatchRun) -> Failure | BatchRefused | None:
        try:
            early = await run.run()
        finally:
            was_stopped = batch in self._stopped
            del self._running[batch]
            batch.progress.put_back()
            end: Callable[[], None] = batch.close if batch in self._left else batch.release
            self._left.discard(batch)
            self._stopped.discard(batch)
            end()
        if not was_stopped:
            self.ended.emit(BatchEnded(batch, early))
        return early
