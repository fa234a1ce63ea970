"""Conversations are open once for all who show them, as long as somebody does or a reply runs, and no longer."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator

import pytest
from fakes import PAUSE, FakeProviders, MemoryStore
from session_parts import session_parts

from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import ChatOptions, Connection, Message, Role, Status
from desktop_chat.core.errors import StoreCorrupt
from desktop_chat.core.events import ReplyEnded, ReplyStopping
from desktop_chat.core.library import Library
from desktop_chat.core.library_events import ConversationGrown, LibraryEvent
from desktop_chat.core.open_sessions import OpenSessions
from desktop_chat.core.ports import WriteBatch
from desktop_chat.core.session import ChatSession
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.write_behind import WriteBehind

CONNECTION = Connection("c1", "Somewhere", "http://127.0.0.1:9/v1")


class SlowStore(MemoryStore):
    """Counts what is read, waits for the test, and refuses where it says so."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0
        self.may_read = asyncio.Event()
        self.may_read.set()
        self.broken = False

    async def messages(self, conversation_id: str) -> list[Message]:
        self.reads += 1
        await self.may_read.wait()
        if self.broken:
            raise StoreCorrupt("malformed")
        return await super().messages(conversation_id)


class World:
    """A library with one conversation, and who opens it."""

    def __init__(self) -> None:
        self.store = SlowStore()
        self.write_behind = WriteBehind(self.store)
        self.library = Library(self.store, self.write_behind)
        self.provider = (providers := FakeProviders()).provider
        preferences = Preferences(Settings(connections=(CONNECTION,)))
        self.sessions = OpenSessions(
            library=self.library,
            write_behind=self.write_behind,
            providers=providers,
            connections=Connections(preferences),
            preferences=preferences,
            **session_parts(preferences),
        )
        self.id = self.library.create(ChatOptions(connection_id="c1", model="m")).id

    async def replying(self) -> ChatSession:
        """A reply in mid-stream, with one view that shows it."""
        self.provider.script("Half an ", PAUSE, "answer")
        self.view = self.sessions.view(self.id)
        session = await self.view.load()
        session.send("hi")
        await self.provider.paused()
        return session

    async def stored(self) -> list[tuple[str, Status]]:
        await self.write_behind.flush()
        return [(m.text, m.status) for m in await self.store.messages(self.id)]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    yield world
    world.store.may_read.set()
    await world.sessions.aclose()
    await world.write_behind.aclose()


async def ended(session: ChatSession) -> None:
    over = asyncio.Event()
    session.events.add(lambda event: over.set() if isinstance(event, ReplyEnded) else None)
    await over.wait()


async def test_views_that_open_a_conversation_at_the_same_time_share_one_session(world: World) -> None:
    world.store.may_read.clear()
    loads = [asyncio.create_task(world.sessions.view(world.id).load()) for _ in range(3)]
    await asyncio.sleep(0)
    world.store.may_read.set()
    first, *others = await asyncio.gather(*loads)
    assert all(other is first for other in others)
    assert await world.sessions.view(world.id).load() is first
    assert world.store.reads == 1


async def test_a_reply_without_a_view_runs_to_its_end_and_is_stored(world: World) -> None:
    session = await world.replying()
    world.view.close()
    assert session.running
    world.provider.go_on()
    await ended(session)
    again = await world.sessions.view(world.id).load()
    assert again is not session, "it was let go of when nobody was left"
    assert [m.text for m in again.path] == ["hi", "Half an answer"]
    assert await world.stored() == [("hi", Status.COMPLETE), ("Half an answer", Status.COMPLETE)]


async def test_a_reply_that_was_left_is_met_again_in_mid_stream(world: World) -> None:
    session = await world.replying()
    world.view.close()
    again = await world.sessions.view(world.id).load()
    assert again is session
    assert again.reply is not None
    assert again.reply.text.whole() == "Half an "
    world.provider.go_on()
    await ended(again)
    assert await world.sessions.view(world.id).load() is session, "somebody shows it"


async def test_last_words_are_read_by_who_opens_it_right_after_stop(world: World) -> None:
    session = await world.replying()
    session.cancel()
    world.view.close()
    again = await world.sessions.view(world.id).load()
    await again.aclose()
    assert [(m.text, m.status) for m in again.path][-1] == ("Half an ", Status.CANCELLED)


async def test_the_last_view_of_a_blank_conversation_takes_it_along(world: World) -> None:
    views = [world.sessions.view(world.id) for _ in range(2)]
    await views[0].load()
    views[0].close()
    views[0].close()
    assert world.id in world.library
    views[1].close()
    assert world.id not in world.library


async def test_what_was_written_in_is_not_blank(world: World) -> None:
    view = world.sessions.view(world.id)
    world.library.set_draft(world.id, "half a thought")
    view.close()
    assert world.id in world.library


async def test_a_reading_that_fails_is_told_to_all_and_can_be_tried_again(world: World) -> None:
    world.store.broken = True
    views = [world.sessions.view(world.id) for _ in range(2)]
    results = await asyncio.gather(*(view.load() for view in views), return_exceptions=True)
    assert [type(result) for result in results] == [StoreCorrupt] * 2
    world.store.broken = False
    assert (await views[0].load()).path == ()


