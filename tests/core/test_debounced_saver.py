"""The file behind a value that changes often."""

from __future__ import annotations

import asyncio

from desktop_chat.core.debounced_saver import DebouncedSaver
from desktop_chat.core.errors import SettingsError


class Disk:
    def __init__(self) -> None:
        self.saved: list[int] = []
        self.refusing = False

    async def save(self, value: int) -> None:
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
