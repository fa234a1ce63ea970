"""What happens by the clock while a stream runs: comments keep a silent one open, and the window is told how far the
others are. No real time passes in the first tests; the last ones go through real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from endpoint_world import BEARER, TOKEN, endpoint, question
from fakes import FakeCallers
from hostile_server import HostileServer
from prompt_loop import PromptLoop

from desktop_chat.core.endpoint_control import ControlEvent, StreamsGrew
from desktop_chat.core.entities import Status
from desktop_chat.services.endpoint import caller_requests as requests_module
from desktop_chat.services.endpoint.caller_request import KEEP_ALIVE, CallerRequest, Limits
from desktop_chat.services.endpoint.caller_requests import CallerRequests
from desktop_chat.services.memory_blobs import MemoryBlobs

EVENT = b'data: {"content": "x"}\n\n'
Work = Callable[[CallerRequest], Awaitable[None]]


class Story:
    """One call on a clock of its own: what its caller got, and what the window was told, with the seconds."""

    def __init__(self) -> None:
        self.sent: list[tuple[float, bytes]] = []
        self.told: list[tuple[float, ControlEvent]] = []

    def run(self, work: Work) -> Story:
        with asyncio.Runner(loop_factory=PromptLoop) as runner:
            runner.run(self._run(work))
        return self

    async def _run(self, work: Work) -> None:
        loop = asyncio.get_running_loop()

        async def send(message: MutableMapping[str, Any]) -> None:
            if message.get("body"):
                self.sent.append((loop.time(), message["body"]))

        async def receive() -> MutableMapping[str, Any]:
            await asyncio.Event().wait()
            raise AssertionError

        requests = CallerRequests(
            FakeCallers(), Limits(), MemoryBlobs(), lambda event: self.told.append((loop.time(), event))
        )
        requests.start(reads_blocked=False)
        call = CallerRequest("curl", "/api/chat/stream", send, lambda failure: failure.code)

        async def read() -> Callable[[], Awaitable[None]]:
            return lambda: work(call)

        await requests.run(call, receive, read)
        await requests.aclose()

    @property
    def comments(self) -> list[float]:
        return [at for at, content in self.sent if content == KEEP_ALIVE]

    @property
    def progress(self) -> list[tuple[float, int]]:
        grown = [(at, event.tokens) for at, event in self.told if isinstance(event, StreamsGrew) and event.tokens]
        return [(at, count) for at, tokens in grown for count in tokens.values()]


async def send_event(call: CallerRequest, *, event: bytes = EVENT) -> None:
    call.tokens += 1
    await call.send(event)


def test_a_silent_stream_gets_a_comment_every_fifteen_seconds() -> None:
    async def work(call: CallerRequest) -> None:
        await call.begin_stream()
        await asyncio.sleep(20)
        await send_event(call)
        await asyncio.sleep(40)
        await call.end_stream()

    story = Story().run(work)
    assert len(story.comments) == 3, story.sent
    first, second, third = story.comments
    assert 15 <= first < 17
    assert 35 <= second < 37, "fifteen seconds after what was sent last"
    assert 15 <= third - second < 17


def test_a_stream_that_speaks_gets_no_comment() -> None:
    async def work(call: CallerRequest) -> None:
        await call.begin_stream()
        for _ in range(6):
            await asyncio.sleep(10)
            await send_event(call)
        await call.end_stream()

    assert Story().run(work).comments == []


def test_no_comment_is_put_into_an_event_or_before_or_after_the_stream() -> None:
    async def work(call: CallerRequest) -> None:
        await asyncio.sleep(60)
        await call.begin_stream()
        await send_event(call, event=b'data: {"con')
        await asyncio.sleep(60)
        await send_event(call, event=b'tent": "x"}\r\n\r\n')
        call.status = Status.COMPLETE
        await asyncio.sleep(60)
        await call.end_stream()

    assert Story().run(work).comments == []


def test_the_window_is_told_once_a_second_how_far_a_stream_is() -> None:
    async def work(call: CallerRequest) -> None:
        await call.begin_stream()
        for _ in range(25):
            await asyncio.sleep(0.1)
            await send_event(call)
        await asyncio.sleep(5)
        await call.end_stream()

    progress = Story().run(work).progress
    assert [round(at) for at, _ in progress] == [1, 2, 3], "and nothing while it does not grow"
    assert progress[-1][1] == 25
    assert 8 <= progress[0][1] <= 11


@pytest.fixture
def quick_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests_module, "TICK_S", 0.01)


@pytest.mark.usefixtures("quick_ticks")
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/chat/stream", {"message": "hi", "model": "silence"}),
        ("/api/chat/stream", {"message": "hi", "model": "silence-after-text"}),
        ("/v1/chat/completions", question("silence-after-text")),
    ],
)
async def test_comments_reach_the_caller_of_a_silent_server(
    server: HostileServer, tmp_path: Path, path: str, body: object
) -> None:
    async with (
        endpoint(server.base_url, tmp_path, limits=Limits(keep_alive_s=0.02)) as world,
        world.client.stream("POST", path, json=body, headers=BEARER) as response,
    ):
        read = b""
        async for piece in response.aiter_bytes():
            read += piece
            if read.count(KEEP_ALIVE) == 2:
                break
    assert TOKEN not in read.decode()


@pytest.mark.usefixtures("quick_ticks")
async def test_the_window_is_told_of_streams_through_real_sockets(server: HostileServer, tmp_path: Path) -> None:
    async with endpoint(server.base_url, tmp_path, limits=Limits()) as world:
        grew = asyncio.Event()
        world.server.requests._tell = lambda event: grew.set() if getattr(event, "tokens", None) else None
        body = {"message": "hi", "model": "silence-after-text"}
        async with world.client.stream("POST", "/api/chat/stream", json=body, headers=BEARER), asyncio.timeout(10):
            await grew.wait()
