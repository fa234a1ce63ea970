"""One thread, in order, and nothing that prevents the process from exiting."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from desktop_chat.services.worker import Worker


async def test_jobs_run_in_order_on_one_other_thread() -> None:
    worker = Worker("busy")
    done: list[tuple[int, str]] = []
    await asyncio.gather(
        *(worker.submit(lambda n=n: done.append((n, threading.current_thread().name))) for n in range(20))
    )
    worker.end()
    assert done == [(n, "busy") for n in range(20)]


async def test_an_error_is_raised_to_the_caller_and_the_next_job_runs() -> None:
    worker = Worker("busy")
    with pytest.raises(ZeroDivisionError):
        await worker.submit(lambda: 1 // 0)
    assert await worker.submit(max, 1, 2) == 2
    worker.end()
    worker.end()


async def test_a_job_cancelled_before_its_turn_is_not_run() -> None:
    worker = Worker("busy")
    gate = threading.Event()
    done: list[str] = []
    first = worker.submit(gate.wait)
    second = worker.submit(done.append, "second")
    third = worker.submit(done.append, "third")
    second.cancel()
    gate.set()
    await asyncio.gather(first, third)
    worker.end()
    assert done == ["third"]


async def test_after_the_end_no_jobs_are_accepted_and_pending_ones_run() -> None:
    worker = Worker("busy")
    last = worker.submit(lambda: "done")
    worker.end()
    with pytest.raises(RuntimeError):
        worker.submit(lambda: None)
    assert await last == "done"


def test_a_result_for_a_closed_loop_is_ignored() -> None:
    gate, answered = threading.Event(), threading.Event()
    worker = Worker("busy")

    async def ask_and_leave() -> None:
        worker.submit(gate.wait)
        worker.submit(answered.set)

    asyncio.run(ask_and_leave())
    gate.set()
    assert answered.wait(10)
    worker.end()


def test_a_process_exits_although_its_worker_is_blocked() -> None:
    script = (
        "import asyncio, threading\n"
        "from desktop_chat.services.worker import Worker\n"
        "async def main():\n"
        "    Worker('stuck').submit(threading.Event().wait)\n"
        "    await asyncio.sleep(0.01)\n"
        "asyncio.run(main())\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


class Widget:
    """What only the main thread may destroy; notes where that happens."""

    def __init__(self, died_on: list[threading.Thread]) -> None:
        self._died_on = died_on

    def __del__(self) -> None:
        self._died_on.append(threading.current_thread())


@pytest.mark.parametrize("ends", ["well", "badly", "cancelled"])
async def test_what_a_job_refers_to_is_released_on_the_loops_thread(monkeypatch: pytest.MonkeyPatch, ends: str) -> None:
    """Even if the thread stays behind until everybody else has forgotten the job."""
    loop, released = asyncio.get_running_loop(), threading.Event()
    tell = loop.call_soon_threadsafe
    died_on: list[threading.Thread] = []
    worker = Worker("busy")

    def tell_and_stay(callback: Callable[[], None]) -> None:
        tell(callback)
        released.wait()

    def work(widget: Widget) -> Widget:
        if ends == "badly":
            raise OSError
        return widget

    async def use(widget: Widget) -> None:
        """A coroutine whose frame, with what is in it, becomes part of the exception's traceback."""
        with suppress(OSError):
            await worker.submit(work, widget)

    monkeypatch.setattr(loop, "call_soon_threadsafe", tell_and_stay)
    using = asyncio.create_task(use(Widget(died_on)), name="use")
    if ends == "cancelled":
        await asyncio.sleep(0)
        using.cancel()
    await asyncio.wait({using})
    del using
    try:
        async with asyncio.timeout(10):
            while not died_on:  # noqa: ASYNC110  (there is no event for it)
                await asyncio.sleep(0)
    finally:
        released.set()
        worker.end()
    assert died_on == [threading.main_thread()]
