"""A request with images is encoded step by step while it is sent, and arrives whole."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from hostile_server import HostileServer

from desktop_chat.core.deltas import TextDelta
from desktop_chat.core.entities import Api, Connection, Role
from desktop_chat.core.prompt import Prompt, PromptImage, PromptMessage
from desktop_chat.services.provider.openai_provider import OpenAIProvider
from desktop_chat.services.provider.request_body import body_of
from desktop_chat.services.provider.request_content import STEP_BYTES, RequestContent
from desktop_chat.services.provider.sdk import Sdk

SDK = Sdk()
BIG = bytes(range(256)) * 4_000
"""A megabyte that is not a multiple of a step."""
IMAGES = (PromptImage("image/png", b"p"), PromptImage("image/jpeg", BIG), PromptImage("image/png", b""))
PROMPT = Prompt((PromptMessage(Role.USER, 'Grüße, "你好" \\ 🙂', IMAGES),), "plain")


@pytest.fixture(params=[Api.CHAT_COMPLETIONS, Api.RESPONSES])
async def provider(request: pytest.FixtureRequest, server: HostileServer) -> AsyncIterator[OpenAIProvider]:
    connection = Connection("c1", "Here", server.base_url, api=request.param)
    async with aclosing(OpenAIProvider(connection, "sk-key", SDK)) as made:
        yield made


def data_url(image: PromptImage) -> str:
    return f"data:{image.media_type};base64,{base64.b64encode(image.content).decode()}"


async def test_the_pieces_are_the_json_with_data_urls() -> None:
    fed: list[int] = []
    content = RequestContent(body_of(PROMPT), lambda: fed.append(1))
    pieces = [piece async for piece in content]
    whole = b"".join(pieces)
    assert content.size == len(whole)
    sent = json.loads(whole)["messages"][0]["content"]
    assert [part["image_url"]["url"] for part in sent[:-1]] == [data_url(image) for image in IMAGES]
    assert sent[-1]["text"] == PROMPT.messages[0].text
    assert max(map(len, pieces)) <= STEP_BYTES * 4 // 3
    assert len(fed) == len(pieces) > 5


def test_other_values_are_not_encoded() -> None:
    with pytest.raises(TypeError):
        RequestContent({"model": object()})


async def test_a_request_with_images_arrives_whole_and_with_its_length(
    provider: OpenAIProvider, server: HostileServer
) -> None:
    model = "r-plain" if provider.connection.api is Api.RESPONSES else "plain"
    asked = Prompt(PROMPT.messages, model)
    said = [delta.text async for delta in provider.stream(asked) if isinstance(delta, TextDelta)]
    assert "".join(said) == "Hello"
    (request,) = server.requests
    assert request.headers["authorization"] == "Bearer sk-key"
    assert request.headers["content-type"] == "application/json"
    assert "transfer-encoding" not in request.headers
    parts = (request.body.get("messages") or request.body["input"])[0]["content"]
    urls = [
        part["image_url"] if isinstance(part["image_url"], str) else part["image_url"]["url"] for part in parts[:-1]
    ]
    assert urls == [data_url(image) for image in IMAGES]


async def test_others_have_their_turn_while_images_are_sent(provider: OpenAIProvider) -> None:
    """A step of a request is a small part of a frame; in one go, these would take a hundred times as long."""
    model = "r-plain" if provider.connection.api is Api.RESPONSES else "plain"
    images = (PromptImage("image/png", BIG),) * 20
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count(), name="count")
    async for _ in provider.stream(Prompt((PromptMessage(Role.USER, "hi", images),), model)):
        break
    counting.cancel()
    assert turns > 20 * len(BIG) / STEP_BYTES
