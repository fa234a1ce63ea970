"""Blocking work on another thread: one job, and a thread that does jobs in order and never delays exit."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Job(Generic[T]):
    """A function to be called once on another thread, and the future for its result.

    Everything that a job refers to is released on the loop's thread: when its exception is raised to a coroutine, it
    refers to the coroutine's frames, and so to widgets, which no other thread may destroy.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, function: Callable[[], T]) -> None:
        self.future: asyncio.Future[T] = loop.create_future()
        self._loop = loop
        self._function = function
        self._outcome: list[T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        """Call the function on this thread, unless the future was cancelled."""
        if not self.future.done():
            try:
                self._outcome.append(self._function())
            except BaseException as error:  # noqa: BLE001  (passed to whoever awaits)
                self._error = error
        with suppress(RuntimeError):  # the loop is closed: nobody is waiting
            self._loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        future, error, outcome = self.future, self._error, self._outcome
        del self.future, self._function, self._error, self._outcome  # the thread may keep this job a little longer
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(outcome.pop())


class Worker:
    """An executor with one thread, which runs jobs one after another.

    The thread is a daemon and never joined, so a call that blocks forever costs a thread but does not prevent exit, as
    it would in a `ThreadPoolExecutor`.
    """

    def __init__(self, name: str, *, idle_s: float | None = None, when_idle: Callable[[], None] | None = None) -> None:
        """`when_idle` is called on the thread after `idle_s` seconds without a job, and when the thread ends."""
        self._name = name
        self._idle_s = idle_s
        self._when_idle = when_idle or (lambda: None)
        self._jobs: queue.SimpleQueue[Job[Any] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._ended = False

    def submit(self, function: Callable[..., T], *args: Any) -> asyncio.Future[T]:
        """Call `function` on the thread; return a future for its result. If it is cancelled before its turn, the
        function is not called."""
        if self._ended:
            raise RuntimeError(f"the worker {self._name!r} has ended")
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        job = Job(asyncio.get_running_loop(), partial(function, *args))
        self._jobs.put(job)
        return job.future

    def end(self) -> None:
        """Accept no more work; the thread ends after its pending jobs. Returns at once; may be called twice."""
        self._ended = True
        self._jobs.put(None)

    def _run(self) -> None:
        wait = None
        while True:
            try:
                job = self._jobs.get(timeout=wait)
            except queue.Empty:
                self._when_idle()
                wait = None
                continue
            if job is None:
                self._when_idle()
                return
            job.run()
            wait = self._idle_s