async def test_closing_the_only_view_ends_the_reading(world: World) -> None:
    world.store.may_read.clear()
    view = world.sessions.view(world.id)
    loading = asyncio.create_task(view.load())
    await asyncio.sleep(0)
    view.close()
    with pytest.raises(asyncio.CancelledError):
        await loading
    world.store.may_read.set()
    world.library.create(ChatOptions())
    assert world.id not in world.library


async def test_a_view_that_is_closed_leaves_the_reading_to_the_others(world: World) -> None:
    world.store.may_read.clear()
    gone, stays = world.sessions.view(world.id), world.sessions.view(world.id)
    loads = [asyncio.create_task(view.load()) for view in (gone, stays)]
    await asyncio.sleep(0)
    loads[0].cancel()
    gone.close()
    world.store.may_read.set()
    assert (await loads[1]).path == ()
    assert world.store.reads == 1


async def test_at_the_end_all_replies_stop_and_what_came_is_stored(world: World) -> None:
    session = await world.replying()
    world.view.close()
    await world.sessions.aclose()
    assert not session.running
    assert (await world.stored())[-1] == ("Half an ", Status.CANCELLED)


async def test_the_end_waits_for_no_reading(world: World) -> None:
    world.store.may_read.clear()
    loading = asyncio.create_task(world.sessions.view(world.id).load())
    await asyncio.sleep(0)
    await world.sessions.aclose()
    with pytest.raises(asyncio.CancelledError):
        await loading


async def test_a_bug_in_one_session_is_told_when_all_have_ended(world: World) -> None:
    session = await world.replying()

    def break_at_stop(event: object) -> None:
        assert not isinstance(event, ReplyStopping)

    remove = session.events.add(break_at_stop)
    with pytest.raises(AssertionError):
        await world.sessions.aclose()
    remove()
    await session.aclose()


async def grow(world: World) -> Message:
    """Have the store hold a reply that the session does not know."""
    question = (await world.store.messages(world.id))[0]
    earlier = Message("earlier", world.id, question.id, Role.ASSISTANT, "An earlier reply", Status.COMPLETE, 1.0)
    await world.store.write(WriteBatch(messages=(earlier,)))
    world.library.events.emit(ConversationGrown(world.id))
    return earlier


async def test_what_was_restored_joins_beside_a_reply_that_runs(world: World) -> None:
    session = await world.replying()
    await world.write_behind.flush()
    earlier = await grow(world)
    while earlier.id not in session.alternatives(session.path[-1].id):  # noqa: ASYNC110  (another path tells nothing here)
        await asyncio.sleep(0)
    assert session.running
    assert session.path[-1].id != earlier.id


async def test_what_was_restored_and_cannot_be_read_waits_for_another_start(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.replying()
    await world.write_behind.flush()
    world.store.broken = True
    world.library.events.emit(ConversationGrown("another, that is not open"))
    world.library.events.emit(ConversationGrown(world.id))
    while not caplog.records:  # noqa: ASYNC110  (nobody else hears of it)
        await asyncio.sleep(0)
    assert "store_corrupt" in caplog.text


async def test_a_conversation_that_is_deleted_for_ever_says_no_more(world: World) -> None:
    session = await world.replying()
    world.view.close()
    await world.library.delete((world.id,))
    await ended(session)
    assert session.path[-1].status is Status.CANCELLED


async def test_a_forgotten_conversation_is_told_of_once(world: World) -> None:
    told: list[LibraryEvent] = []
    world.library.events.add(told.append)
    view = world.sessions.view(world.id)
    await view.load()
    view.close()
    assert len(told) == 1


async def test_the_end_waits_for_nothing_that_is_still_to_be_taken_in(world: World) -> None:
    session = await world.replying()
    world.store.may_read.clear()
    world.library.events.emit(ConversationGrown(world.id))
    await asyncio.sleep(0)
    await world.sessions.aclose()
    world.store.may_read.set()
    assert not [task for task in asyncio.all_tasks() if "take in" in task.get_name()]
    assert not session.running


async def test_a_reading_that_fails_when_nobody_waits_for_it_is_no_bug(world: World) -> None:
    told: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context))
    world.store.may_read.clear()
    loading = asyncio.create_task(world.sessions.view(world.id).load())
    await asyncio.sleep(0)
    loading.cancel()
    await asyncio.wait({loading})
    del loading  # whose traceback would keep the reading
    world.store.broken = True
    world.store.may_read.set()
    while [task for task in asyncio.all_tasks() if task.get_name().startswith("read ")]:  # noqa: ASYNC110  (nobody waits)
        await asyncio.sleep(0)
    gc.collect()
    assert told == []


async def test_how_many_replies_run_is_told_at_each_change(world: World) -> None:
    told: list[int] = []
    world.sessions.replying.add(told.append)
    session = await world.replying()
    assert (told, world.sessions.replies) == ([1], 1)
    world.view.close()
    world.provider.go_on()
    await ended(session)
    assert (told, world.sessions.replies) == ([1, 0], 0)
