"""Fifty conversations stream at once and are stopped at random: each keeps exactly what came, and nothing is left."""

from __future__ import annotations

import asyncio
import gc
import random
import weakref
from pathlib import Path

import pytest
from fakes import MemorySecrets

from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import ChatOptions, Status
from desktop_chat.core.events import ReplyDelta, ReplyEnded, SessionEvent, TextDelta
from desktop_chat.core.library import Library
from desktop_chat.core.recorder import Recorder
from desktop_chat.core.session import ChatSession
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.services.demo.demo_provider import DEMO_ID, DemoServer
from desktop_chat.services.demo.demo_replies import reply_for
from desktop_chat.services.provider.sdk import Sdk
from desktop_chat.services.provider_pool import ProviderPool
from desktop_chat.services.sqlite.sqlite_store import SqliteStore

SESSIONS = 50
STOPPED = 30
SPEED = 40.0
SEED = 20_260


class Heard:
    """What one session told: the text in pieces, and that it ended. Stops the session behind so many letters."""

    def __init__(self, session: ChatSession, stop_behind: int | None) -> None:
        self._session = session
        self._stop_behind = stop_behind
        self._pieces: list[str] = []
        self.ended = asyncio.Event()
        session.events.add(self._hear)

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def _hear(self, event: SessionEvent) -> None:
        if isinstance(event, ReplyDelta) and isinstance(event.delta, TextDelta):
            self._pieces.append(event.delta.text)
            if self._stop_behind is not None and len(self.text) >= self._stop_behind:
                self._session.cancel()
        elif isinstance(event, ReplyEnded):
            self.ended.set()


class World:
    """A demo server, a store on disk, and what stands between them."""

    def __init__(self, file: Path) -> None:
        self.store = SqliteStore(file)
        self.recorder = Recorder(self.store)
        self.library = Library(self.store, self.recorder)
        self.preferences = Preferences(Settings())
        self.connections = Connections(self.preferences)
        self.sdk = Sdk()
        self.pool = ProviderPool(self.connections, MemorySecrets(), {}, self.sdk)
        self.server = DemoServer(SPEED)

    def session(self) -> ChatSession:
        conversation = self.library.create(ChatOptions(connection_id=DEMO_ID, model="demo"))
        return ChatSession(
            conversation.id,
            (),
            library=self.library,
            recorder=self.recorder,
            providers=self.pool,
            connections=self.connections,
            preferences=self.preferences,
        )

    async def aclose(self) -> None:
        await self.recorder.aclose()
        await self.pool.aclose()
        await self.server.aclose()
        await self.store.aclose()


def open_sockets() -> int:
    return sum(1 for entry in Path("/proc/self/fd").iterdir() if _leads_to_socket(entry))


def _leads_to_socket(entry: Path) -> bool:
    try:
        return str(entry.readlink()).startswith("socket:")
    except OSError:  # what listed the folder itself
        return False


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="sockets are counted where Linux lists them")
async def test_fifty_at_once_with_random_stops(tmp_path: Path) -> None:
    before = open_sockets()
    world = World(tmp_path / "history.db")
    world.connections.add_temporary(await world.server.start())
    await world.store.open()
    await world.sdk.ready()  # what is there when it is loaded is frozen, and never collected
    gone = await stream_and_stop(world)
    await world.aclose()
    gc.collect()
    left = sum(ref() is not None for ref in gone)
    assert left == 0
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert open_sockets() <= before


async def stream_and_stop(world: World) -> list[weakref.ref[ChatSession]]:
    """Stream in all sessions, compare what was told, what is in memory and what is stored, and let go of them."""
    chance = random.Random(SEED)
    stops = [chance.randint(0, 200) for _ in range(STOPPED)] + [None] * (SESSIONS - STOPPED)
    chance.shuffle(stops)
    sessions = [world.session() for _ in stops]
    heard = [Heard(session, stop) for session, stop in zip(sessions, stops, strict=True)]
    for session, stop in zip(sessions, stops, strict=True):
        session.send("Show me a table")
        if stop == 0:
            session.cancel()
    async with asyncio.timeout(60):
        await asyncio.gather(*(one.ended.wait() for one in heard))
        await asyncio.gather(*(session.aclose() for session in sessions))
    await world.recorder.flush()
    for session, one, stop in zip(sessions, heard, stops, strict=True):
        await compare(world, session, one, stopped=stop is not None)
    assert sum(session.path[-1].status is Status.CANCELLED for session in sessions) > STOPPED / 2
    return [weakref.ref(session) for session in sessions]


async def compare(world: World, session: ChatSession, one: Heard, *, stopped: bool) -> None:
    whole = reply_for("demo", "Show me a table").text
    (_, stored) = await world.store.messages(session.conversation_id)
    assert (stored.text, stored.status) == (session.path[-1].text, session.path[-1].status)
    assert stored.text == one.text
    assert whole.startswith(stored.text)
    assert stored.status is (Status.CANCELLED if stopped and stored.text != whole else Status.COMPLETE)
