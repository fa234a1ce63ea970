"""`/api/chat/stream` as pages and scripts use it: the contract to the letter, and what is added to it."""

from __future__ import annotations

import asyncio
import re

import hostile_server
import pytest
from endpoint_world import BEARER, World, content_of
from hostile_server import HostileServer

from desktop_chat.core.endpoint_control import StreamBegan, StreamEnded


async def test_the_contract(world: World) -> None:
    response = await world.post("/api/chat/stream", {"message": "hi"})
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == "text/event-stream"
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["connection"] == "keep-alive"
    assert response.headers["x-accel-buffering"] == "no"
    assert re.match(r'data: \{"content": "Hel(lo)?"\}\n\n', response.text), "in one piece or in two"
    *_, last = await world.events({"message": "hi", "model": "plain"})
    assert last["done"] is True
    assert (last["status"], last["finish_reason"]) == ("complete", "stop")


async def test_what_is_asked_reaches_the_model(world: World, server: HostileServer) -> None:
    body = {
        "message": "and now?",
        "system": "be kind",
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "first"}]},
            {"role": "assistant", "content": "said"},
        ],
        "model": "Two/plain",
        "conversation_id": "7",
    }
    *_, last = await world.events(body)
    assert last["conversation_id"] == "7"
    sent = server.requests[-1]
    assert sent.body["model"] == "plain"
    assert [(one["role"], one["content"]) for one in sent.body["messages"]] == [
        ("system", "be kind"),
        ("user", "first"),
        ("assistant", "said"),
        ("user", "and now?"),
    ]


async def test_an_image_is_sent_and_nothing_is_fetched(world: World, server: HostileServer) -> None:
    def asking(url: str) -> dict[str, object]:
        part = {"type": "image_url", "image_url": {"url": url}}
        return {"messages": [{"role": "user", "content": [part, {"type": "text", "text": "what?"}]}]}

    events = await world.events(asking("data:image/png;base64,aGVsbG8="))
    assert content_of(events) == "Hello"
    (message,) = server.requests[-1].body["messages"]
    assert "data:image/png;base64,aGVsbG8=" in str(message)
    for bad in ("https://elsewhere.example/x.png", "data:text/html;base64,aGk=", "data:image/png;base64,%"):
        assert (await world.post("/api/chat/stream", asking(bad))).status_code == 400


async def test_reasoning_is_apart(world: World) -> None:
    events = await world.events({"message": "hi", "model": "reasoning"})
    assert content_of(events) == "Hello"
    assert any("reasoning" in event for event in events)


async def test_a_failure_is_an_event_before_the_last(world: World) -> None:
    *_, error, last = await world.events({"message": "hi", "model": "401"})
    assert error["error"]["code"] == "authentication_failed"
    assert "<authentication_failed>" in error["error"]["message"]
    assert (last["done"], last["status"]) == (True, "failed")


async def test_what_arrived_before_a_cut_is_kept(world: World) -> None:
    events = await world.events({"message": "hi", "model": "clean-cut"})
    assert content_of(events) == "Hello"
    assert events[-2]["error"]["code"] == "connection_lost"
    assert events[-1]["status"] == "interrupted"


BAD = [
    {},
    {"message": ""},
    {"message": 7},
    {"message": "hi", "model": 7},
    {"message": "hi", "system": []},
    {"message": "hi", "conversation_id": 7},
    {"messages": "hi"},
    {"messages": ["hi"]},
    {"messages": [{"role": "robot", "content": "hi"}]},
    {"messages": [{"role": "user", "content": 7}]},
    {"messages": [{"role": "user", "content": [{"type": "audio"}]}]},
    {"message": "hi", "model": "\ud800"},
    [],
    "hi",
]


@pytest.mark.parametrize("body", BAD, ids=str)
async def test_a_wrong_body_is_refused_with_a_reason(world: World, body: object) -> None:
    response = await world.post("/api/chat/stream", body)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "body_invalid"


async def test_several_callers_are_told_apart(world: World) -> None:
    async with asyncio.TaskGroup() as group:
        for name in ("one", "two"):
            _ = group.create_task(world.events({"message": "hi"}, **{"X-Caller": name}))
    began = {event.id: event for event in world.told if isinstance(event, StreamBegan)}
    ended = {event.id: event for event in world.told if isinstance(event, StreamEnded)}
    assert {event.caller for event in began.values()} == {"one", "two"}
    assert {(event.connection, event.model, event.path) for event in began.values()} == {
        ("Hostile", "plain", "/api/chat/stream")
    }
    assert began.keys() == ended.keys()
    assert {event.status for event in ended.values()} == {"complete"}
    await world.stop()
    assert {caller.name for caller in await world.store.callers()} == {"one", "two"}


async def test_a_caller_that_leaves_ends_the_request_upstream(world: World, server: HostileServer) -> None:
    assert "silence" in hostile_server.MODES
    body = {"message": "hi", "model": "silence"}
    async with world.client.stream("POST", "/api/chat/stream", json=body, headers=BEARER):
        await server.arrived.wait()
    async with asyncio.timeout(5):
        await server.left.wait()
