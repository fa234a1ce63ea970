"""Batches that run end orderly: when they are stopped, when nobody looks at them, and with the application."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from desktop_chat.core.batch_port import Batch
from desktop_chat.core.batch_run import BatchRun
from desktop_chat.core.batch_runs import BatchEnded, BatchRuns
from desktop_chat.core.entities import Failure

ENDED = Failure("quota_exceeded")


class Rows:
    """A batch and its run, which takes a while to put on disk what it has when it is stopped."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.progress = self
        self._stopped = asyncio.Event()
        self.bug: Exception | None = None

    async def run(self) -> Failure | None:
        await self._stopped.wait()
        if self.bug is not None:
            raise self.bug
        await asyncio.sleep(0)
        self.notes.append("on disk")
        return ENDED

    def stop(self) -> None:
        self._stopped.set()

    def put_back(self) -> None:
        self.notes.append("put back")

    def release(self) -> None:
        self.notes.append("released")

    def close(self) -> None:
        self.notes.append("closed")


def started(runs: BatchRuns, rows: Rows) -> tuple[Batch, asyncio.Task[Any]]:
    batch = cast(Batch, rows)
    return batch, runs.start(batch, cast(BatchRun, rows))


async def test_a_stopped_run_is_on_disk_and_its_output_free() -> None:
    runs, rows = BatchRuns(), Rows()
    batch, task = started(runs, rows)
    runs.stop(batch)
    assert await task == ENDED
    assert rows.notes == ["on disk", "put back", "released"]
    runs.stop(batch)
    runs.leave(batch)
    assert rows.notes[-1] == "closed"


async def test_a_run_that_is_left_is_stopped_and_then_closed() -> None:
    runs, rows = BatchRuns(), Rows()
    batch, task = started(runs, rows)
    runs.leave(batch)
    assert rows.notes == []
    await task
    assert rows.notes == ["on disk", "put back", "closed"]


async def test_the_end_waits_for_all() -> None:
    runs, several = BatchRuns(), [Rows(), Rows()]
    for rows in several:
        started(runs, rows)
    await runs.aclose()
    assert [rows.notes for rows in several] == [["on disk", "put back", "released"]] * 2
    await runs.aclose()


async def test_a_bug_in_a_run_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    runs, rows = BatchRuns(), Rows()
    rows.bug = ZeroDivisionError("a bug")
    found: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: found.append(context))
    batch, task = started(runs, rows)
    runs.stop(batch)
    with pytest.raises(ZeroDivisionError):
        await task
    await asyncio.sleep(0)
    assert [context["exception"] for context in found] == [rows.bug]
    assert rows.notes == ["put back", "released"]


async def test_only_a_run_that_ends_by_itself_is_news() -> None:
    runs, rows = BatchRuns(), [Rows(), Rows(), Rows()]
    told: list[BatchEnded] = []
    runs.ended.add(told.append)
    (first, by_itself), (second, stopped), (third, left) = (started(runs, each) for each in rows)
    rows[0].stop()
    runs.stop(second)
    runs.leave(third)
    assert await asyncio.gather(by_itself, stopped, left) == [ENDED] * 3
    assert told == [BatchEnded(first, ENDED)]
    _, closed = started(runs, Rows())
    await runs.aclose()
    assert await closed == ENDED
    assert len(told) == 1
