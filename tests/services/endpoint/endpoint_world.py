"""The local endpoint on a real socket, in front of the hostile server; and a client that reads what callers read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from desktop_chat.core.connections import Connections
from desktop_chat.core.endpoint_control import ControlEvent
from desktop_chat.core.entities import Api, Connection, ConnectionKind, Failure
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.services.endpoint.caller_request import Limits
from desktop_chat.services.endpoint.caller_store import CallerStore
from desktop_chat.services.endpoint.http_server import listen, url_of
from desktop_chat.services.endpoint.server import Access, EndpointServer
from desktop_chat.services.endpoint.targets import Defaults, Targets
from desktop_chat.services.memory_blobs import MemoryBlobs
from desktop_chat.services.provider.provider_pool import ProviderPool
from desktop_chat.services.secrets.keyring_secrets import KeyringSecrets
from desktop_chat.services.secrets.keys import KnownKeys

TOKEN = "a-token-of-the-tests-0123456789"
KEY = "sk-test/Key+with=signs-0123456789"
FOREIGN_ORIGIN, OWN_ORIGIN = "https://elsewhere.example", "http://localhost:3000"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def words(failure: Failure) -> str:
    """Return a sentence for an error: which one does not matter here."""
    return f"<{failure.code}>"


@dataclass
class World:
    """A running endpoint."""

    url: str
    server: EndpointServer
    store: CallerStore
    client: httpx2.AsyncClient
    told: list[ControlEvent] = field(default_factory=list)
    running: asyncio.Task[None] | None = None
    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)

    async def post(self, path: str, body: object, **headers: str) -> httpx2.Response:
        """Post JSON with the token."""
        return await self.client.post(path, content=json.dumps(body), headers={**BEARER, **headers})

    async def events(self, body: object, path: str = "/api/chat/stream", **headers: str) -> list[dict[str, Any]]:
        """Return the events of a stream, read as a page reads them."""
        return events_in((await self.post(path, body, **headers)).text)

    async def stop(self) -> None:
        """End the endpoint."""
        assert self.running is not None
        await self.server.stop()
        await self.running


def events_in(text: str) -> list[dict[str, Any]]:
    """Split at blank lines and take what follows `data: `."""
    pieces = text.split("\n\n")
    assert pieces.pop() == "", "the stream ends with a whole event"
    data = [piece.removeprefix("data: ") for piece in pieces if piece.startswith("data: ")]
    return [json.loads(one) for one in data if one != "[DONE]"]


def content_of(events: list[dict[str, Any]]) -> str:
    """Return the text as a page shows it."""
    return "".join(event.get("content", "") for event in events)


def question(model: str, *, stream: bool = True, **more: object) -> dict[str, Any]:
    """Return a request in OpenAI's shape."""
    return {"model": model, "messages": [{"role": "user", "content": "hi"}], "stream": stream, **more}


@asynccontextmanager
async def endpoint(
    base_url: str,
    folder: Path,
    *,
    limits: Limits | None = None,
    settings: Mapping[str, Any] | None = None,
    page: Path | None = None,
    host: str = "127.0.0.1",
    api: Api = Api.CHAT_COMPLETIONS,
) -> AsyncIterator[World]:
    """Serve a connection "Hostile", with the model "plain" as the default, and another one named "Two"."""
    preferences = Preferences(Settings(**{"retries": 0, **(settings or {})}))
    connections = Connections(
        preferences,
        (
            Connection("c1", "Hostile", base_url, default_model="plain", kind=ConnectionKind.ENVIRONMENT, api=api),
            Connection("c2", "Two", base_url, default_model="other", kind=ConnectionKind.ENVIRONMENT, api=api),
        ),
    )
    known = KnownKeys()
    providers = ProviderPool(connections, KeyringSecrets(known), {"c1": KEY, "c2": KEY}, known_keys=known)
    store = CallerStore(folder / "endpoint.sqlite3")
    listener = listen(host, 0)
    told: list[ControlEvent] = []
    blobs = MemoryBlobs()
    ready = asyncio.Event()
    server = EndpointServer(
        listener,
        Access(TOKEN, host, (OWN_ORIGIN,)),
        Targets(connections, providers, preferences, Defaults("c1", "plain")),
        store,
        blobs=blobs,
        page_folder=page or folder / "no page",
        words=words,
        tell=told.append,
        when_ready=ready.set,
        limits=limits,
    )
    running = asyncio.create_task(server.run(), name="endpoint")
    await ready.wait()
    url = url_of(listener)
    async with (
        aclosing(store),
        aclosing(providers),
        httpx2.AsyncClient(base_url=url, trust_env=False, timeout=30) as client,
    ):
        world = World(url, server, store, client, told, running, blobs)
        try:
            yield world
        finally:
            await client.aclose()
            await world.stop()
