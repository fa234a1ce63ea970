"""The file behind a value that changes often."""

from __future__ import annotations

import asyncio

import pytest

from desktop_chat.core import debounced_saver as saver_module
from desktop_chat.core.debounced_saver import DebouncedSaver
from desktop_chat.core.errors import SettingsError


class Disk:
    def __init__(self) -> None:
        self.saved: list[int] = []
        self.refusing = False
        self.asked = asyncio.Event()

    async def save(self, value: int) -> None:
        self.asked.set()
        if self.refusing:
            raise SettingsError("full")
        self.saved.append(value)


async def test_a_burst_of_changes_is_saved_once_with_the_newest_value():
    disk, errors = Disk(), []
    saver = DebouncedSaver(disk.save, errors.append)
    for value in range(5):
        saver.put(value)
    await saver.aclose()
    assert (disk.saved, errors) == ([4], [])


async def test_a_rejected_value_is_reported_and_saved_later():
    disk, errors = Disk(), []
    saver = DebouncedSaver(disk.save, errors.append)
    disk.refusing = True
    saver.put(1)
    await saver.aclose()
    assert [error.code for error in errors] == ["settings", "settings"]
    disk.refusing = False
    await saver.aclose()
    assert disk.saved == [1]


async def test_what_is_put_is_saved_soon_and_so_is_what_comes_while_that_is_done(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(saver_module, "DELAY_S", 0.01)
    disk = Disk()
    saver = DebouncedSaver(disk.save, [].append)
    async with asyncio.timeout(60):
        for value in (1, 2):
            saver.put(value)
            disk.asked.clear()
            await disk.asked.wait()
    assert disk.saved == [1, 2]


async def test_a_change_while_one_is_saved_is_saved_behind_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(saver_module, "DELAY_S", 0.01)
    saved: list[int] = []
    done = asyncio.Event()

    async def save(value: int) -> None:
        if not saved:
            saver.put(2)
        saved.append(value)
        if value == 2:
            done.set()

    saver = DebouncedSaver(save, [].append)
    saver.put(1)
    async with asyncio.timeout(60):
        await done.wait()
    assert saved == [1, 2]
    await saver.aclose()


async def test_a_refused_value_is_not_tried_again_until_something_changes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(saver_module, "DELAY_S", 0.01)
    disk, errors = Disk(), []
    disk.refusing = True
    saver = DebouncedSaver(disk.save, errors.append)
    saver.put(1)
    async with asyncio.timeout(60):
        await disk.asked.wait()
        await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == "saver"))
    assert len(errors) == 1
    disk.refusing = False
    saver.put(2)
    await saver.aclose()
    assert disk.saved == [2]


async def test_closing_with_nothing_to_save_saves_nothing():
    disk = Disk()
    await DebouncedSaver(disk.save, lambda _: None).aclose()
    assert disk.saved == []


async def test_a_bug_is_reported():
    async def save(_value: int) -> None:
        raise LookupError("a bug")

    told = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context["exception"]))
    saver = DebouncedSaver(save, [].append)
    saver.put(1)
    await saver.aclose()
    await asyncio.sleep(0)
    assert [str(bug) for bug in told] == ["a bug"]
