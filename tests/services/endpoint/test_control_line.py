"""The line between the window and the process that serves the endpoint, over real pipes."""

from __future__ import annotations

import asyncio
import os

from desktop_chat.core.deltas import TextDelta
from desktop_chat.core.endpoint_control import (
    AnswerGrew,
    BlockCaller,
    ControlCommand,
    EndpointReady,
    QuestionAnswered,
    StopServing,
    StreamsGrew,
    decode_event,
    encode,
)
from desktop_chat.services.endpoint.control import ControlLine


async def test_commands_come_and_events_go_until_the_window_ends() -> None:
    ours, theirs = os.pipe(), os.pipe()
    received: asyncio.Queue[ControlCommand] = asyncio.Queue()
    with (
        os.fdopen(ours[0], "rb") as commands,
        os.fdopen(theirs[1], "wb") as events,
        os.fdopen(theirs[0], "rb") as told,
        os.fdopen(ours[1], "wb") as window,
    ):
        line = ControlLine(commands, events, received.put_nowait)
        window.write(encode(BlockCaller("curl")) + b"{broken\n")
        window.flush()
        async with asyncio.timeout(60):
            assert await received.get() == BlockCaller("curl")
            line.tell(EndpointReady("http://127.0.0.1:1"))
            assert decode_event(await asyncio.to_thread(told.readline)) == EndpointReady("http://127.0.0.1:1")
            window.close()
            assert await received.get() == StopServing()
        line.close()


async def test_a_window_that_reads_late_misses_nothing_but_progress() -> None:
    count = 12_000
    ours, theirs = os.pipe(), os.pipe()
    with os.fdopen(ours[0], "rb") as commands, os.fdopen(ours[1], "wb"), os.fdopen(theirs[0], "rb") as told:
        with os.fdopen(theirs[1], "wb") as events:
            line = ControlLine(commands, events, lambda _: None)
            for number in range(count):
                line.tell(AnswerGrew("a", (TextDelta(f"word {number} "),)))
                line.tell(StreamsGrew({"a": number}))
            line.tell(StreamsGrew({}))
            line.tell(QuestionAnswered("a", "complete"))
            reading = asyncio.create_task(asyncio.to_thread(told.readlines))
            await asyncio.to_thread(line.close, 60)
        read = [decode_event(each) for each in await reading]
    assert [event for event in read if isinstance(event, AnswerGrew)] == [
        AnswerGrew("a", (TextDelta(f"word {number} "),)) for number in range(count)
    ]
    assert read[-2:] == [StreamsGrew({}), QuestionAnswered("a", "complete")]
    assert len(read) < 2 * count, "progress was left out while nobody read"


async def test_a_window_that_has_ended_is_no_error() -> None:
    ours, theirs = os.pipe(), os.pipe()
    os.close(theirs[0])
    os.close(ours[1])
    received: asyncio.Queue[ControlCommand] = asyncio.Queue()
    with os.fdopen(ours[0], "rb") as commands, os.fdopen(theirs[1], "wb", buffering=0) as events:
        line = ControlLine(commands, events, received.put_nowait)
        line.tell(EndpointReady("http://127.0.0.1:1"))
        async with asyncio.timeout(60):
            assert await received.get() == StopServing()
        line.close()
