"""A request waits for its slot when all is prepared, and gives it back with the last byte of its answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, closing
from dataclasses import replace
from typing import Any

import pytest
from batch_server import BatchServer
from hostile_chat import SDK
from hostile_dialects import DONE, chunk
from hostile_server import HostileServer
from prompt_loop import PromptLoop
from turn_world import SCRIPTS, Step

from desktop_chat.core.deltas import TextDelta
from desktop_chat.core.entities import Api, Connection, Role
from desktop_chat.core.errors import ConnectionLost, ProviderError
from desktop_chat.core.exchanges import Exchange, ExchangeLog, Mark
from desktop_chat.core.prompt import Prompt, PromptMessage
from desktop_chat.core.watchdog import Watchdog
from desktop_chat.services.provider import openai_provider
from desktop_chat.services.provider.openai_provider import OpenAIProvider
from desktop_chat.services.provider.request_slots import current_sending, sending_in

PROMPT = Prompt((PromptMessage(Role.USER, "hi"),), "plain", reply_id="r1")


class Slot:
    """Opens when the test says so, and counts."""

    def __init__(self, *, is_open: bool = True) -> None:
        self.waits = asyncio.Event()
        self.opened = asyncio.Event()
        self.given_back = asyncio.Event()
        self.taken = 0
        if is_open:
            self.opened.set()

    async def take(self) -> None:
        self.waits.set()
        await self.opened.wait()
        self.taken += 1

    def give_back(self) -> None:
        self.given_back.set()


@pytest.fixture
async def log() -> ExchangeLog:
    return ExchangeLog()


@pytest.fixture
async def provider(server: HostileServer, log: ExchangeLog) -> AsyncIterator[OpenAIProvider]:
    async with aclosing(OpenAIProvider(Connection("c1", "Here", server.base_url), "", SDK, log)) as provider:
        yield provider


async def read(provider: OpenAIProvider, prompt: Prompt) -> None:
    async for _ in provider.stream(prompt):
        pass


def scripted(slot: Slot, *steps: Step) -> Prompt:
    SCRIPTS[:] = [steps]
    return replace(PROMPT, model="scripted", slot=slot)


async def test_nothing_is_sent_before_there_is_a_slot(provider: OpenAIProvider, server: HostileServer) -> None:
    slot = Slot(is_open=False)
    async with asyncio.TaskGroup() as group:
        group.create_task(read(provider, replace(PROMPT, slot=slot)))
        await slot.waits.wait()
        assert server.requests == []
        slot.opened.set()
    assert len(server.requests) == slot.taken == 1
    assert slot.given_back.is_set()


async def test_the_wait_is_no_part_of_the_exchange(provider: OpenAIProvider, log: ExchangeLog) -> None:
    slot = Slot(is_open=False)
    async with asyncio.TaskGroup() as group:
        group.create_task(read(provider, replace(PROMPT, slot=slot)))
        await slot.waits.wait()
        (exchange,) = log.of("r1")
        clock = exchange.clock
        exchange.clock = lambda: clock() + 1_000.0
        slot.opened.set()
    assert exchange.marks[Mark.ENDED] < 1_000.0


def test_the_wait_is_no_silence_of_the_server() -> None:
    class Later(Slot):
        async def take(self) -> None:
            await asyncio.sleep(60)

    async def wait() -> None:
        exchange = Exchange("", "c1", "Here", Api.CHAT_COMPLETIONS, "m", "", {}, hide=str)
        with closing(Watchdog(0.05)) as watchdog, sending_in(Later(), watchdog, exchange), watchdog:
            sending = current_sending()
            assert sending is not None
            await sending.begin()
        assert asyncio.get_running_loop().time() == pytest.approx(60)

    with asyncio.Runner(loop_factory=PromptLoop) as runner:
        runner.run(wait())


async def test_a_stream_keeps_its_slot_until_its_last_byte(provider: OpenAIProvider) -> None:
    gate, slot = asyncio.Event(), Slot()
    stream = provider.stream(scripted(slot, chunk(content="one"), gate, chunk("stop"), DONE))
    async with aclosing(stream):
        await anext(stream)
        assert not slot.given_back.is_set()
        gate.set()
        async for _ in stream:
            pass
    assert slot.given_back.is_set()


async def test_a_stream_that_is_stopped_does_not_give_its_slot_back_by_itself(provider: OpenAIProvider) -> None:
    slot = Slot()
    stream = provider.stream(scripted(slot, chunk(content="one"), asyncio.Event()))
    async with aclosing(stream):
        await anext(stream)
    assert not slot.given_back.is_set()


async def test_what_an_error_means_for_the_slot_is_decided_by_the_caller(
    provider: OpenAIProvider, server: HostileServer
) -> None:
    slot = Slot()
    with pytest.raises(ProviderError):
        await read(provider, replace(PROMPT, model="429-seconds", slot=slot))
    assert (slot.taken, slot.given_back.is_set()) == (len(server.requests), False)


async def test_requests_that_begin_together_have_one_client(
    provider: OpenAIProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    real = openai_provider.build_client

    def counted(*arguments: object, **options: object) -> object:
        made.append(real(*arguments, **options))  # type: ignore[arg-type]
        return made[-1]

    monkeypatch.setattr(openai_provider, "build_client", counted)
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(read(provider, PROMPT))
    assert len(made) == 1


@pytest.mark.parametrize(("question", "is_short"), [("short", True), ("long " * 20_000, False)])
async def test_a_short_answer_is_read_whole_before_the_sdk_looks_at_it(
    question: str, is_short: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot, seen = Slot(), []
    real = openai_provider.Answer

    def noted(*arguments: Any, **options: Any) -> Any:
        seen.append(slot.given_back.is_set())
        return real(*arguments, **options)

    monkeypatch.setattr(openai_provider, "Answer", noted)
    server = BatchServer()
    await server.start()
    async with aclosing(OpenAIProvider(Connection("c1", "Here", server.base_url), "", SDK)) as provider:
        prompt = replace(PROMPT, messages=(PromptMessage(Role.USER, question),), streaming=False, slot=slot)
        said = [delta async for delta in provider.stream(prompt)]
    await server.aclose()
    assert TextDelta(f"re {question}") in said
    assert seen == [is_short]
    assert slot.given_back.is_set()


async def test_an_answer_that_breaks_off_keeps_its_slot() -> None:
    slot = Slot()
    server = BatchServer()
    await server.start()
    async with aclosing(OpenAIProvider(Connection("c1", "Here", server.base_url), "", SDK)) as provider:
        prompt = replace(PROMPT, messages=(PromptMessage(Role.USER, "cut"),), streaming=False, slot=slot)
        with pytest.raises(ConnectionLost):
            await read(provider, prompt)
    await server.aclose()
    assert not slot.given_back.is_set()
