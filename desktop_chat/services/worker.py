"""A thread that does blocking work in order, and never delays exit."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")


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
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
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
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put(partial(_call, loop, future, partial(function, *args)))
        return future

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
            job()
            del job  # and what it refers to, while nothing else is to do
            wait = self._idle_s


def _call(loop: asyncio.AbstractEventLoop, future: asyncio.Future[T], function: Callable[[], T]) -> None:
    if future.done():
        return
    try:
        settle = partial(_set_result, future, function())
    except BaseException as error:  # noqa: BLE001  (passed to whoever awaits)
        settle = partial(_set_error, future, error)
    with suppress(RuntimeError):  # the loop is closed: nobody is waiting
        loop.call_soon_threadsafe(settle)


def _set_result(future: asyncio.Future[T], result: T) -> None:
    if not future.done():
        future.set_result(result)


def _set_error(future: asyncio.Future[T], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
