"""`/v1` as OpenAI's own client and scripts use it: bytes as they came, keys put in, names cleaned."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import openai
import pytest
from endpoint_world import BEARER, KEY, TOKEN, World, events_in, question
from hostile_peer import Peer, mode
from hostile_server import HostileServer

from desktop_chat.core.endpoint_control import StreamEnded

RAW = b'data: {"choices": [{"index":0,"delta":{"content":"H\xc3\xa9"}}],  "odd" : 1e3}\n\n: note\n\ndata: [DONE]\n\n'


@mode("endpoint-raw")
async def play_raw(peer: Peer) -> None:
    await peer.head()
    for at in range(0, len(RAW), 7):
        await peer.send(RAW[at : at + 7])


@mode("endpoint-whole")
async def play_whole(peer: Peer) -> None:
    usage = {"prompt_tokens": 3, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 1}}
    body = json.dumps({"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}], "usage": usage}, indent=3)
    await peer.answer("200 OK", body.encode(), Set_Cookie="a=b", X_Request_Id="7")


@mode("endpoint-tools")
async def play_tools(peer: Peer) -> None:
    await peer.head()
    for arguments in ('{"city"', ': "Oslo"}'):
        call = {"index": 0, "id": "c1", "type": "function", "function": {"name": "weather", "arguments": arguments}}
        await peer.delta(tool_calls=[call])
    await peer.finish("tool_calls")


@mode("endpoint-usage")
async def play_usage(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hi")
    await peer.finish(done=False)
    await peer.event({"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 6}})
    await peer.send("data: [DONE]\n\n")
    await peer.gone()  # the connection stays open


@pytest.fixture
async def client(world: World) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(api_key=TOKEN, base_url=f"{world.url}/v1", max_retries=0) as client:
        yield client


async def test_a_stream_comes_byte_for_byte(world: World) -> None:
    response = await world.post("/v1/chat/completions", question("endpoint-raw"))
    assert response.content == RAW
    assert response.headers["content-type"] == "text/event-stream"


async def test_an_answer_in_one_piece_comes_byte_for_byte(world: World) -> None:
    response = await world.post("/v1/chat/completions", question("endpoint-whole", stream=False))
    assert b'\n   "choices"' in response.content
    assert "set-cookie" not in response.headers
    (ended,) = [event for event in world.told if isinstance(event, StreamEnded)]
    assert ended.usage is not None
    assert (ended.usage.prompt_tokens, ended.usage.completion_tokens, ended.usage.cached_tokens) == (3, 4, 1)
    assert ended.status == "complete"


async def test_the_end_marker_is_the_end_and_usage_is_kept(world: World) -> None:
    response = await world.post("/v1/chat/completions", question("endpoint-usage"))
    assert response.text.endswith("data: [DONE]\n\n")
    await world.stop()
    (used,) = await world.store.usage()
    assert (used.connection, used.model, used.requests) == ("Hostile", "endpoint-usage", 1)
    assert (used.input_tokens, used.output_tokens) == (5, 6)


async def test_headers_are_cleaned_and_the_key_is_put_in(world: World, server: HostileServer) -> None:
    own = {"Cookie": "a=b", "X-Own": "1", "Connection": "close, X-Own", "OpenAI-Organization": "theirs"}
    await world.post("/v1/chat/completions", question("plain", temperature=0.5), **own)
    (request,) = server.requests
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert not {"cookie", "x-own", "openai-organization", "x-caller", "origin"} & request.headers.keys()
    assert TOKEN not in str(request.headers)
    assert request.body == question("plain", temperature=0.5)


@pytest.mark.parametrize(
    ("asked", "sent", "connection"),
    [
        ("Two/plain", "plain", "Two"),
        ("two/meta/llama", "meta/llama", "Two"),
        ("meta/llama", "meta/llama", "Hostile"),
        ("Two/", "Two/", "Hostile"),
        ("", "plain", "Hostile"),
    ],
)
async def test_a_name_chooses_the_connection(
    world: World, server: HostileServer, monkeypatch: pytest.MonkeyPatch, *, asked: str, sent: str, connection: str
) -> None:
    monkeypatch.setitem(__import__("hostile_server").MODES, sent, play_raw)
    await world.post("/v1/chat/completions", question(asked))
    assert server.requests[-1].body["model"] == sent
    assert {event.connection for event in world.told if hasattr(event, "connection")} == {connection}


async def test_the_models_of_all_connections_are_listed(client: openai.AsyncOpenAI) -> None:
    names = [model.id async for model in client.models.list()]
    assert len(names) == len(set(names))
    assert {"plain", "Hostile/plain", "Two/plain"} <= set(names)
    assert names.index("plain") < names.index("Hostile/plain")


async def test_openais_client_streams(client: openai.AsyncOpenAI) -> None:
    stream = await client.chat.completions.create(**question("plain"))
    texts = [chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices]
    assert "".join(texts) == "Hello"


async def test_openais_client_reads_tool_calls(client: openai.AsyncOpenAI) -> None:
    stream = await client.chat.completions.create(**question("endpoint-tools"))
    calls = [call async for chunk in stream for call in (chunk.choices[0].delta.tool_calls or ())]
    assert "".join(call.function.arguments for call in calls) == '{"city": "Oslo"}'


async def test_openais_client_reads_responses(client: openai.AsyncOpenAI) -> None:
    stream = await client.responses.create(model="r-plain", input="hi", stream=True)
    events = [event async for event in stream]
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == "Hello"
    assert events[-1].type == "response.completed"


async def test_openais_client_raises_its_own_errors(client: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.PermissionDeniedError) as refused:
        await client.chat.completions.create(**question("401"))
    assert refused.value.code == "authentication_failed"
    with pytest.raises(openai.NotFoundError):
        await client.chat.completions.create(**question("404-model"))
    with pytest.raises(openai.AuthenticationError):
        await client.with_options(api_key="wrong").models.list()
    stream = await client.chat.completions.create(**question("clean-cut"))
    with pytest.raises(openai.APIError, match="connection_lost"):
        async for _ in stream:
            pass


async def test_openais_client_aborts(client: openai.AsyncOpenAI, server: HostileServer) -> None:
    stream = await client.chat.completions.create(**question("silence-after-text"))
    await anext(aiter(stream))
    await stream.close()
    async with asyncio.timeout(5):
        await server.left.wait()


async def test_one_call_is_stopped_and_the_others_go_on(world: World, server: HostileServer) -> None:
    running = asyncio.create_task(world.post("/v1/chat/completions", question("silence-after-text")))
    await server.arrived.wait()
    (began,) = world.told
    world.server.requests.stop("another")
    world.server.requests.stop(began.id)  # type: ignore[union-attr]
    response = await running
    if response.status_code == 200:  # the stream had begun
        assert events_in(response.text)[-1]["error"]["code"] == "call_stopped"
    else:
        assert response.json()["error"]["code"] == "call_stopped"
    assert (await world.post("/v1/chat/completions", question("plain"))).status_code == 200


async def test_the_end_of_the_endpoint_is_said(world: World, server: HostileServer) -> None:
    async with world.client.stream(
        "POST", "/v1/chat/completions", json=question("silence-after-text"), headers=BEARER
    ) as response:
        pieces = response.aiter_text()
        await anext(pieces)
        stopping = asyncio.create_task(world.stop())
        rest = "".join([piece async for piece in pieces])
        await stopping
    assert events_in(rest)[-1]["error"]["code"] == "endpoint_ending"
