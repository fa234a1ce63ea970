"""Anthropic's list of models is requested in Anthropic's way, its chat in OpenAI's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from hostile_peer import Peer, Request
from hostile_server import HostileServer

from desktop_chat.core.deltas import TextDelta
from desktop_chat.core.entities import Connection, Role
from desktop_chat.core.errors import AuthenticationFailed
from desktop_chat.core.prompt import Prompt, PromptMessage
from desktop_chat.services.provider.openai_provider import OpenAIProvider
from desktop_chat.services.provider.sdk import Sdk

KEY = "sk-ant-api03-0123456789abcdef"
NAMES = [f"claude-{number:02}" for number in range(30)]
LACKING = {"type": "error", "error": {"type": "authentication_error", "message": "x-api-key header is required"}}
Ask = Callable[[str], OpenAIProvider]


class AnthropicServer(HostileServer):
    """Answers list requests like Anthropic's documentation: 20 names at a time, with the key in its own header."""

    async def _answer(self, peer: Peer, request: Request) -> None:
        path, _, query = request.path.partition("?")
        if not path.endswith("/models"):
            await super()._answer(peer, request)
        elif request.headers.get("x-api-key") != KEY or "anthropic-version" not in request.headers:
            await peer.answer("401 Unauthorized", LACKING)
        else:
            names = NAMES if query == "limit=1000" else NAMES[:20]
            entries = [{"type": "model", "id": name, "display_name": name.title()} for name in names]
            await peer.answer("200 OK", {"data": entries, "has_more": len(names) < len(NAMES)})


@pytest.fixture
async def server() -> AsyncIterator[AnthropicServer]:
    server = AnthropicServer()
    await server.start()
    yield server
    await server.aclose()


@pytest.fixture
async def at(server: AnthropicServer, lead_home: Callable[..., None]) -> AsyncIterator[Ask]:
    """Return a provider for that server, under a host name."""
    lead_home("api.anthropic.com", "gateway.example")
    made: list[OpenAIProvider] = []

    def one(host: str) -> OpenAIProvider:
        made.append(OpenAIProvider(Connection("c1", "Claude", f"http://{host}:{server.port}/v1"), KEY, Sdk()))
        return made[-1]

    yield one
    for provider in made:
        await provider.aclose()


async def test_the_complete_list_is_fetched_with_the_key(server: AnthropicServer, at: Ask) -> None:
    assert await at("api.anthropic.com").models() == NAMES
    assert "authorization" not in server.requests[0].headers


async def test_the_chat_uses_the_key_as_a_bearer_token(server: AnthropicServer, at: Ask) -> None:
    prompt = Prompt((PromptMessage(Role.USER, "hi"),), "plain")
    deltas = [delta async for delta in at("api.anthropic.com").stream(prompt)]
    assert "".join(delta.text for delta in deltas if isinstance(delta, TextDelta)) == "Hello"
    (request,) = server.requests
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert "x-api-key" not in request.headers


async def test_other_servers_are_not_asked_in_that_way(server: AnthropicServer, at: Ask) -> None:
    with pytest.raises(AuthenticationFailed):
        await at("gateway.example").models()
    (request,) = server.requests
    assert (request.path, request.headers["authorization"]) == ("/v1/models", f"Bearer {KEY}")
    assert "x-api-key" not in request.headers
