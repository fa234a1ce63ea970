"""What servers send in non-standard words or places, over real sockets, and the complete resulting message."""

from __future__ import annotations

import asyncio
import time

import pytest
from hostile_chat import chat_with
from hostile_dialects import FOR_CHAT, FOR_RESPONSES, Dialect
from hostile_server import HostileServer

from desktop_chat.core.entities import Api, Status, Usage
from desktop_chat.services.provider import openai_provider, reply_stream
from desktop_chat.services.provider.reply_stream import FINISH_GRACE_S


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Less than the normal time after a finish reason: what scripts send after that, within 0.35 s, comes after the
    shorter time, and long before the longer one."""
    monkeypatch.setattr(openai_provider, "USAGE_GRACE_S", 1.5)
    for module in (reply_stream, openai_provider):
        monkeypatch.setattr(module, "FINISH_GRACE_S", FINISH_GRACE_S / 10)


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


async def test_a_server_that_keeps_the_connection_open_is_waited_for_only_once(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_provider, "USAGE_GRACE_S", 1.0)
    monkeypatch.setattr(openai_provider, "FINISH_GRACE_S", 0.5)
    asked: list[float] = []
    waits: list[float] = []
    async with chat_with(server, idle_limit_s=30.0) as chat:
        provider = await chat.pool.provider_for("c1")
        for _ in range(2):
            asked.append(provider._usage_grace_s)
            started = time.monotonic()
            reply = await chat.send("finish-then-open")
            waits.append(time.monotonic() - started)
            assert (reply.status, reply.text) == (Status.COMPLETE, "Hello")
    assert asked == [1.0, 0.5]
    assert all(waited >= grace for waited, grace in zip(waits, asked, strict=True))


async def test_after_the_usage_the_wait_is_short(server: HostileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_provider, "USAGE_GRACE_S", 1_000.0)
    async with asyncio.timeout(60), chat_with(server, idle_limit_s=1_000.0) as chat:
        reply = await chat.send("usage-then-open")
    assert (reply.status, reply.usage) == (Status.COMPLETE, Usage(19, 13))


async def test_a_server_that_keeps_sending_is_never_cut_off(server: HostileServer) -> None:
    async with chat_with(server, idle_limit_s=30.0) as chat:
        for _ in range(3):
            assert (await chat.send("fin-then-talk-then-open")).text == "Hello"
