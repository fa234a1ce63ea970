"""What another process has added to the database is shown, however often somebody asks for it."""

from __future__ import annotations

import asyncio
import logging

import pytest
from fakes import MemoryStore

from desktop_chat.core.added_beside import AddedBeside
from desktop_chat.core.entities import Conversation
from desktop_chat.core.errors import StoreLocked
from desktop_chat.core.library import Library
from desktop_chat.core.library_events import ConversationGrown
from desktop_chat.core.ports import WriteBatch
from desktop_chat.core.tasks import Tasks
from desktop_chat.core.write_behind import WriteBehind


class World:
    """A library, and how often new texts were to be indexed."""

    def __init__(self, pause_s: float = 0.0) -> None:
        self.store, self.tasks, self.indexed = MemoryStore(), Tasks(), 0
        self.library = Library(self.store, WriteBehind(self.store))
        self.heard: list[object] = []
        self.library.events.add(self.heard.append)
        self.beside = AddedBeside(self.library, self.tasks, lambda: ("open",), self._index, pause_s)

    def _index(self) -> None:
        self.indexed += 1

    async def add(self, name: str) -> None:
        conversation = Conversation(id=name, title=name, created_at=1.0, updated_at=1.0, leaf_id="m")
        await self.store.write(WriteBatch((conversation,)))

    async def rest(self) -> None:
        """Wait for the tasks that run."""
        while self.tasks._tasks:  # noqa: ASYNC110
            await asyncio.sleep(0)


async def test_what_was_added_is_shown_and_indexed() -> None:
    world = World()
    await world.add("open")
    await world.add("new")
    world.beside.look()
    await world.rest()
    assert {c.id for c in world.library.shown()} == {"open", "new"}
    assert ConversationGrown("open") in world.heard
    assert world.indexed == 1


async def test_many_requests_are_one_look_and_another_after_a_pause() -> None:
    world = World(pause_s=3_600.0)
    for _ in range(100):
        world.beside.look()
    await asyncio.sleep(0)
    while not world.indexed:  # noqa: ASYNC110
        await asyncio.sleep(0)
    for _ in range(100):
        world.beside.look()
    await asyncio.sleep(0.01)
    assert world.indexed == 1, "the next look is an hour away"
    await world.tasks.aclose()


async def test_a_request_during_a_look_is_not_forgotten() -> None:
    world = World()
    world.beside.look()
    await asyncio.sleep(0)
    await world.add("later")
    world.beside.look()
    await world.rest()
    assert [c.id for c in world.library.shown()] == ["later"]


async def test_what_cannot_be_read_now_comes_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world = World()

    async def locked(**_: object) -> list[Conversation]:
        raise StoreLocked

    monkeypatch.setattr(world.store, "conversations", locked)
    with caplog.at_level(logging.WARNING):
        world.beside.look()
        await world.rest()
    assert "next start" in caplog.text
    caplog.clear()
    with pytest.raises(StoreLocked):
        await world.beside.show(())
