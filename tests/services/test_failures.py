"""Every way in which a server can answer, through the real provider and a real session: what is kept, and what it is
called."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from hostile_chat import KEY, Chat, Row, chat_with
from hostile_server import MODES, HostileServer

from desktop_chat.core.entities import Status, Usage

COMPLETE, FAILED, INTERRUPTED = Status.COMPLETE, Status.FAILED, Status.INTERRUPTED


LEGAL = [
    *(Row(mode, COMPLETE, "Hello") for mode in (
        "plain", "crlf", "cr", "no-space", "comments", "several-data-lines", "fields", "unknown-members", "no-done",
        "no-finish-reason-but-done", "no-last-blank-line", "usage", "usage-refused", "max-tokens-refused", "reasoning",
        "reasoning-parts", "bom", "no-content-type", "stream-called-json", "chunked", "gzip", "two-choices", "whole",
        "done-then-open", "finish-then-open", "finish-then-reset", "finish-then-talk", "odd-types", "429-then-plain",
        "comments-then-text",
    )),
    Row("byte-by-byte", COMPLETE, "Grüße, 你好 🙂"),
    Row("split-surrogates", COMPLETE, "a🙂b\ufffd"),
    Row("escapes", COMPLETE, "a\x1b[2Jb\x1b]52;c;eA==\x07c"),
    Row("flood", COMPLETE, "word " * 50_000),
    Row("paced", COMPLETE, "word " * 1_000),
]  # fmt: skip
NAMED = [
    Row("length", Status.TRUNCATED, "Hello"),
    Row("content-filter", Status.FILTERED, "Hel"),
    Row("refusal", Status.FILTERED, "I would rather not."),
    Row("nothing", FAILED, code="empty_reply"),
    Row("tool-call", FAILED, code="tool_unavailable"),
    Row("tool-call-cut", INTERRUPTED, code="connection_lost"),
    Row("broken-json", COMPLETE, "Hello", skipped=2),
    Row("invalid-utf8", COMPLETE, "Hel\ufffd\ufffdlo", skipped=1),
]
REFUSED = [
    Row("401", FAILED, code="authentication_failed", detail="Incorrect API key provided."),
    Row("401-echo", FAILED, code="authentication_failed", detail="Incorrect API key: Bearer [redacted]"),
    Row("401-text-echo", FAILED, code="authentication_failed", detail="Bearer [redacted]"),
    Row("401-html", FAILED, code="authentication_failed", detail="Sign in"),
    Row("403", FAILED, code="authentication_failed"),
    Row("402", FAILED, code="quota_exceeded"),
    Row("400-gateway-key", FAILED, code="authentication_failed"),
    Row("500-gateway-key", FAILED, code="authentication_failed"),
    Row("400-context", FAILED, code="context_too_long"),
    Row("400-context-llama", FAILED, code="context_too_long"),
    Row("400-context-words", FAILED, code="context_too_long"),
    Row("413", FAILED, code="context_too_long", detail="413"),
    Row("400", FAILED, code="request_rejected", detail="'temperature' is not supported with this one."),
    Row("422-detail", FAILED, code="request_rejected"),
    Row("404-model", FAILED, code="model_not_found"),
    Row("404-model-ollama", FAILED, code="model_not_found"),
    Row("404-html", FAILED, code="wrong_address", detail="Not here"),
    Row("404-json", FAILED, code="wrong_address", detail="Not Found"),
    Row("405", FAILED, code="wrong_address"),
    Row("408", FAILED, code="provider_fault"),
    Row("redirect", FAILED, code="wrong_address", detail="307 https://elsewhere.example/v1/chat"),
    Row("429-seconds", FAILED, code="rate_limited", detail="Slow down"),
    Row("429-date", FAILED, code="rate_limited"),
    Row("429-nonsense", FAILED, code="rate_limited"),
    Row("429-quota", FAILED, code="quota_exceeded"),
    Row("500", FAILED, code="provider_fault", detail="Something broke"),
    Row("502-html", FAILED, code="provider_fault", detail="502 Bad Gateway"),
    Row("503-empty", FAILED, code="provider_fault"),
    Row("500-endless", FAILED, code="provider_fault"),
    Row("500-silent-body", FAILED, code="provider_fault"),
    Row("599-binary", FAILED, code="provider_fault"),
]
LYING = [
    Row("html-200", FAILED, code="wrong_address", detail="Welcome"),
    Row("html-200-called-stream", FAILED, code="wrong_address", detail="Portal"),
    Row("empty-200", FAILED, code="bad_response"),
    Row("error-200", FAILED, code="provider_fault", detail="The model is overloaded"),
    Row("error-200-string", FAILED, code="provider_fault", detail="model crashed"),
    Row("json-200-other", FAILED, code="bad_response"),
    Row("text-200", FAILED, code="bad_response", detail="It works"),
    Row("deep-json-200", FAILED, code="bad_response"),
]
BROKEN = [
    Row("reset-at-once", FAILED, code="connection_lost"),
    Row("close-at-once", FAILED, code="connection_lost"),
    Row("not-http", FAILED, code="bad_response"),
    Row("whole-cut", FAILED, code="connection_lost"),
    Row("reset", INTERRUPTED, "Hello", "connection_lost"),
    Row("clean-cut", INTERRUPTED, "Hello", "connection_lost"),
    Row("chunked-cut", INTERRUPTED, "Hello", "connection_lost"),
    Row("half-event", INTERRUPTED, "Hello", "connection_lost", skipped=1),
    Row("error-event", INTERRUPTED, "Hello", "provider_fault", "Out of memory"),
    Row("error-event-typed", INTERRUPTED, "Hello", "provider_fault", "Out of memory"),
    Row("error-event-words", INTERRUPTED, "Hello", "provider_fault", "Out of memory"),
    Row("error-in-choice", INTERRUPTED, "Hello", "provider_fault", "Provider disconnected"),
    Row("error-event-context", FAILED, code="context_too_long", detail="too long"),
    Row("silence", FAILED, code="stream_stalled"),
    Row("silence-after-head", FAILED, code="stream_stalled"),
    Row("silence-after-text", INTERRUPTED, "Hello", "stream_stalled"),
    Row("drip", INTERRUPTED, "Hello", "stream_stalled"),
    Row("comments-for-ever", FAILED, code="stream_stalled"),
    Row("huge-event", INTERRUPTED, "Hello", "reply_too_large"),
    Row("huge-whole", FAILED, code="reply_too_large"),
    Row("gzip-bomb", FAILED, code="reply_too_large"),
]
ROWS = [*LEGAL, *NAMED, *REFUSED, *LYING, *BROKEN]
ELSEWHERE = {"flood-for-ever", "slow-text", "paragraphs", "dripped"}


@pytest.fixture
async def server() -> AsyncIterator[HostileServer]:
    server = HostileServer()
    await server.start()
    yield server
    await server.aclose()


def test_every_mode_has_its_row() -> None:
    assert {row.mode for row in ROWS} | ELSEWHERE == {name for name in MODES if not name.startswith("r-")}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.mode)
async def test_outcome(row: Row, server: HostileServer) -> None:
    retries = 1 if row.mode == "429-then-plain" else 0
    idle_limit_s = 0.3 if row.code == "stream_stalled" else 30.0
    async with chat_with(server, retries=retries, idle_limit_s=idle_limit_s) as chat:
        reply = await chat.send(row.mode)
    code = reply.failure.code if reply.failure else ""
    assert (reply.status, reply.text, code) == (row.status, row.text, row.code)
    assert reply.skipped_events == row.skipped
    detail = reply.failure.detail if reply.failure else ""
    if row.detail is not None:
        assert detail == row.detail
    assert "<" not in detail
    assert "\ufffd" not in detail
    assert len(detail) <= 300
    stored = await chat.store.messages(chat.conversation.id)
    assert KEY not in repr(stored)
    assert stored[-1] == reply
    stored[-1].text.encode()


@pytest.mark.parametrize(
    "row", [r for r in ROWS if r in REFUSED or r.mode in {"whole", "error-200"}], ids=lambda r: r.mode
)
async def test_outcome_in_one_piece(row: Row, server: HostileServer) -> None:
    async with chat_with(server) as chat:
        reply = await chat.send(row.mode, streaming=False)
    assert (reply.status, reply.text, reply.failure.code if reply.failure else "") == (row.status, row.text, row.code)
    assert server.requests[0].body["stream"] is False
    assert "stream_options" not in server.requests[0].body


async def test_reasoning_is_kept_apart(server: HostileServer) -> None:
    async with chat_with(server) as chat:
        for mode in ("reasoning", "reasoning-parts", "whole"):
            reply = await chat.send(mode)
            assert (reply.reasoning, reply.text) == ("Hmm.", "Hello")


async def test_usage_is_asked_for_and_read(server: HostileServer) -> None:
    async with chat_with(server) as chat:
        reply = await chat.send("usage")
    assert server.requests[0].body["stream_options"] == {"include_usage": True}
    assert reply.usage == Usage(5, 2, 1)


async def test_what_was_refused_is_not_asked_for_again(server: HostileServer) -> None:
    async with chat_with(server) as chat:
        for mode in ("usage-refused", "usage-refused", "max-tokens-refused"):
            assert (await chat.send(mode)).text == "Hello"
    assert ["stream_options" in request.body for request in server.requests] == [True, False, False, False, False]
    assert server.requests[-1].body["max_completion_tokens"] == 50


@pytest.mark.parametrize(("mode", "least", "most"), [("429-seconds", 3600, 3600), ("429-date", 7100, 7200)])
async def test_a_long_wait_is_told(mode: str, least: float, most: float, server: HostileServer) -> None:
    async with chat_with(server, retries=2) as chat:
        reply = await chat.send(mode)
    assert reply.failure is not None
    assert reply.failure.retry_after_s is not None
    assert least <= reply.failure.retry_after_s <= most
    assert len(server.requests) == 1


@pytest.mark.parametrize("mode", ["429-quota", "401", "400", "400-context", "redirect", "reset", "half-event"])
async def test_what_cannot_help_is_not_sent_again(mode: str, server: HostileServer) -> None:
    async with chat_with(server, retries=2) as chat:
        await chat.send(mode)
    assert len(server.requests) == 1


@pytest.mark.parametrize("mode", ["silence", "silence-after-head", "silence-after-text", "drip", "flood-for-ever",
                                  "slow-text", "done-then-open"])  # fmt: skip
async def test_stop_closes_the_connection(mode: str, server: HostileServer) -> None:
    async with chat_with(server, idle_limit_s=60.0) as chat:
        ended = chat.send(mode)
        await server.arrived.wait()
        await asyncio.sleep(0.03)
        chat.session.cancel()
        reply = await ended
        assert reply.status in {Status.CANCELLED, Status.COMPLETE}
        async with asyncio.timeout(2):
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
        async with asyncio.timeout(2):
            await server.left.wait()


async def test_stop_at_once_sends_nothing(server: HostileServer) -> None:
    async with chat_with(server) as chat:
        ended = chat.send("plain")
        chat.session.cancel()
        assert (await ended).status is Status.CANCELLED
    assert not server.requests


async def test_a_closed_stream_leaves_no_connection(server: HostileServer) -> None:
    """Leaving the stream by hand, as aclosing does, closes it as well."""
    async with chat_with(server) as chat:
        provider = await chat.pool.provider_for("c1")
        from desktop_chat.core.entities import Role  # noqa: PLC0415
        from desktop_chat.core.prompt import Prompt, PromptMessage  # noqa: PLC0415

        async with aclosing(provider.stream(Prompt((PromptMessage(Role.USER, "hi"),), "slow-text"))) as deltas:
            async for _ in deltas:
                break
        async with asyncio.timeout(2):
            await server.left.wait()
        assert not provider.is_busy
