"""The watchdog only reacts to silence, and only interrupts a wait."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Coroutine
from contextlib import closing
from typing import Any

import pytest
from prompt_loop import PromptLoop

from desktop_chat.core import watchdog as watchdog_module
from desktop_chat.core.errors import StreamStalled
from desktop_chat.core.watchdog import Watchdog


def run_promptly(story: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=PromptLoop) as runner:
        runner.run(story)


async def test_silence_ends_the_wait() -> None:
    with closing(Watchdog(0.02)) as watchdog, pytest.raises(StreamStalled), watchdog:
        await asyncio.sleep(60)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_sleep_shows_in_the_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = {"always": 50.0, "awake": 20.0}
    monkeypatch.setattr(time, "CLOCK_BOOTTIME", "always", raising=False)
    monkeypatch.setattr(time, "CLOCK_MONOTONIC", "awake", raising=False)
    monkeypatch.setattr(time, "clock_gettime", lambda clock: clocks[clock])
    assert watchdog_module.seconds_asleep() == 30.0
    with closing(Watchdog(60)) as watchdog:
        clocks.update(always=51.0, awake=21.0)
        assert not watchdog.has_slept
        clocks.update(always=3_600.0)
        assert watchdog.has_slept


def test_where_no_clock_tells_it_has_never_slept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog_module, "_CLOCKS", (("CLOCK_OF_ANOTHER_SYSTEM", "CLOCK_MONOTONIC"),))
    assert watchdog_module.seconds_asleep() == 0.0


async def off_and_on(watchdog: Watchdog) -> None:
    with watchdog.off():
        await asyncio.sleep(1)
    await asyncio.sleep(60)


def test_a_part_of_a_wait_need_not_count() -> None:
    async def wait() -> None:
        with closing(Watchdog(0.05)) as watchdog:
            with watchdog, watchdog.off():
                await asyncio.sleep(60)
            with pytest.raises(StreamStalled), watchdog:
                await off_and_on(watchdog)
            assert asyncio.get_running_loop().time() == pytest.approx(60 + 1 + 0.05)

    run_promptly(wait())


def test_feeding_keeps_it_quiet() -> None:
    async def feed() -> None:
        with closing(Watchdog(0.05)) as watchdog:
            for _ in range(10):
                with watchdog:
                    await asyncio.sleep(0.02)
                watchdog.feed()

    run_promptly(feed())


def test_time_outside_of_waits_does_not_count() -> None:
    async def wait() -> None:
        with closing(Watchdog(0.02)) as watchdog:
            await asyncio.sleep(0.06)
            watchdog.feed()
            with watchdog:
                await asyncio.sleep(0.01)

    run_promptly(wait())


async def test_a_cancellation_from_outside_takes_precedence() -> None:
    watchdog = Watchdog(0.02)
    waiting = asyncio.Event()

    async def wait() -> None:
        with watchdog:
            waiting.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(wait(), name="wait")
    await waiting.wait()
    asyncio.get_running_loop().call_at(asyncio.get_running_loop().time() + 0.02, task.cancel)
    with pytest.raises((asyncio.CancelledError, StreamStalled)):
        await task
    watchdog.close()

    watchdog = Watchdog(60)
    task = asyncio.create_task(wait(), name="wait")
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    watchdog.close()


async def test_both_at_once_is_a_cancellation() -> None:
    watchdog = Watchdog(60)

    async def wait() -> None:
        with watchdog:
            await asyncio.sleep(60)

    task = asyncio.create_task(wait(), name="wait")
    await asyncio.sleep(0)
    watchdog.set_limit(0)
    task.cancel()
    watchdog._check()
    with pytest.raises(asyncio.CancelledError):
        await task
    watchdog.close()


async def test_a_new_limit_counts_from_now() -> None:
    with closing(Watchdog(60)) as watchdog:
        watchdog.set_limit(0.02)
        with pytest.raises(StreamStalled), watchdog:
            await asyncio.sleep(60)


async def test_after_a_suspension_buffered_data_is_read_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog_module, "LATE_S", 0.05)
    here, there = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=here)

    def stand_still() -> None:
        time.sleep(0.3)
        there.sendall(b"came meanwhile")

    with closing(Watchdog(0.1)) as watchdog, there:
        asyncio.get_running_loop().call_soon(stand_still)
        with watchdog:
            assert await reader.read(100) == b"came meanwhile"
        with pytest.raises(StreamStalled), watchdog:  # silence still counts, later
            await reader.read(100)
    writer.close()
    await writer.wait_closed()


async def test_an_error_in_the_wait_is_not_replaced() -> None:
    with closing(Watchdog(60)) as watchdog, pytest.raises(ValueError, match="own"), watchdog:
        raise ValueError("own")
