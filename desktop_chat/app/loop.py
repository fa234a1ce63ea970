"""asyncio on Qt's event loop, with the bugs of qasync 0.28 fixed.

==============================================  ===================================================================
bug                                             here
==============================================  ===================================================================
a cancelled timer lives on until it is due      cancelling its handle kills it
timers are coarse: ``sleep(1.0)`` is too short  precise timers, never early
one timer per ``call_soon``                     one for everything that is due
a new notifier for every wait on a socket       one per socket, disabled between waits
no hooks for async generators                   installed while the loop runs, so that they are closed on this loop
Qt quits: "stopped before Future completed"     the main task is cancelled and may finish its work
``exec()`` in a coroutine: others never wake    their wake-ups wait until it has returned (nobody should call it)
a thread stuck in a name lookup blocks exit     threads of the default executor are daemons
a call from a thread arrives after the end      nothing is called
==============================================  ===================================================================
"""

from __future__ import annotations

import asyncio
import math
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimerEvent, Signal
from qasync import QEventLoop  # type: ignore[import-untyped]  # it ships no types

from desktop_chat.services.worker import Job

if TYPE_CHECKING:
    from contextvars import Context

    from PySide6.QtCore import QCoreApplication

T = TypeVar("T")

_MAX_TIMER_MS = 2**31 - 1
TURN_S = 0.006
"""How long callbacks may run before Qt handles keys, clicks and painting; one that is running is not interrupted."""


def run(main: Coroutine[Any, Any, T], app: QCoreApplication) -> T:
    """Run ``main`` on Qt's event loop and return its result.

    ``main`` is cancelled when Qt is told to quit (Cmd-Q, end of the session) and on SIGINT, SIGTERM and SIGHUP; unless
    it then returns a result of its own, this raises ``asyncio.CancelledError``. A Ctrl+C after that kills the process.
    """
    if hasattr(app, "setQuitOnLastWindowClosed"):
        app.setQuitOnLastWindowClosed(False)  # closing the window only starts the shutdown
    with asyncio.Runner(loop_factory=lambda: QtEventLoop(app)) as runner:
        return runner.run(_until_signalled(main))


async def _until_signalled(main: Coroutine[Any, Any, T]) -> T:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    ends = () if sys.platform == "win32" else (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop() -> None:
        if task:
            task.cancel()
        for number in ends:  # the system may send it twice: a closing terminal does
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL if number is signal.SIGINT else signal.SIG_IGN)

    if threading.current_thread() is threading.main_thread():
        for number in ends:
            loop.add_signal_handler(number, stop)
    return await main


