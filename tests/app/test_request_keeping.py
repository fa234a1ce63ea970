"""Requests are kept on disk only while that is switched on, and go with their conversations."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from chat_story import CONNECTION, Chat

from desktop_chat.app.request_keeping import RequestKeeping
from desktop_chat.core.entities import Api, new_id
from desktop_chat.core.exchanges import Exchange, ExchangeLog

REPLY = new_id()


class Keeping:
    """A run that keeps requests of one conversation."""

    def __init__(self, folder: Path, *, keeps: bool) -> None:
        self.chat = Chat(keep_requests=keeps)
        self.log = ExchangeLog()
        self.requests = RequestKeeping(folder, self.chat.preferences)
        self.requests.start(self.log, self.chat.library)

    async def end_exchange(self) -> None:
        self.end_one()
        await self.settled()

    def end_one(self) -> None:
        url = f"{CONNECTION.base_url}/chat/completions"
        exchange = Exchange(REPLY, "c1", "Here", Api.CHAT_COMPLETIONS, "m", url, {"model": "m"}, str)
        exchange.conversation_id = self.chat.session.conversation_id
        self.log.add(exchange)
        self.log.end(exchange)

    async def settled(self) -> None:
        await self.requests._tasks.finish()

    async def kept(self) -> int:
        return len(await self.requests.read(self.chat.session.conversation_id, REPLY))

    async def aclose(self) -> None:
        await self.requests.aclose()
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


async def test_a_request_that_ends_just_before_the_program_is_kept(keep: Callable[..., Keeping]) -> None:
    keeping = keep(keeps=True)
    keeping.end_one()
    await keeping.requests.aclose()
    keeping.end_one()  # too late, and no error
    assert await keep(keeps=True).kept() == 0, "another conversation"
    assert len(list(keeping.requests._folder.rglob("*.har"))) == 1
