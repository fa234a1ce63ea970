"""Requests are kept on disk only while that is switched on, and go with their conversations."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from chat_story import CONNECTION, Chat

from desktop_chat.app.request_keeping import RequestKeeping
from desktop_chat.core.entities import Api, new_id
from desktop_chat.core.exchanges import Exchange, ExchangeLog
from desktop_chat.core.tasks import Tasks

REPLY = new_id()


class Keeping:
    """A run that keeps requests of one conversation."""

    def __init__(self, folder: Path, *, keeps: bool) -> None:
        self.chat = Chat(keep_requests=keeps)
        self.tasks = Tasks()
        self.log = ExchangeLog()
        self.requests = RequestKeeping(folder, self.chat.preferences, self.tasks)
        self.requests.start(self.log, self.chat.library)

    async def end_exchange(self) -> None:
        url = f"{CONNECTION.base_url}/chat/completions"
        exchange = Exchange(REPLY, "c1", "Here", Api.CHAT_COMPLETIONS, "m", url, {"model": "m"}, str)
        exchange.conversation_id = self.chat.session.conversation_id
        self.log.add(exchange)
        self.log.end(exchange)
        await self.settled()

    async def settled(self) -> None:
        while self.tasks._tasks:
            await asyncio.wait(set(self.tasks._tasks))

    async def kept(self) -> int:
        return len(await self.requests.read(self.chat.session.conversation_id, REPLY))

    async def aclose(self) -> None:
        await self.tasks.aclose()
        self.requests.end()
        await self.chat.write_behind.aclose()


@pytest.fixture
async def keep(tmp_path: Path) -> AsyncIterator[Callable[..., Keeping]]:
    made: list[Keeping] = []

    def one(*, keeps: bool) -> Keeping:
        made.append(Keeping(tmp_path / "requests", keeps=keeps))
        return made[-1]

    yield one
    for keeping in made:
        await keeping.aclose()


async def test_nothing_is_on_disk_unless_it_is_switched_on(keep: Callable[..., Keeping], tmp_path: Path) -> None:
    keeping = keep(keeps=False)
    await keeping.end_exchange()
    assert not (tmp_path / "requests").exists()
    keeping.chat.preferences.update(keep_requests=True)
    await keeping.end_exchange()
    assert await keeping.kept() == 1


async def test_switching_it_off_removes_everything(keep: Callable[..., Keeping], tmp_path: Path) -> None:
    keeping = keep(keeps=True)
    await keeping.end_exchange()
    keeping.chat.preferences.update(keep_requests=False)
    await keeping.settled()
    assert not (tmp_path / "requests").exists()


async def test_what_is_left_of_a_run_that_kept_them_goes_at_the_next_start(
    keep: Callable[..., Keeping], tmp_path: Path
) -> None:
    await keep(keeps=True).end_exchange()
    await keep(keeps=False).settled()
    assert not (tmp_path / "requests").exists()


async def test_they_go_with_their_conversation(keep: Callable[..., Keeping]) -> None:
    keeping = keep(keeps=True)
    await keeping.end_exchange()
    conversation_id = keeping.chat.session.conversation_id
    keeping.chat.library.trash(conversation_id)
    await keeping.settled()
    assert await keeping.kept() == 1, "it can still be restored"
    await keeping.chat.library.delete([conversation_id])
    await keeping.settled()
    assert await keeping.kept() == 0
