"""The threads of the Qt loop's default executor: they never delay the exit, and never destroy what belongs to Qt."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop_chat.app.loop import QtEventLoop, run


def test_a_job_in_a_thread_returns_its_result_or_its_error(qapp: QApplication) -> None:
    def failing() -> None:
        raise OSError("no such host")

    async def main() -> bool:
        daemon = await asyncio.to_thread(lambda: threading.current_thread().daemon)
        with pytest.raises(OSError, match="no such host"):
            await asyncio.to_thread(failing)
        return daemon

    assert run(main(), qapp) is True


def test_a_stuck_thread_does_not_prevent_closing_the_loop(qapp: QApplication) -> None:
    stuck = threading.Event()

    async def main() -> str:
        started = asyncio.Event()
        tell = asyncio.get_running_loop().call_soon_threadsafe

        def look_up() -> None:
            tell(started.set)
            stuck.wait()

        looking = asyncio.create_task(asyncio.to_thread(look_up), name="look-up")
        await started.wait()
        looking.cancel()
        return "closed"

    try:
        assert run(main(), qapp) == "closed"
    finally:
        stuck.set()


def test_what_a_thread_calls_just_before_the_loop_is_closed_is_dropped(qapp: QApplication) -> None:
    called: list[str] = []
    loop = QtEventLoop(qapp)
    for when in ("in time", "late"):
        calling = threading.Thread(target=loop.call_soon_threadsafe, args=(called.append, when))
        calling.start()
        calling.join()
        if not called:
            loop.run_until_complete(asyncio.sleep(0.01))
    loop.close()
    qapp.processEvents()
    assert called == ["in time"]


def test_a_thread_that_stays_behind_releases_no_frame_of_a_coroutine(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    died_on: list[threading.Thread] = []
    released = threading.Event()
    tell = QtEventLoop.call_soon_threadsafe

    class Widget:
        def __del__(self) -> None:
            died_on.append(threading.current_thread())

    def tell_and_stay(loop: QtEventLoop, callback: Callable[[], None]) -> None:
        tell(loop, callback)
        released.wait()

    async def use(widget: Widget) -> None:
        with suppress(FileNotFoundError):
            await asyncio.to_thread(Path("missing").read_text)

    async def main() -> None:
        await use(Widget())
        async with asyncio.timeout(10):
            while not died_on:  # noqa: ASYNC110  (there is no event for it)
                await asyncio.sleep(0)

    monkeypatch.setattr(QtEventLoop, "call_soon_threadsafe", tell_and_stay)
    try:
        run(main(), qapp)
    finally:
        released.set()
    assert died_on == [threading.main_thread()]
