"""Models that read no images or call no tools: what is sent again without asking, and what is remembered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

import pytest
from fakes import MemorySecrets
from hostile_server import HostileServer

from desktop_chat.core.ability_errors import ImagesRefused
from desktop_chat.core.connections import Connections
from desktop_chat.core.deltas import Delta, LeftOutDelta, TextDelta
from desktop_chat.core.entities import Api, Connection, Role
from desktop_chat.core.left_out import LeftOut
from desktop_chat.core.prompt import Prompt, PromptImage, PromptMessage
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.tools import CallStatus, Tool, ToolCall
from desktop_chat.services.provider.provider_pool import ProviderPool
from desktop_chat.services.provider.sdk import Sdk

SDK = Sdk()
TOOL = Tool("now", "", "now", "The time", {}, "f")
IMAGE = PromptImage("image/png", b"x")
CALL = ToolCall("call_1", "now", "{}", CallStatus.DONE, "12:00")
QUESTION = PromptMessage(Role.USER, "hi")


@pytest.fixture(params=[Api.CHAT_COMPLETIONS, Api.RESPONSES])
async def pool(request: pytest.FixtureRequest, server: HostileServer) -> AsyncIterator[ProviderPool]:
    connection = Connection("c1", "Here", server.base_url, api=request.param)
    preferences = Preferences(Settings(connections=(connection,)))
    async with aclosing(ProviderPool(Connections(preferences), MemorySecrets(), {}, SDK)) as made:
        yield made


@pytest.fixture
def name(pool: ProviderPool, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Names a mode of the server in the API that is tested."""
    is_responses = request.node.callspec.params["pool"] is Api.RESPONSES
    return lambda mode: f"r-{mode}" if is_responses else mode


async def ask(pool: ProviderPool, prompt: Prompt) -> tuple[str, list[LeftOut]]:
    provider = await pool.provider_for("c1")
    deltas: list[Delta] = [delta async for delta in provider.stream(prompt)]
    said = "".join(delta.text for delta in deltas if isinstance(delta, TextDelta))
    return said, [part for delta in deltas if isinstance(delta, LeftOutDelta) for part in delta.parts]


async def test_tools_are_left_out_and_that_is_said_each_time(
    pool: ProviderPool, name: Callable[[str], str], server: HostileServer
) -> None:
    prompt = Prompt((QUESTION,), name("no-tools"), tools=(TOOL,))
    for _ in range(2):
        assert await ask(pool, prompt) == ("Hello", [LeftOut.TOOLS])
    assert ["tools" in request.body for request in server.requests] == [True, False, False]


async def test_another_model_is_offered_the_tools(
    pool: ProviderPool, name: Callable[[str], str], server: HostileServer
) -> None:
    await ask(pool, Prompt((QUESTION,), name("no-tools"), tools=(TOOL,)))
    await ask(pool, Prompt((QUESTION,), name("plain"), tools=(TOOL,)))
    assert "tools" in server.requests[-1].body


async def test_earlier_results_are_sent_as_text_to_a_model_without_tools(
    pool: ProviderPool, name: Callable[[str], str], server: HostileServer
) -> None:
    messages = (QUESTION, PromptMessage(Role.ASSISTANT, "", calls=(CALL,)), PromptMessage(Role.USER, "And now?"))
    await ask(pool, Prompt(messages, name("no-tools"), tools=(TOOL,)))
    body = server.requests[-1].body
    sent = body.get("messages") or body["input"]
    assert [message["role"] for message in sent] == ["user"]
    assert "12:00" in sent[0]["content"]


async def test_a_question_with_an_image_is_not_answered_without_it(
    pool: ProviderPool, name: Callable[[str], str], server: HostileServer
) -> None:
    model = name("no-images")
    prompt = Prompt((PromptMessage(Role.USER, "What is it?", (IMAGE,)),), model)
    assert pool.reads_images("c1", model) is None
    with pytest.raises(ImagesRefused):
        await ask(pool, prompt)
    assert len(server.requests) == 1
    assert pool.reads_images("c1", model) is False
    assert pool.reads_images("c1", "another") is None
    pool.leave_images_out("c1", model)
    assert await ask(pool, prompt) == ("Hello", [LeftOut.IMAGES])
    assert await ask(pool, Prompt((QUESTION,), model)) == ("Hello", []), "nothing is missing without an image"


async def test_a_connection_that_was_never_used_knows_nothing(pool: ProviderPool) -> None:
    assert pool.reads_images("c1", "plain") is None
    pool.leave_images_out("c1", "plain")
    assert pool.reads_images("c1", "plain") is None
