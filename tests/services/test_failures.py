"""Every way in which a server can answer, through the real provider and a real session: what is kept, and the resulting
error."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest
from hostile_chat import KEY, Chat, Row, chat_with
from hostile_server import HostileServer, modes_of_tables
from hostile_table import CHAT_ROWS, ENDLESS, PLAYED_ELSEWHERE, REFUSED

from desktop_chat.core import retry, watchdog
from desktop_chat.core.entities import Status, Usage
from desktop_chat.services.provider import http_client, openai_provider, reply_stream
from desktop_chat.ui.text.error_text import ErrorWords

ROWS = CHAT_ROWS
SILENT_AT_THE_END = {"finish-then-open", "finish-then-talk", "usage-then-open", "500-silent-body"}
"""Modes that keep the connection open and send nothing more of the reply."""


def test_every_mode_has_its_row() -> None:
    assert {row.mode for row in ROWS} | ENDLESS | PLAYED_ELSEWHERE >= {
        name for name in modes_of_tables() if not name.startswith("r-")
    }
    assert len({row.mode for row in ROWS}) == len(ROWS)


@pytest.fixture
def waits(row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a server sends nothing more, do not wait for it as long as usual."""
    if row.mode in SILENT_AT_THE_END:
        monkeypatch.setattr(openai_provider, "USAGE_GRACE_S", 0.2)
        monkeypatch.setattr(reply_stream, "FINISH_GRACE_S", 0.1)
        monkeypatch.setattr(http_client, "ERROR_BODY_S", 0.1)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.mode)
async def test_outcome(row: Row, server: HostileServer, waits: None) -> None:
    retries = 1 if row.mode == "429-then-plain" else 0
    idle_limit_s = 0.3 if row.code == "stream_stalled" else 30.0
    async with chat_with(server, retries=retries, idle_limit_s=idle_limit_s) as chat:
        reply = await chat.send(row.mode)
    code = reply.failure.code if reply.failure else ""
    assert (reply.status, reply.text, code) == (row.status, row.text, row.code)
    if row.skipped is not None:
        assert reply.skipped_events == row.skipped
    detail = reply.failure.detail if reply.failure else ""
    if row.detail is not None:
        assert detail == row.detail
    if row.wait_s is not None:
        assert reply.failure is not None
        assert reply.failure.retry_after_s == pytest.approx(row.wait_s, abs=60)
    assert "<" not in detail
    assert "\ufffd" not in detail
    assert len(detail) <= 300
    stored = await chat.store.messages(chat.conversation.id)
    assert KEY not in repr(stored)
    assert stored[-1] == reply
    stored[-1].text.encode()