class QtEventLoop(QEventLoop):  # type: ignore[misc]  # its base has no types
    """An asyncio loop driven by ``app.exec()``."""

    def __init__(self, app: QCoreApplication) -> None:
        self._readers = _Readers(self.call_soon)
        super().__init__(app)
        self._timer = _PreciseTimers(self.is_running)
        self._calls = _CallsFromThreads(self._take_call)

    def run_forever(self) -> None:
        previous = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(self._asyncgen_firstiter_hook, self._asyncgen_finalizer_hook)
        self._timer.release()
        try:
            super().run_forever()
        finally:
            sys.set_asyncgen_hooks(*previous)

    def run_until_complete(self, future: Any) -> Any:
        task = asyncio.ensure_future(future, loop=self)
        task.add_done_callback(self._stop_running)
        try:
            while not task.done():
                self.run_forever()
                if not task.done():
                    task.cancel()
        finally:
            task.remove_done_callback(self._stop_running)
        return task.result()

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        if delay <= 0:
            return self.call_soon(callback, *args, context=context)
        self._check_closed()
        handle = asyncio.TimerHandle(self.time() + delay, callback, args, self, context)
        self._timer.add_callback(handle, delay)
        return handle

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:
        self._check_closed()
        handle = asyncio.Handle(callback, args, self, context)
        self._timer.add_callback(handle)
        return handle

    def call_soon_threadsafe(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Nothing is called once the loop is closed, even if it was not when the thread called this."""
        handle = asyncio.Handle(callback, args, self, context)
        self._calls.made.emit(handle)
        return handle

    def _take_call(self, handle: asyncio.Handle) -> None:
        if not self.is_closed():
            self._timer.add_callback(handle)

    def run_in_executor(self, executor: Any, callback: Callable[..., T], *args: Any) -> asyncio.Future[T]:
        """Run each job on a thread of its own, which does not keep the process alive, unless there is an executor."""
        if executor is not None:
            future: asyncio.Future[T] = super().run_in_executor(executor, callback, *args)
            return future
        job = Job(self, partial(callback, *args))
        threading.Thread(target=job.run, name=f"executor-{getattr(callback, '__name__', 'job')}", daemon=True).start()
        return job.future

    async def getaddrinfo(self, *arguments: Any, **options: Any) -> Any:
        """Also record for the current request that its server's name is known."""
        from desktop_chat.services.provider.recording import note_resolved  # noqa: PLC0415  (not at startup)

        found = await super().getaddrinfo(*arguments, **options)
        note_resolved()
        return found

    def _add_reader(self, fd: int, callback: Callable[..., object], *args: Any) -> None:
        self._check_closed()
        self._readers.add(fd, callback, args)

    def _remove_reader(self, fd: int) -> bool:
        return self._readers.remove(fd)

    def close(self) -> None:
        self._readers.close()
        super().close()

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        self._timer.discard(handle)

    def _stop_running(self, _task: asyncio.Future[Any]) -> None:
        self.stop()


class _CallsFromThreads(QObject):
    """Passes handles to the thread that made this."""

    made = Signal(object)

    def __init__(self, take: Callable[[asyncio.Handle], None]) -> None:
        super().__init__()
        self.made.connect(take)


class _Readers:
    """Watches sockets for incoming data. A stream waits on its socket many times a second, so its notifier is kept
    between waits."""

    def __init__(self, call_soon: Callable[..., object]) -> None:
        self._call_soon = call_soon
        self._notifiers: dict[int, QSocketNotifier] = {}
        self._wanted: dict[int, tuple[Callable[..., object], tuple[Any, ...]]] = {}

    def add(self, fd: int, callback: Callable[..., object], args: tuple[Any, ...]) -> None:
        self._wanted[fd] = (callback, args)
        notifier = self._notifiers.get(fd)
        if notifier is None:
            notifier = self._notifiers[fd] = QSocketNotifier(fd, QSocketNotifier.Type.Read)
            notifier.activated.connect(partial(self._on_ready, fd))
        notifier.setEnabled(True)

    def remove(self, fd: int) -> bool:
        """Stop watching a socket. Returns whether it was watched."""
        if self._wanted.pop(fd, None) is None:
            return False
        self._notifiers[fd].setEnabled(False)
        return True

    def close(self) -> None:
        self._wanted.clear()
        for notifier in self._notifiers.values():
            notifier.setEnabled(False)
        self._notifiers.clear()

    def _on_ready(self, fd: int, *_: object) -> None:
        notifier = self._notifiers.get(fd)
        if notifier is not None:
            notifier.setEnabled(False)  # until it has been read
            self._call_soon(self._read, fd, self._wanted.get(fd))

    def _read(self, fd: int, wanted: tuple[Callable[..., object], tuple[Any, ...]] | None) -> None:
        if wanted is None or self._wanted.get(fd) is not wanted:
            return
        callback, args = wanted
        try:
            callback(*args)
        finally:
            if fd in self._wanted:
                self._notifiers[fd].setEnabled(True)


class _PreciseTimers(QObject):
    """Runs each handle when it is due, one at a time, and only while the loop runs."""

    def __init__(self, is_running: Callable[[], bool]) -> None:
        super().__init__()
        self._loop_is_running = is_running
        self._due: deque[asyncio.Handle] = deque()
        self._due_timer = 0
        self._handles: dict[int, asyncio.Handle] = {}
        self._timers: dict[asyncio.Handle, int] = {}
        self._running = False
        self._held: list[asyncio.Handle] = []

    def add_callback(self, handle: asyncio.Handle, delay: float = 0) -> None:
        if delay <= 0:
            self._due.append(handle)
            if not self._due_timer:
                self._due_timer = self.startTimer(0, Qt.TimerType.PreciseTimer)
            return
        milliseconds = min(math.ceil(max(0.0, delay) * 1000), _MAX_TIMER_MS)
        timer = self.startTimer(milliseconds, Qt.TimerType.PreciseTimer)
        self._handles[timer] = handle
        self._timers[handle] = timer

    def discard(self, handle: asyncio.Handle) -> None:
        """Drop a handle that will not run."""
        timer = self._timers.pop(handle, None)
        if timer is not None:
            self.killTimer(timer)
            del self._handles[timer]

    def timerEvent(self, event: QTimerEvent) -> None:
        timer = event.timerId()
        if timer == self._due_timer:
            self._run_due()
            return
        handle = self._handles.get(timer)
        if handle is None:
            return
        self.discard(handle)
        self._run_or_hold(handle)

    def _run_due(self) -> None:
        """Run what is due now, as long as a turn may take; the rest, and what becomes due meanwhile, wait until Qt has
        had its turn."""
        until = time.perf_counter() + TURN_S
        for _ in range(len(self._due)):
            if self._due:  # a nested loop may have taken the rest
                self._run_or_hold(self._due.popleft())
            if time.perf_counter() > until:
                break
        if not self._due and self._due_timer:
            self.killTimer(self._due_timer)
            self._due_timer = 0

    def _run_or_hold(self, handle: asyncio.Handle) -> None:
        if self._running or not self._loop_is_running():
            self._held.append(handle)  # another event loop is running: inside a task, or after ours has ended
        elif not handle.cancelled():
            self._run(handle)

    def stop(self) -> None:
        """Cancel everything."""
        for handle in list(self._timers):
            self.discard(handle)
        if self._due_timer:
            self.killTimer(self._due_timer)
            self._due_timer = 0
        self._due.clear()
        self._held.clear()

    def set_debug(self, enabled: bool) -> None:
        """Required by qasync; asyncio itself does the debugging."""

    def _run(self, handle: asyncio.Handle) -> None:
        self._running = True
        try:
            handle._run()  # noqa: SLF001 - the event loop's job
        finally:
            self._running = False
            self.release()

    def release(self) -> None:
        """Schedule the handles that were held back."""
        held, self._held = self._held, []
        for waiting in held:
            self.add_callback(waiting)
