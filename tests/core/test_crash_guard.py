"""A conversation that a run hung or crashed on is suspect at the next start, and no other."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from desktop_chat.core import crash_guard
from desktop_chat.core.crash_guard import CrashGuard, CrashGuardRecord


class Disk:
    """Stores the record while the run continues."""

    def __init__(self, left: CrashGuardRecord | None = None) -> None:
        self.record = left or CrashGuardRecord()
        self.saved = asyncio.Event()

    async def save(self, record: CrashGuardRecord) -> None:
        self.record = record
        self.saved.set()

    def start(self, *, has_crashed: bool = False) -> CrashGuard:
        return CrashGuard(self.record, self.save, has_crashed=has_crashed)

    async def wait_for(self, record: CrashGuardRecord) -> None:
        async with asyncio.timeout(60):
            while self.record != record:
                self.saved.clear()
                await self.saved.wait()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash_guard, "SETTLED_S", 0.01)


async def test_a_run_that_ends_while_opening_a_conversation_leaves_it_suspect() -> None:
    disk = Disk()
    shown = disk.start()
    await shown.begin("a")
    assert disk.record == CrashGuardRecord("a", opening=True)
    assert disk.start().is_suspect("a")
    assert not disk.start().is_suspect("b")


async def test_what_is_left_of_a_run_is_no_crash_by_itself() -> None:
    disk = Disk(CrashGuardRecord("a"))
    assert not CrashGuard(disk.record, disk.save).is_suspect("a")


async def test_a_settled_conversation_is_suspect_only_after_a_crash() -> None:
    disk = Disk()
    shown = disk.start()
    await shown.begin("a")
    shown.rendered("a")
    await disk.wait_for(CrashGuardRecord("a"))
    assert not disk.start().is_suspect("a")
    assert disk.start(has_crashed=True).is_suspect("a")


async def test_the_last_one_in_view_counts() -> None:
    disk = Disk()
    shown = disk.start()
    await shown.begin("a")
    shown.rendered("a")
    shown.show("b")
    await disk.wait_for(CrashGuardRecord("b"))
    shown.show("c")
    await disk.wait_for(CrashGuardRecord("c"))
    await shown.aclose()


async def test_a_clean_exit_leaves_no_suspect() -> None:
    disk = Disk()
    shown = disk.start()
    await shown.begin("a")
    shown.rendered("a")
    await shown.aclose()
    assert disk.record == CrashGuardRecord()
    assert not disk.start(has_crashed=True).is_suspect("")


async def test_it_stays_suspect_until_it_was_opened_successfully() -> None:
    disk = Disk(CrashGuardRecord("a", opening=True))
    first = disk.start()
    await first.aclose()
    second = disk.start()
    assert second.is_suspect("a")
    second.trust("a")
    assert not second.is_suspect("a")
    await second.begin("a")
    assert disk.record == replace(disk.record, conversation_id="a", opening=True, suspects=("a",))
    second.rendered("a")
    await disk.wait_for(CrashGuardRecord("a"))
    await second.aclose()
    assert not disk.start().is_suspect("a")


async def test_what_went_well_takes_no_other_from_suspicion() -> None:
    disk = Disk(CrashGuardRecord(suspects=("a", "b")))
    shown = disk.start()
    await shown.begin("a")
    shown.rendered("a")
    await disk.wait_for(CrashGuardRecord("a", suspects=("b",)))
    await shown.aclose()
    assert not disk.start().is_suspect("a")
    assert disk.start().is_suspect("b")


async def test_one_that_hangs_again_is_suspect_again() -> None:
    disk = Disk(CrashGuardRecord(suspects=("a", "b")))
    shown = disk.start()
    shown.trust("a")
    await shown.begin("a")
    third = disk.start()
    assert third.is_suspect("a")
    assert third.is_suspect("b")
