"""The line between the window and the process that serves the endpoint, over real pipes."""

from __future__ import annotations

import asyncio
import os

from desktop_chat.core.endpoint_control import (
    BlockCaller,
    ControlCommand,
    EndpointReady,
    StopServing,
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
