"""One conversation with the hostile server, with everything real except the disk, and the expected outcomes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import NamedTuple

from fakes import MemorySecrets, MemoryStore
from hostile_server import HostileServer
from session_parts import FakeToolbox, session_parts

from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import Api, ChatOptions, Connection, Message, Status
from desktop_chat.core.library import Library
from desktop_chat.core.session import ChatSession
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.provider.provider_pool import ProviderPool
from desktop_chat.services.provider.sdk import Sdk

SDK = Sdk()
"""Loaded once for all tests here."""
KEY = "sk-test/Key+with=signs-0123456789"


class Row(NamedTuple):
    """A mode of the hostile server, and its expected outcome; None where that may vary."""

    mode: str
    status: Status
    text: str = ""
    code: str = ""
    detail: str | None = None
    skipped: int | None = 0
    wait_s: float | None = None
    """The delay that the server asked for, shown to the user."""


class Chat:
    """One conversation with the hostile server, with everything real except the disk."""

    def __init__(
        self, base_url: str, *, retries: int = 0, idle_limit_s: float = 0.3, api: Api = Api.CHAT_COMPLETIONS
    ) -> None:
        self.secrets = MemorySecrets()
        self.secrets.keys["c1"] = KEY
        connection = Connection("c1", "Hostile", base_url, api=api)
        self.preferences = Preferences(
            Settings(
                connections=(connection,), retries=retries, idle_limit_s=idle_limit_s, patience_s=10 * idle_limit_s
            )
        )
        self.connections = Connections(self.preferences)
        self.pool = ProviderPool(self.connections, self.secrets, {}, SDK)
        self.store = MemoryStore()
        self.toolbox = FakeToolbox()
        self.write_behind = WriteBehind(self.store)
        self.library = Library(self.store, self.write_behind)
        self.conversation = self.library.create(ChatOptions(connection_id="c1", model="plain", max_tokens=50))
        self.session = ChatSession(
            self.conversation.id,
            (),
            library=self.library,
            write_behind=self.write_behind,
            providers=self.pool,
            connections=self.connections,
            preferences=self.preferences,
            **session_parts(self.preferences, self.toolbox),
        )

    def finish(self, message_id: str) -> asyncio.Future[Message]:
        """Continue a cut-off reply; return the ended reply."""
        ended = self._ended()
        self.session.go_on(message_id)
        return ended

    def send(self, mode: str, **options: object) -> asyncio.Future[Message]:
        """Ask in a mode of the server; return the ended reply."""
        self.library.set_options(
            self.conversation.id,
            ChatOptions(connection_id="c1", model=mode, max_tokens=50, **options),  # type: ignore[arg-type]
        )
        ended = self._ended()
        self.session.send("hi")
        return ended

    async def has_text(self) -> None:
        """Wait until the running reply has text."""
        async with asyncio.timeout(60):
            while self.session.reply is None or not self.session.reply.text:  # noqa: ASYNC110
                await asyncio.sleep(0.002)

    def _ended(self) -> asyncio.Future[Message]:
        ended: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        remove = self.session.events.add(
            lambda event: ended.set_result(event.message) if type(event).__name__ == "ReplyEnded" else None
        )
        ended.add_done_callback(lambda _: remove())
        return ended

    async def aclose(self) -> None:
        await self.session.aclose()
        await self.write_behind.aclose()
        await self.pool.aclose()


@asynccontextmanager
async def chat_with(server: HostileServer, **settings: object) -> AsyncIterator[Chat]:
    async with aclosing(Chat(server.base_url, **settings)) as chat:  # type: ignore[arg-type]
        yield chat
