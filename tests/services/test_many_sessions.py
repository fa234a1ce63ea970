"""Fifty conversations stream at once, are stopped, fail, are closed: each keeps exactly what arrived, nothing leaks."""

from __future__ import annotations

import asyncio
import gc
import random
import weakref
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import MemorySecrets
from hostile_server import HostileServer
from session_parts import session_parts

from desktop_chat.core.connections import Connections
from desktop_chat.core.deltas import TextDelta
from desktop_chat.core.entities import Api, ChatOptions, Connection, Status
from desktop_chat.core.events import ReplyDelta, ReplyEnded, SessionEvent
from desktop_chat.core.library import Library
from desktop_chat.core.session import ChatSession
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.demo.demo_provider import DEMO_ID, DemoServer
from desktop_chat.services.demo.demo_replies import reply_for
from desktop_chat.services.provider.provider_pool import ProviderPool
from desktop_chat.services.provider.sdk import Sdk
from desktop_chat.services.sqlite.sqlite_store import SqliteStore

SESSIONS = 50
STOPPED = 30
SPEED = 40.0
SEED = 20_260


class Heard:
    """The events of one session: its text in pieces, and its end. Stops the session after this many characters."""

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
    """A demo server, a store on disk, and everything in between."""

    def __init__(self, file: Path) -> None:
        self.store = SqliteStore(file)
        self.write_behind = WriteBehind(self.store)
        self.library = Library(self.store, self.write_behind)
        self.preferences = Preferences(Settings())
        self.connections = Connections(self.preferences)
        self.sdk = Sdk()
        self.pool = ProviderPool(self.connections, MemorySecrets(), {}, self.sdk)
        self.server = DemoServer(SPEED)

    def session(self, connection_id: str = DEMO_ID, model: str = "demo") -> ChatSession:
        conversation = self.library.create(ChatOptions(connection_id=connection_id, model=model))
        return ChatSession(
            conversation.id,
            (),
            library=self.library,
            write_behind=self.write_behind,
            providers=self.pool,
            connections=self.connections,
            preferences=self.preferences,
            **session_parts(self.preferences),
        )

    async def aclose(self) -> None:
        await self.write_behind.aclose()
        await self.pool.aclose()
        await self.server.aclose()
        await self.store.aclose()


def open_sockets() -> int:
    return sum(1 for entry in Path("/proc/self/fd").iterdir() if _leads_to_socket(entry))


def _leads_to_socket(entry: Path) -> bool:
    try:
        return str(entry.readlink()).startswith("socket:")
    except OSError:  # the descriptor for listing the folder itself
        return False


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="sockets are counted where Linux lists them")
async def test_fifty_at_once_with_random_stops(tmp_path: Path) -> None:
    before = open_sockets()
    world = World(tmp_path / "history.db")
    world.connections.add_temporary(await world.server.start())
    await world.store.open()
    await world.sdk.ready()  # objects that exist once it is loaded are frozen, and never collected
    gone = await stream_and_stop(world)
    await world.aclose()
    gc.collect()
    left = sum(ref() is not None for ref in gone)
    assert left == 0
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert open_sockets() <= before


async def stream_and_stop(world: World) -> list[weakref.ref[ChatSession]]:
    """Stream in all sessions, compare events, memory and store, and release the sessions."""
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
    await world.write_behind.flush()
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


ENDINGS = {
    "plain": (Status.COMPLETE, "Hello"),
    "whole": (Status.COMPLETE, "Hello"),
    "paragraphs": (Status.COMPLETE, None),
    "length": (Status.TRUNCATED, "Hello"),
    "reset": (Status.INTERRUPTED, "Hello"),
    "clean-cut": (Status.INTERRUPTED, "Hello"),
    "error-event": (Status.INTERRUPTED, "Hello"),
    "401": (Status.FAILED, ""),
    "html-200": (Status.FAILED, ""),
    "r-plain": (Status.COMPLETE, "Hello"),
    "r-failed": (Status.INTERRUPTED, "Hello"),
}
"""Modes of the hostile server, and their outcome if nobody stops the reply."""
SLOW = ("slow-text", "flood-for-ever", "silence")
"""Modes that only end when stopped or closed."""


async def test_fifty_at_once_with_failures_closed_tabs_and_changed_connections(tmp_path: Path) -> None:
    server = HostileServer()
    await server.start()
    world = World(tmp_path / "history.db")
    await world.store.open()
    chance = random.Random(SEED)
    for api in Api:
        world.preferences.put_connection(Connection(api.value, api.value, server.base_url, api=api))
    chosen = [*(chance.choice(list(ENDINGS)) for _ in range(35)), *(chance.choice(SLOW) for _ in range(15))]
    sessions = [
        world.session(Api.RESPONSES if mode.startswith("r-") else Api.CHAT_COMPLETIONS, mode) for mode in chosen
    ]
    heard = [Heard(session, None) for session in sessions]
    async with asyncio.timeout(60):
        for number, session in enumerate(sessions):
            session.send("hi")
            if number % 10 == 9:  # new requests get a new client; running streams continue with the old one
                for connection in world.preferences.settings.connections:
                    changed = replace(connection, headers=(("X-Turn", str(number)),))
                    world.preferences.put_connection(changed)
                await asyncio.sleep(0.02)
        for session, mode in zip(sessions, chosen, strict=True):
            if mode in SLOW:
                await asyncio.sleep(0.01)
                await session.aclose()
        await asyncio.gather(*(one.ended.wait() for one in heard))
    await world.write_behind.flush()
    for session, one, mode in zip(sessions, heard, chosen, strict=True):
        (_, stored) = await world.store.messages(session.conversation_id)
        status, text = ENDINGS.get(mode, (Status.CANCELLED, None))
        assert (mode, stored.status) == (mode, status)
        assert stored.text == one.text
        assert text is None or stored.text == text
    await world.aclose()
    await server.aclose()
    assert asyncio.all_tasks() == {asyncio.current_task()}
