"""What callers of the endpoint use becomes entries of the ledger, with their names."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from types import SimpleNamespace
from typing import cast

import pytest
from endpoint_world import World, question
from hostile_peer import Peer, mode
from hostile_server import HostileServer

from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import Connection, ConnectionKind, Usage
from desktop_chat.core.prices import Cost, Price
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.usage_ledger import UsageEntry, UsageLedger, UsageOrigin
from desktop_chat.services.endpoint.request_usage import RequestUsage

PRICE = Price("USD", Decimal(1_000_000), None, Decimal(1_000_000), None, "")


@mode("called-usage")
async def play_usage(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hi")
    await peer.finish(done=False)
    await peer.event({"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 6}})
    await peer.send("data: [DONE]\n\n")


@mode("called-cut")
async def play_cut(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hi")
    await peer.finish("length", done=False)
    await peer.event({"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 6}})
    await peer.send("data: [DONE]\n\n")


@pytest.fixture
def used(world: World) -> list[UsageEntry]:
    entries: list[UsageEntry] = []
    ledger = cast(UsageLedger, SimpleNamespace(record=entries.append))
    here = Connection("c1", "Hostile", "https://api.example.com/v1", kind=ConnectionKind.ENVIRONMENT)
    connections = Connections(Preferences(Settings()), (here,))
    world.server.requests.ended.add(RequestUsage(ledger, connections, lambda host, _: PRICE if host else None).take)
    return entries


async def test_a_passed_call_is_recorded_with_its_caller(world: World, used: list[UsageEntry]) -> None:
    await world.post("/v1/chat/completions", question("called-usage"), **{"X-Caller": "notes"})
    (entry,) = used
    assert (entry.origin, entry.caller, entry.connection_id) == (UsageOrigin.ENDPOINT, "notes", "c1")
    assert (entry.host, entry.model) == ("https://api.example.com:443", "called-usage")
    assert entry.usage == Usage(5, 6)
    assert entry.cost == Cost("USD", Decimal(11))


async def test_an_answer_that_was_not_counted_costs_at_least_something(world: World, used: list[UsageEntry]) -> None:
    await world.events({"message": "hi", "model": "plain"})
    (entry,) = used
    assert entry.usage == Usage()
    assert entry.cost == Cost("USD", Decimal(0), is_at_least=True)


async def test_an_answer_that_reached_its_limit_was_counted_whole(world: World, used: list[UsageEntry]) -> None:
    await world.events({"message": "hi", "model": "called-cut"})
    (entry,) = used
    assert entry.cost == Cost("USD", Decimal(11))


async def test_a_call_that_ends_with_the_endpoint_may_have_cost_something(
    world: World, used: list[UsageEntry], server: HostileServer
) -> None:
    calling = asyncio.create_task(world.post("/v1/chat/completions", question("silence")))
    while not server.requests:  # noqa: ASYNC110  (nobody tells)
        await asyncio.sleep(0.01)
    await world.stop()
    await calling
    (entry,) = used
    assert entry.cost == Cost("USD", Decimal(0), is_at_least=True)


async def test_a_removed_connection_has_no_price(world: World, used: list[UsageEntry]) -> None:
    await world.post("/v1/chat/completions", question("Two/called-usage"))
    (entry,) = used
    assert (entry.connection_name, entry.host, entry.cost) == ("Two", "", None)


async def test_what_the_server_refused_is_not_recorded(world: World, used: list[UsageEntry]) -> None:
    assert (await world.post("/v1/chat/completions", question("401"))).status_code >= 400
    assert used == []
