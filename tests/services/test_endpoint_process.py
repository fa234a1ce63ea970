"""The child that serves the local endpoint, as its parent hears it."""

from __future__ import annotations

import asyncio
import sys

from desktop_chat.core.endpoint_control import ControlEvent, EndpointReady, encode
from desktop_chat.services.endpoint_process import EndpointProcess


async def test_a_bug_in_who_listens_holds_back_no_other_event_and_not_the_end() -> None:
    events = [EndpointReady(f"http://127.0.0.1:{number}") for number in range(1, 4)]
    lines = b"".join(map(encode, events))
    told: list[ControlEvent] = []
    codes: list[int] = []
    problems: list[str] = []

    def receive(event: ControlEvent) -> None:
        told.append(event)
        if event == events[0]:
            raise RuntimeError("a bug")

    asyncio.get_running_loop().set_exception_handler(lambda _, report: problems.append(str(report["exception"])))
    program = f"import sys; sys.stdout.buffer.write({lines!r})"
    process = EndpointProcess([sys.executable, "-c", program], receive, codes.append)
    async with asyncio.timeout(60):
        await process.gone.wait()
    assert told == events
    assert codes == [0]
    assert problems == ["a bug"], "and it is not swallowed"