@pytest.mark.parametrize("mode", ["reset", "chunked-cut", "silence-after-text"])
async def test_a_stream_that_breaks_after_the_computer_slept_says_so_and_can_be_continued(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    slept = iter([100.0])  # when the request starts; an hour more from then on
    monkeypatch.setattr(watchdog, "seconds_asleep", lambda: next(slept, 3_700.0))
    async with chat_with(server, idle_limit_s=0.3) as chat:
        reply = await chat.send(mode)
        assert (reply.status, reply.text) == (Status.INTERRUPTED, "Hello")
        assert reply.failure is not None
        assert reply.failure.code == "interrupted_by_sleep"
        assert "continue" in [action for action, _ in ErrorWords().actions(reply)]


async def test_before_the_first_character_a_request_is_sent_again_after_sleep(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept = iter([100.0])
    monkeypatch.setattr(watchdog, "seconds_asleep", lambda: next(slept, 3_700.0))
    monkeypatch.setattr(retry, "FIRST_DELAY_S", 0.01, raising=False)
    async with chat_with(server, retries=1) as chat:
        reply = await chat.send("reset-at-once")
    assert len(server.requests) == 2
    assert reply.failure is not None
    assert reply.failure.code == "connection_lost", "the second request did not see any sleep"


@pytest.mark.parametrize(
    "row", [r for r in ROWS if r in REFUSED or r.mode in {"whole", "error-200"}], ids=lambda r: r.mode
)
async def test_outcome_without_streaming(row: Row, server: HostileServer, waits: None) -> None:
    async with chat_with(server) as chat:
        reply = await chat.send(row.mode, streaming=False)
    assert (reply.status, reply.text, reply.failure.code if reply.failure else "") == (row.status, row.text, row.code)
    assert server.requests[0].body["stream"] is False
    assert "stream_options" not in server.requests[0].body


async def test_reasoning_is_separate(server: HostileServer) -> None:
    async with chat_with(server) as chat:
        for mode in ("reasoning", "reasoning-parts", "whole"):
            reply = await chat.send(mode)
            assert (reply.reasoning, reply.text) == ("Hmm.", "Hello")


async def test_usage_is_requested_and_read(server: HostileServer) -> None:
    async with chat_with(server) as chat:
        reply = await chat.send("usage")
    assert server.requests[0].body["stream_options"] == {"include_usage": True}
    assert reply.usage == Usage(5, 2, 1)


async def test_what_was_refused_is_not_requested_again(server: HostileServer) -> None:
    async with chat_with(server) as chat:
        for mode in ("usage-refused", "usage-refused", "max-tokens-refused"):
            assert (await chat.send(mode)).text == "Hello"
    assert ["stream_options" in request.body for request in server.requests] == [True, False, False, True, True]
    assert server.requests[-1].body["max_completion_tokens"] == 50


@pytest.mark.parametrize(("mode", "least", "most"), [("429-seconds", 3600, 3600), ("429-date", 7100, 7200)])
async def test_a_long_wait_is_reported(mode: str, least: float, most: float, server: HostileServer) -> None:
    async with chat_with(server, retries=2) as chat:
        reply = await chat.send(mode)
    assert reply.failure is not None
    assert reply.failure.retry_after_s is not None
    assert least <= reply.failure.retry_after_s <= most
    assert len(server.requests) == 1


@pytest.mark.parametrize("mode", ["408", "409", "425", "429-nonsense", "500", "524", "reset-at-once", "close-at-once"])
async def test_retryable_errors_are_retried(mode: str, server: HostileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "FIRST_DELAY_S", 0.0)
    async with chat_with(server, retries=2) as chat:
        await chat.send(mode)
    assert len(server.requests) == 3


@pytest.mark.parametrize("mode", ["429-quota", "401", "400", "400-context", "redirect", "reset", "half-event"])
async def test_other_errors_are_not_retried(mode: str, server: HostileServer) -> None:
    async with chat_with(server, retries=2) as chat:
        await chat.send(mode)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("mode", "idle_limit_s", "begin"), [("steady-text", 1.0, "word0 word1 word2"), ("comments-then-text", 0.4, "Hello")]
)
async def test_a_reply_may_take_longer_than_the_idle_limit(
    mode: str, idle_limit_s: float, begin: str, server: HostileServer
) -> None:
    async with chat_with(server, idle_limit_s=idle_limit_s) as chat:
        begun = asyncio.get_running_loop().time()
        reply = await chat.send(mode)
        assert asyncio.get_running_loop().time() - begun > idle_limit_s, "or this shows nothing"
    assert (reply.status, reply.failure) == (Status.COMPLETE, None)
    assert reply.text.startswith(begin)


@pytest.mark.parametrize("mode", ["silence", "silence-after-head", "silence-after-text", "drip", "flood-for-ever",
                                  "slow-text", "done-then-open"])  # fmt: skip
async def test_stop_closes_the_connection(mode: str, server: HostileServer) -> None:
    async with chat_with(server, idle_limit_s=60.0) as chat:
        ended = chat.send(mode)
        await server.arrived.wait()
        if mode in {"silence-after-text", "drip", "flood-for-ever"}:
            await chat.has_text()
        else:
            await asyncio.sleep(0.03)
        chat.session.cancel()
        reply = await ended
        assert reply.status in {Status.CANCELLED, Status.COMPLETE}
        async with asyncio.timeout(20):
            await server.left.wait()
        if mode in {"silence-after-text", "drip"}:
            assert reply.text == "Hello"
        if mode == "flood-for-ever":
            assert reply.text
            assert not reply.text.replace("word ", "")


async def test_stop_during_the_tls_handshake_closes_the_connection(server: HostileServer) -> None:
    port = await server.start_mute()
    async with aclosing(Chat(f"https://127.0.0.1:{port}/v1")) as chat:
        ended = chat.send("silence")
        await server.arrived.wait()
        await asyncio.sleep(0.03)
        chat.session.cancel()
        assert (await ended).status is Status.CANCELLED
        async with asyncio.timeout(20):
            await server.left.wait()


async def test_immediate_stop_sends_nothing(server: HostileServer) -> None:
    async with chat_with(server) as chat:
        ended = chat.send("plain")
        chat.session.cancel()
        assert (await ended).status is Status.CANCELLED
    assert not server.requests


async def test_a_closed_stream_leaves_no_connection(server: HostileServer) -> None:
    """Leaving the stream manually, like aclosing does, closes it as well."""
    async with chat_with(server) as chat:
        provider = await chat.pool.provider_for("c1")
        from desktop_chat.core.entities import Role  # noqa: PLC0415
        from desktop_chat.core.prompt import Prompt, PromptMessage  # noqa: PLC0415

        async with aclosing(provider.stream(Prompt((PromptMessage(Role.USER, "hi"),), "slow-text"))) as deltas:
            async for _ in deltas:
                break
        async with asyncio.timeout(20):
            await server.left.wait()
        assert not provider.is_busy
