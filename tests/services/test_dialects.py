"""What servers say in words or places of their own, over real sockets: the whole message that must come of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hostile_chat import chat_with
from hostile_dialects import FOR_CHAT, FOR_RESPONSES, Dialect
from hostile_server import HostileServer

from desktop_chat.core.entities import Api
from desktop_chat.services.provider import answer, openai_provider


@pytest.fixture
async def server() -> AsyncIterator[HostileServer]:
    server = HostileServer()
    await server.start()
    yield server
    await server.aclose()


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the time that is allowed behind a finish reason; the scripts keep to it."""
    monkeypatch.setattr(openai_provider, "USAGE_GRACE_S", openai_provider.USAGE_GRACE_S / 10)
    monkeypatch.setattr(answer, "FINISH_GRACE_S", answer.FINISH_GRACE_S / 10)


@pytest.mark.parametrize("dialect", [*FOR_CHAT, *FOR_RESPONSES], ids=lambda dialect: dialect.mode)
async def test_dialect(dialect: Dialect, server: HostileServer) -> None:
    api = Api.RESPONSES if dialect.mode.startswith("r-") else Api.CHAT_COMPLETIONS
    async with chat_with(server, api=api, idle_limit_s=30.0) as chat:
        reply = await chat.send(dialect.mode)
    stored = (await chat.store.messages(chat.conversation.id))[-1]
    code, detail = (reply.failure.code, reply.failure.detail) if reply.failure else ("", "")
    assert (reply.status, code) == (dialect.status, dialect.code)
    assert (reply.reasoning, reply.text) == (dialect.reasoning, dialect.text)
    assert detail == dialect.detail
    assert reply.sources == dialect.sources
    assert reply.skipped_events == dialect.skipped
    if dialect.usage is not None:
        assert reply.usage == dialect.usage
    assert stored == reply
