"""What the window needs of a batch; `services.batch.open_batch` implements it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from desktop_chat.core.batch_job import BatchJob
from desktop_chat.core.batch_progress import BatchProgress, Estimate
from desktop_chat.core.batch_request import BatchRequest
from desktop_chat.core.batch_run import BatchEvent, BatchRun
from desktop_chat.core.entities import Failure
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.ports import Provider


class Batch(Protocol):
    """A batch whose input was read, and whose output says which rows are finished."""

    job: BatchJob
    events: Listeners[BatchEvent]
    progress: BatchProgress

    def ids(self) -> Sequence[str]:
        """Return the ids of all rows, in order."""
        ...

    def waiting(self, *, with_failed: bool = False) -> list[int]:
        """Return the rows that are to be asked."""
        ...

    async def estimate(self, rows: list[int]) -> Estimate:
        """Return what asking these rows takes."""
        ...

    def unread(self, rows: list[int]) -> list[int]:
        """Return the rows with documents that were not read yet, so that their tokens are unknown."""
        ...

    async def learn_tokens(self, row: int) -> None:
        """Read a row's document for an estimate. Raises BatchRefused."""
        ...

    async def first(self, count: int) -> list[tuple[BatchRequest, Failure | None]]:
        """Return the first requests as they are sent, or why they cannot be. Raises BatchRefused."""
        ...

    async def told(self, row: int) -> tuple[str, str]:
        """Return the question of a row, and its answer as far as it is on disk. Raises BatchRefused."""
        ...

    async def table(self) -> bytes:
        """Return all rows as a table for spreadsheets: id, status, answer and error. Raises BatchRefused."""
        ...

    def make_run(self, rows: list[int], provider: Callable[[], Awaitable[Provider]], *, wait_s: float) -> BatchRun:
        """Return a run that asks these rows. Raises NoModel."""
        ...

    def release(self) -> None:
        """Let others write to the output, when the run has ended."""
        ...

    def close(self) -> None:
        """Close the files."""
        ...


OpenBatchFunction = Callable[[BatchJob, bool], Awaitable[Batch]]
"""Opens a job: to run it, or (False) only to look at it, which writes nothing. Raises BatchRefused, NoConnection."""
