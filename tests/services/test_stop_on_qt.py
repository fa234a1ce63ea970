"""The provider on the window's Qt loop: streaming, Stop, and normal completion leave nothing behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from hostile_server import HostileServer

from desktop_chat.core.deltas import TextDelta
from desktop_chat.core.entities import Connection, Role
from desktop_chat.core.errors import StreamStalled
from desktop_chat.core.prompt import Prompt, PromptMessage
from desktop_chat.services.provider.openai_provider import OpenAIProvider
from desktop_chat.services.provider.sdk import Sdk

pytestmark = pytest.mark.qt_loop
SDK = Sdk()


@pytest.fixture
async def provider(server: HostileServer) -> AsyncIterator[OpenAIProvider]:
    provider = OpenAIProvider(Connection("c1", "Here", server.base_url), "", SDK)
    await SDK.ready()
    yield provider
    await provider.aclose()


async def read(provider: OpenAIProvider, model: str, talking: asyncio.Event | None = None, limit_s: float = 60) -> str:
    text = ""
    async for delta in provider.stream(Prompt((PromptMessage(Role.USER, "hi"),), model, idle_limit_s=limit_s)):
        if isinstance(delta, TextDelta):
            text += delta.text
            if talking is not None:
                talking.set()
    return text


@pytest.mark.parametrize("model", ["plain", "flood", "done-then-open", "byte-by-byte"])
async def test_a_reply(model: str, provider: OpenAIProvider) -> None:
    assert await read(provider, model)


@pytest.mark.parametrize(
    "model", ["silence", "silence-after-head", "silence-after-text", "slow-text", "flood-for-ever"]
)
async def test_stop(model: str, provider: OpenAIProvider, server: HostileServer) -> None:
    talking = asyncio.Event()
    task = asyncio.create_task(read(provider, model, talking), name="read")
    await server.arrived.wait()
    if not model.startswith("silence"):
        await talking.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(20):
        await server.left.wait()


async def test_silence_is_detected(provider: OpenAIProvider) -> None:
    with pytest.raises(StreamStalled):
        await read(provider, "silence-after-text", limit_s=0.2)
