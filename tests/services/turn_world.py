"""One conversation with nothing faked but the model: a database, blobs on disk, the provider over a socket, and real
tools with their servers."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fakes import MemorySecrets
from hostile_chat import SDK
from hostile_dialects import DONE, chunk, event
from hostile_peer import Peer, both
from hostile_server import HostileServer

from desktop_chat.core.approvals import Approvals
from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import Api, ChatOptions, Connection, Message
from desktop_chat.core.events import ReplyEnded, SessionEvent, ToolCallChanged
from desktop_chat.core.library import Library
from desktop_chat.core.session import ChatSession
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.tool_servers import ToolServer
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.blobs import BlobFolder
from desktop_chat.services.provider.provider_pool import ProviderPool
from desktop_chat.services.secrets.keys import KnownKeys
from desktop_chat.services.sqlite.sqlite_store import SqliteStore
from desktop_chat.services.tools.mcp_servers import McpServers
from desktop_chat.services.tools.toolbox import Toolbox

ODD = Path(__file__).with_name("odd_tool_server.py")
Step = str | asyncio.Event
SCRIPTS: list[Sequence[Step]] = []
"""What the model answers to the next requests; an event is waited for."""


@both("scripted")
async def _play(peer: Peer) -> None:
    await peer.head()
    for step in SCRIPTS.pop(0):
        if isinstance(step, str):
            await peer.send(step)
        else:
            await step.wait()


def odd_server(name: str, mode: str = "") -> ToolServer:
    return ToolServer(name, sys.executable, (str(ODD), mode))


def calls(api: Api, *wanted: tuple[str, str, str], text: str = "", finish: bool = True) -> list[str]:
    """Return the events of a reply with these calls: id, name, arguments."""
    if api is Api.RESPONSES:
        found = [event({"type": "response.output_text.delta", "delta": text})] if text else []
        found += [
            event({"type": "response.output_item.done", "output_index": place, "item": {
                "type": "function_call", "id": f"fc_{call_id}", "call_id": call_id, "name": name,
                "arguments": arguments}})
            for place, (call_id, name, arguments) in enumerate(wanted)
        ]  # fmt: skip
        return found + ([event({"type": "response.completed", "response": {"status": "completed"}})] if finish else [])
    found = [chunk(content=text)] if text else []
    found += [
        chunk(tool_calls=[{"index": place, "id": call_id, "function": {"name": name, "arguments": arguments}}])
        for place, (call_id, name, arguments) in enumerate(wanted)
    ]
    return found + ([chunk("tool_calls"), DONE] if finish else [])


def says(api: Api, text: str) -> list[str]:
    """Return the events of a reply of text alone."""
    if api is Api.RESPONSES:
        ended = event({"type": "response.completed", "response": {"status": "completed"}})
        return [event({"type": "response.output_text.delta", "delta": text}), ended]
    return [chunk(content=text), chunk("stop"), DONE]


class World:
    """One run of the application, without a window."""

    def __init__(self, folder: Path, base_url: str, api: Api, **settings: Any) -> None:
        self.api = api
        connection = Connection("c1", "Here", base_url, api=api)
        self.preferences = Preferences(Settings(connections=(connection,), retries=0, **settings))
        self.store = SqliteStore(folder / "history.db")
        self.blobs = BlobFolder(folder / "blobs")
        self.write_behind = WriteBehind(self.store)
        self.library = Library(self.store, self.write_behind)
        self.connections = Connections(self.preferences)
        self.pool = ProviderPool(self.connections, MemorySecrets(), {}, SDK)
        self.servers = McpServers(self.preferences, _no_values, KnownKeys(), SDK.ready)
        self.toolbox = Toolbox(self.preferences, self.servers, SDK.ready)
        self.approvals = Approvals(self.preferences)
        self.session: ChatSession

    async def open(self, **options: Any) -> None:
        """Open the only conversation, or begin it."""
        await self.store.open()
        await self.library.load()
        known = list(await self.store.conversations())
        chosen = ChatOptions(connection_id="c1", model="scripted", **options)
        conversation = known[0] if known else self.library.create(chosen)
        if known and options:
            self.library.set_options(conversation.id, chosen)
        self.session = ChatSession(
            conversation.id,
            await self.write_behind.messages(conversation.id),
            library=self.library,
            write_behind=self.write_behind,
            providers=self.pool,
            connections=self.connections,
            preferences=self.preferences,
            blobs=self.blobs,
            toolbox=self.toolbox,
            approvals=self.approvals,
        )

    async def ended(self) -> Message:
        """Wait until the reply has ended; return it."""
        await self.until(lambda event: isinstance(event, ReplyEnded))
        return self.session.path[-1]

    async def until(self, is_it: Any) -> None:
        """Wait for the session's next event of a kind, as long as a reply is running."""
        told = asyncio.Event()
        remove = self.session.events.add(
            lambda event: told.set() if is_it(event) or isinstance(event, ReplyEnded) else None
        )
        if self.session.running:
            await asyncio.wait_for(told.wait(), 60)
        remove()

    async def until_waiting(self, count: int = 1) -> None:
        """Wait until so many calls wait for approval."""

        def is_it(event: SessionEvent) -> bool:
            return isinstance(event, ToolCallChanged) and len(self.session.waiting_calls) >= count

        if len(self.session.waiting_calls) < count:
            await self.until(is_it)

    async def aclose(self) -> None:
        await self.session.aclose()
        await self.toolbox.aclose()
        await self.write_behind.aclose()
        await self.store.aclose()
        await self.pool.aclose()
        self.blobs.end()


async def _no_values(_: ToolServer) -> dict[str, str]:
    return {}


@asynccontextmanager
async def world(folder: Path, server: HostileServer, api: Api, **settings: Any) -> AsyncIterator[World]:
    made = World(folder, server.base_url, api, **settings)
    try:
        yield made
    finally:
        await made.aclose()


def problems_in(body: dict[str, Any]) -> list[str]:
    """Return what a strict server would refuse in a request."""
    return _problems_of_items(body["input"]) if "input" in body else _problems_of_messages(body["messages"])


def _problems_of_messages(messages: list[dict[str, Any]]) -> list[str]:
    found, open_ids, before = [], [], ""
    for message in messages:
        role = message["role"]
        if role == "tool":
            if not open_ids or message["tool_call_id"] != open_ids.pop(0):
                found.append(f"answer {message['tool_call_id']} out of order")
            if not isinstance(message["content"], str) or not message["content"]:
                found.append("empty answer")
        else:
            found += [f"no answer to {left}" for left in open_ids]
            open_ids = [call["id"] for call in message.get("tool_calls", ())]
            if role == before:
                found.append(f"two {role} messages in a row")
            if not message["content"] and not open_ids:
                found.append(f"empty {role} message")
        before = role
    return found + [f"no answer to {left}" for left in open_ids]


def _problems_of_items(items: list[dict[str, Any]]) -> list[str]:
    found, open_ids, before = [], [], ""
    for item in items:
        kind = item.get("type", "message")
        if kind == "function_call":
            open_ids.append(item["call_id"])
        elif kind == "function_call_output":
            if not open_ids or item["call_id"] != open_ids.pop(0):
                found.append(f"answer {item['call_id']} out of order")
            if not item["output"]:
                found.append("empty answer")
        else:
            found += [f"no answer to {left}" for left in open_ids]
            open_ids = []
            if not item["content"]:
                found.append(f"empty {item['role']} message")
            if item["role"] == before:
                found.append(f"two {before} messages in a row")
        before = item["role"] if kind == "message" else ""
    return found + [f"no answer to {left}" for left in open_ids]
