"""A request with images is encoded step by step while it is sent, and arrives whole."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any
from unittest.mock import patch

import pytest
from hostile_server import HostileServer
from hypothesis import given
from hypothesis import strategies as st
from openai._utils._json import openapi_dumps
from turns import counted_turns
from whole_bodies import body_of

from desktop_chat.core import slices
from desktop_chat.core.deltas import TextDelta
from desktop_chat.core.entities import Api, Connection, Role
from desktop_chat.core.prompt import Prompt, PromptImage, PromptMessage
from desktop_chat.core.slices import finished
from desktop_chat.services.provider import request_content
from desktop_chat.services.provider.openai_provider import OpenAIProvider
from desktop_chat.services.provider.request_content import STEP_BYTES, RequestContent, encoded
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
    content = finished(encoded(body_of(PROMPT), lambda: fed.append(1)))
    assert isinstance(content, RequestContent)
    pieces = [piece async for piece in content]
    whole = b"".join(pieces)
    assert content.size == len(whole)
    sent = json.loads(whole)["messages"][0]["content"]
    assert [part["image_url"]["url"] for part in sent[:-1]] == [data_url(image) for image in IMAGES]
    assert sent[-1]["text"] == PROMPT.messages[0].text
    assert max(map(len, pieces)) <= STEP_BYTES * 4 // 3
    assert len(fed) == len(pieces) > 5


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
    async with counted_turns() as turns:
        async for _ in provider.stream(Prompt((PromptMessage(Role.USER, "hi", images),), model)):
            break
        assert turns.taken > 20 * len(BIG) / STEP_BYTES


async def test_others_have_their_turn_while_a_long_conversation_is_encoded(
    provider: OpenAIProvider, server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "SLICE_S", 0.0)
    monkeypatch.setattr(request_content, "_TOGETHER", 1)
    is_responses = provider.connection.api is Api.RESPONSES
    messages = tuple(
        PromptMessage(role, f"{number} 你好") for number in range(500) for role in (Role.USER, Role.ASSISTANT)
    )
    async with counted_turns() as turns:
        async for _ in provider.stream(Prompt(messages, "r-plain" if is_responses else "plain")):
            break
        assert turns.taken > 3 * len(messages), "a step puts a message into the body, two encode it"
    (request,) = server.requests
    sent = request.body["input" if is_responses else "messages"]
    assert sent == [{"role": each.role.value, "content": each.text} for each in messages]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


KEYS = st.text() | st.integers() | st.booleans() | st.none()


@given(st.dictionaries(KEYS, JSON), st.integers(1, 5), st.integers(1, 3), st.integers(1, 40))
def test_the_steps_are_the_json_that_the_sdk_would_send(
    body: dict[Any, Any], long: int, together: int, step: int
) -> None:
    with patch.multiple(request_content, _LONG=long, _TOGETHER=together, STEP_BYTES=3 * step):
        content = finished(encoded(body))
        pieces = [content] if isinstance(content, bytes) else asyncio.run(pieces_of(content))
    assert b"".join(pieces) == openapi_dumps(body)
    assert isinstance(content, bytes) or content.size == sum(map(len, pieces))


async def pieces_of(content: RequestContent) -> list[bytes]:
    return [piece async for piece in content]


async def test_a_long_text_is_encoded_in_pieces_and_sent_in_steps() -> None:
    body = {"messages": [{"role": "user", "content": '"\u4e00\n🙂' * 500_000}]}
    steps = encoded(body)
    assert sum(1 for _ in steps) > 2_000_000 / (16 * 1024)
    content = finished(encoded(body))
    assert isinstance(content, RequestContent)
    pieces = await pieces_of(content)
    assert max(map(len, pieces)) <= STEP_BYTES
    assert b"".join(pieces) == openapi_dumps(body)
    assert not await pieces_of(content), "nothing is kept of what was sent"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), "\ud83d"])
def test_what_has_no_json_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        finished(encoded({"model": ["a", value]}))
