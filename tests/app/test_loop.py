"""Each qasync bug that the loop fixes, as a test that fails with the original."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from desktop_chat.app.loop import TURN_S, QtEventLoop, run

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from PySide6.QtWidgets import QApplication


def test_the_result_of_main_is_returned(qapp: QApplication) -> None:
    async def main() -> str:
        await asyncio.sleep(0)
        return "done"

    assert run(main(), qapp) == "done"


def test_an_error_of_main_is_raised(qapp: QApplication) -> None:
    async def main() -> None:
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        run(main(), qapp)


def test_a_cancelled_timer_is_killed_at_once(qapp: QApplication) -> None:
    async def main() -> tuple[int, int]:
        timers = asyncio.get_running_loop()._timer._timers
        before = len(timers)
        for _ in range(500):
            async with asyncio.timeout(600):
                await asyncio.sleep(0)
        return before, len(timers)

    before, after = run(main(), qapp)
    assert after == before


def test_a_cancelled_handle_never_runs(qapp: QApplication) -> None:
    async def main() -> list[str]:
        loop = asyncio.get_running_loop()
        ran: list[str] = []
        loop.call_soon(ran.append, "soon").cancel()
        loop.call_later(0.001, ran.append, "later").cancel()
        loop.call_later(0.002, ran.append, "kept")
        await asyncio.sleep(0.01)
        return ran

    assert run(main(), qapp) == ["kept"]


def test_sleep_is_never_too_short(qapp: QApplication) -> None:
    async def main() -> list[float]:
        loop = asyncio.get_running_loop()
        early = []
        for delay in (0.0011, 0.0199, 0.05, 0.12):
            due = loop.time() + delay
            await asyncio.sleep(delay)
            early.append(due - loop.time())
        return early

    assert max(run(main(), qapp)) <= 0


def test_callbacks_run_in_order(qapp: QApplication) -> None:
    async def main() -> list[int]:
        order: list[int] = []
        for number in range(200):
            asyncio.get_running_loop().call_soon(order.append, number)
        await asyncio.sleep(0.001)
        return order

    assert run(main(), qapp) == list(range(200))


def test_an_abandoned_generator_is_closed_on_the_loop(qapp: QApplication) -> None:
    closed_in: list[object] = []
    closed = asyncio.Event()

    async def pieces() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            await asyncio.sleep(0)
            closed_in.append(asyncio.get_running_loop())
            closed.set()

    async def main() -> object:
        async for _ in pieces():
            break
        await closed.wait()
        return asyncio.get_running_loop()

    hooks = sys.get_asyncgen_hooks()
    assert run(main(), qapp) in closed_in
    assert sys.get_asyncgen_hooks() == hooks


def test_closing_the_last_window_does_not_quit(qapp: QApplication) -> None:
    async def main() -> str:
        window = QWidget()
        window.show()
        window.close()
        await asyncio.sleep(0.01)
        window.deleteLater()
        return "still here"

    assert run(main(), qapp) == "still here"


def test_quitting_lets_main_finish(qapp: QApplication) -> None:
    async def main() -> str:
        try:
            QTimer.singleShot(0, qapp.quit)
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0.01)
        return "saved"

    assert run(main(), qapp) == "saved"


def test_quitting_cancels_a_main_that_does_not_handle_it(qapp: QApplication) -> None:
    async def main() -> None:
        QTimer.singleShot(0, qapp.quit)
        await asyncio.Event().wait()

    with pytest.raises(asyncio.CancelledError):
        run(main(), qapp)


def test_a_nested_event_loop_in_a_coroutine_loses_no_wake_up(qapp: QApplication) -> None:
    async def main() -> int:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            for _ in range(20):
                await asyncio.sleep(0.001)
                ticks += 1

        ticking = asyncio.create_task(tick(), name="ticking")
        await asyncio.sleep(0.002)
        nested = QEventLoop()
        QTimer.singleShot(20, nested.quit)
        nested.exec()
        await ticking
        return ticks

    assert run(main(), qapp) == 20


def test_tasks_continue_during_a_nested_event_loop_of_a_slot(qapp: QApplication) -> None:
    async def main() -> str:
        finished: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        nested = QEventLoop()

        async def work() -> None:
            await asyncio.sleep(0.002)
            nested.quit()
            finished.set_result("inside")

        working: list[asyncio.Task[None]] = []

        def slot() -> None:
            working.append(asyncio.ensure_future(work()))
            nested.exec()

        QTimer.singleShot(0, slot)
        return await finished

    assert run(main(), qapp) == "inside"


def test_streams_work_over_a_real_socket(qapp: QApplication) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readline())
        writer.close()
        await writer.wait_closed()

    async def main() -> bytes:
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
            writer.write(b"hello\n")
            line = await reader.readline()
            writer.close()
            await writer.wait_closed()
        return line

    assert run(main(), qapp) == b"hello\n"


def test_a_socket_keeps_its_notifier_between_reads(qapp: QApplication) -> None:
    async def main() -> tuple[list[bytes], int]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, QtEventLoop)
        near, far = socket.socketpair()
        came: list[bytes] = []
        with near, far:
            near.setblocking(False)
            before = len(loop._readers._notifiers)
            for number in range(20):
                ready = asyncio.Event()
                loop._add_reader(near.fileno(), ready.set)
                far.send(b"%d" % number)
                await ready.wait()
                came.append(near.recv(10))
                assert loop._remove_reader(near.fileno())
                assert not loop._remove_reader(near.fileno())
            far.send(b"unseen")
            await asyncio.sleep(0.02)
        return came, len(loop._readers._notifiers) - before

    assert run(main(), qapp) == ([b"%d" % number for number in range(20)], 1)


def test_a_new_reader_does_not_get_events_of_a_removed_one(qapp: QApplication) -> None:
    async def main() -> list[str]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, QtEventLoop)
        near, far = socket.socketpair()
        told: list[str] = []
        ready = asyncio.Event()

        def tell(name: str) -> None:
            told.append(name)
            ready.set()

        with near, far:
            loop._add_reader(near.fileno(), tell, "first")
            far.send(b"x")
            loop._readers._on_ready(near.fileno())
            loop._remove_reader(near.fileno())
            loop._add_reader(near.fileno(), tell, "second")
            await ready.wait()
            loop._remove_reader(near.fileno())
        return told

    assert set(run(main(), qapp)) == {"second"}


def test_due_callbacks_run_in_order_and_yield_to_qt(qapp: QApplication) -> None:
    ran: list[str] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()

        def again(count: int) -> None:
            ran.append(f"again {count}")
            if count:
                loop.call_soon(again, count - 1)

        QTimer.singleShot(0, lambda: ran.append("qt"))
        loop.call_soon(again, 50)
        loop.call_soon(ran.append, "second")
        loop.call_soon(ran.append, "never").cancel()
        await asyncio.sleep(0.05)

    run(main(), qapp)
    assert ran[-1] == "again 0"
    assert "never" not in ran
    assert ran.index("second") == ran.index("again 50") + 1 or ran[ran.index("again 50") + 1] == "qt"
    assert ran.index("qt") < ran.index("again 30")


def test_qt_has_its_turn_between_callbacks_that_take_long(qapp: QApplication) -> None:
    """Regression: the answers to 64 requests that arrived together were handled in one turn of the window."""
    order: list[object] = []

    def work(number: int) -> None:
        order.append(number)
        time.sleep(TURN_S / 2)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        timer = QTimer()
        timer.timeout.connect(partial(order.append, "Qt"))
        timer.start(0)
        for number in range(9):
            loop.call_soon(work, number)
        while len(order) - order.count("Qt") < 9:  # noqa: ASYNC110  (counts turns)
            await asyncio.sleep(0)
        timer.stop()

    run(main(), qapp)
    assert [each for each in order if each != "Qt"] == list(range(9))
    between = "".join("q" if each == "Qt" else "." for each in order).strip("q").split("q")
    assert max(map(len, between)) <= 3


def test_a_closed_loop_accepts_no_work(qapp: QApplication) -> None:
    loop = QtEventLoop(qapp)
    loop.set_debug(True)
    loop.call_later(600, print)
    loop.close()
    assert not loop._timer._timers
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_soon(print)
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_later(1, print)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_main_cleanly(number: signal.Signals) -> None:
    program = """
        import asyncio
        from PySide6.QtWidgets import QApplication
        from desktop_chat.app.loop import run

        async def main():
            print("ready", flush=True)
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                await asyncio.sleep(0)
                print("saved", flush=True)

        run(main(), QApplication([]))
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.stdout.read() == "saved\n"
    assert process.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_ctrl_c_after_a_signal_kills_a_main_that_does_not_end() -> None:
    program = """
        import asyncio
        from PySide6.QtWidgets import QApplication
        from desktop_chat.app.loop import run

        async def main():
            for line in ("ready", "stuck"):
                print(line, flush=True)
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    pass

        run(main(), QApplication([]))
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.readline() == "stuck\n"
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGINT)
    assert process.returncode == -signal.SIGINT
