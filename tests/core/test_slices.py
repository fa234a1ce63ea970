"""Long work gives way between its slices, and ends when its task does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from turns import counted_turns

from desktop_chat.core import slices
from desktop_chat.core.slices import Steps, finished, in_slices


def added(numbers: Iterator[int]) -> Steps[int]:
    total = 0
    for number in numbers:
        total += number
        yield
    return total


def test_all_steps_can_be_taken_at_once() -> None:
    assert finished(added(iter(range(5)))) == 10


async def test_others_have_their_turn_between_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "SLICE_S", 0.0)
    async with counted_turns() as turns:
        assert await in_slices(added(iter(range(100)))) == 4_950
        assert turns.taken >= 99


async def test_what_is_short_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "SLICE_S", 3_600.0)
    async with counted_turns() as turns:
        assert await in_slices(added(iter(range(100)))) == 4_950
        assert not turns.taken


async def test_a_cancelled_task_takes_no_further_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "SLICE_S", 0.0)
    reached = asyncio.Event()
    taken = []

    def numbers() -> Iterator[int]:
        for number in range(1_000):
            taken.append(number)
            if number == 10:
                reached.set()
            yield number

    work = asyncio.create_task(in_slices(added(numbers())), name="add")
    await reached.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert len(taken) < 1_000


async def test_an_error_in_a_step_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        await in_slices(added(1 // number for number in (1, 0)))
