"""One conversation with a real core: what most stories about sessions begin with."""

from __future__ import annotations

import asyncio

from fakes import FakeProviders, MemoryStore
from session_parts import FakeToolbox, session_parts

from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import ChatOptions, Connection, Message, Status
from desktop_chat.core.events import ReplyEnded
from desktop_chat.core.library import Library
from desktop_chat.core.session import ChatSession
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.memory_blobs import MemoryBlobs

CONNECTION = Connection("c1", "Somewhere", "http://127.0.0.1:9/v1")


class Chat:
    """One conversation with a scripted provider and fake tools, and the events it emitted."""

    def __init__(self, **settings: object) -> None:
        self.store = MemoryStore()
        self.write_behind = WriteBehind(self.store)
        self.library = Library(self.store, self.write_behind)
        self.providers = FakeProviders()
        self.provider = self.providers.provider
        self.preferences = Preferences(Settings(connections=(CONNECTION,), **settings))
        self.toolbox = FakeToolbox()
        self.blobs = MemoryBlobs()
        self.events: list[object] = []
        self.session = self.open(self.library.create(ChatOptions(connection_id="c1", model="m")).id)

    def open(self, conversation_id: str, messages: tuple[Message, ...] = ()) -> ChatSession:
        session = ChatSession(
            conversation_id,
            messages,
            library=self.library,
            write_behind=self.write_behind,
            providers=self.providers,
            connections=Connections(self.preferences),
            preferences=self.preferences,
            **session_parts(self.preferences, self.toolbox, self.blobs),
        )
        session.events.add(self.events.append)
        return session

    def told(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]

    async def ended(self) -> Message:
        """Wait until the reply has ended; return it."""
        if self.session.running:
            await self.until(ReplyEnded)
        return self.session.path[-1]

    async def until(self, kind: type) -> None:
        """Wait for the session's next event of a kind."""
        told = asyncio.Event()
        remove = self.session.events.add(lambda event: told.set() if isinstance(event, kind) else None)
        await told.wait()
        remove()

    async def stored_reply(self) -> tuple[str, Status]:
        """Return text and status of the last stored message."""
        reply = await self.ended()
        await self.write_behind.flush()
        stored = {m.id: m for m in await self.store.messages(self.session.conversation_id)}[reply.id]
        return stored.text, stored.status
