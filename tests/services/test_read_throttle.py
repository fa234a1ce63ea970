"""Slow streams are read once per frame or two, and floods without a pause."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop_chat.services.provider import read_throttle
from desktop_chat.services.provider.read_throttle import FLOOD_BYTES, MUCH_BYTES, REST_S, SHORT_REST_S, slow_down


class Stream:
    """A network stream that returns this many bytes per read."""

    def __init__(self, *sizes: int) -> None:
        self._pieces: Iterator[bytes] = (b"x" * size for size in sizes)
        self.written: list[bytes] = []

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 -- httpcore2's name
        return next(self._pieces)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 -- httpcore2's name
        self.written.append(buffer)


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses before reads that had one."""
    found: list[float] = []

    async def rest(seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr(read_throttle.asyncio, "sleep", rest)
    return found


async def test_the_first_read_is_immediate_and_slow_streams_pause(rests: list[float]) -> None:
    stream = Stream(200, 300, 0)
    slow_down(stream)
    assert await stream.read(65_536, timeout=None) == b"x" * 200
    assert rests == []
    assert await stream.read(65_536) == b"x" * 300
    assert len(rests) == 1
    assert 0 < rests[0] <= REST_S


async def test_fast_text_is_read_more_often(rests: list[float]) -> None:
    stream = Stream(MUCH_BYTES, 1)
    slow_down(stream)
    await stream.read(65_536)
    await stream.read(65_536)
    assert 0 < rests[0] <= SHORT_REST_S


async def test_a_flood_is_read_without_pauses(rests: list[float]) -> None:
    stream = Stream(*[FLOOD_BYTES] * 50)
    slow_down(stream)
    for _ in range(50):
        await stream.read(65_536)
    assert rests == []


async def test_a_late_read_does_not_pause(rests: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(read_throttle.time, "monotonic", lambda: now)
    stream = Stream(10, 10)
    slow_down(stream)
    await stream.read(65_536)
    now += REST_S
    await stream.read(65_536)
    assert rests == []


async def test_the_answer_to_a_new_request_is_read_at_once(rests: list[float]) -> None:
    stream = Stream(200, 200)
    slow_down(stream)
    for _ in range(2):
        await stream.write(b"request")
        await stream.read(65_536)
    assert rests == []


HEAD = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n"


@pytest.mark.parametrize(
    ("pieces", "written"),
    [
        ([HEAD, b"{}"], [HEAD + b"{}"]),
        ([HEAD, b"{", b"}"], [HEAD + b"{", b"}"]),
        ([HEAD, b""], [HEAD]),
        ([HEAD, b"{}", b"", HEAD, b"{}"], [HEAD + b"{}", b"", HEAD + b"{}"]),
        ([b"GET /v1/models HTTP/1.1\r\n\r\n"], [b"GET /v1/models HTTP/1.1\r\n\r\n"]),
        ([b"POST / HTTP/1.1\r\n\r\n"], [b"POST / HTTP/1.1\r\n\r\n"]),
    ],
)
async def test_a_request_is_sent_together_with_the_beginning_of_its_body(
    pieces: list[bytes], written: list[bytes]
) -> None:
    stream = Stream()
    slow_down(stream)
    for piece in pieces:
        await stream.write(piece, timeout=None)
    assert stream.written == written
