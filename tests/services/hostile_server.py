"""A model server that misbehaves in every way we know of, on a real loopback socket. The model's name picks the way.

Also a program of its own, for journeys and benchmarks: `python tests/services/hostile_server.py [PORT]` prints its port
and serves until its standard input closes.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import struct
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

Mode = Callable[["Peer"], Awaitable[None]]
MODES: dict[str, Mode] = {}


def mode(name: str) -> Callable[[Mode], Mode]:
    """Register a way to misbehave."""

    def register(function: Mode) -> Mode:
        MODES[name] = function
        return function

    return register


@dataclass(slots=True)
class Request:
    """What a client sent; `body` is the parsed JSON."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any] = field(default_factory=dict)


class Peer:
    """One connection with its request, and words to misbehave with."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: Request) -> None:
        self.reader = reader
        self.writer = writer
        self.request = request
        self.left = asyncio.Event()

    async def head(self, status: str = "200 OK", kind: str = "text/event-stream", **headers: str) -> None:
        lines = [f"HTTP/1.1 {status}", *([f"Content-Type: {kind}"] if kind else []), "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.send("\r\n".join([*lines, "", ""]))

    async def send(self, data: str | bytes) -> None:
        self.writer.write(data.encode() if isinstance(data, str) else data)
        await self.writer.drain()

    async def event(self, body: object) -> None:
        await self.send(f"data: {json.dumps(body)}\n\n")

    async def delta(self, **delta: object) -> None:
        await self.event({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})

    async def text(self, *pieces: str) -> None:
        for piece in pieces:
            await self.delta(content=piece)

    async def finish(self, reason: str = "stop", *, done: bool = True) -> None:
        await self.event({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
        if done:
            await self.send("data: [DONE]\n\n")

    async def answer(self, status: str, body: object, **headers: str) -> None:
        encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = headers.pop("kind", "application/json")
        await self.head(status, kind, Content_Length=str(len(encoded)), **headers)
        await self.send(encoded)

    async def error(self, status: str, message: str, **extra: object) -> None:
        await self.answer(status, {"error": {"message": message, **extra}})

    async def gone(self) -> None:
        """Return when the client has closed the connection."""
        await self.left.wait()

    def reset(self) -> None:
        """Break the connection hard."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


# --- odd but legal ------------------------------------------------------------------------------------------------


@mode("plain")
async def _plain(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hel", "lo")
    await peer.finish()


@mode("crlf")
async def _crlf(peer: Peer) -> None:
    await peer.head()
    for event in ('{"choices":[{"delta":{"content":"Hello"}}]}', '{"choices":[{"finish_reason":"stop"}]}', "[DONE]"):
        await peer.send(f"data: {event}\r\n\r\n")


@mode("cr")
async def _cr(peer: Peer) -> None:
    await peer.head()
    await peer.send('data: {"choices":[{"delta":{"content":"Hello"},"finish_reason":"stop"}]}\r\rdata: [DONE]\r\r')


@mode("no-space")
async def _no_space(peer: Peer) -> None:
    await peer.head()
    await peer.send('data:{"choices":[{"delta":{"content":"Hello"},"finish_reason":"stop"}]}\n\ndata:[DONE]\n\n')


@mode("comments")
async def _comments(peer: Peer) -> None:
    await peer.head()
    await peer.send(": waiting\n\n:\n\n")
    await peer.text("Hello")
    await peer.send(": still there\n\n")
    await peer.finish()


@mode("several-data-lines")
async def _several(peer: Peer) -> None:
    await peer.head()
    await peer.send('data: {"choices":\ndata: [{"delta":{"content":"Hello"},\ndata: "finish_reason":"stop"}]}\n\n')


@mode("fields")
async def _fields(peer: Peer) -> None:
    await peer.head()
    await peer.send(
        'id: 7\nretry: 10\nevent: message\nwhat: ever\ndata: {"choices":[{"delta":{"content":"Hello"}}]}\n\n'
    )
    await peer.send("event: ping\ndata: {}\n\n")
    await peer.finish()


@mode("unknown-members")
async def _unknown(peer: Peer) -> None:
    await peer.head()
    await peer.event(
        {"new": [1], "choices": [{"delta": {"content": "Hello", "x": {"y": 1}}, "logprobs": None, "z": 0}]}
    )
    await peer.finish()


@mode("no-done")
async def _no_done(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.finish(done=False)


@mode("no-finish-reason-but-done")
async def _only_done(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.send("data: [DONE]\n\n")


@mode("no-last-blank-line")
async def _no_last_line(peer: Peer) -> None:
    await peer.head()
    await peer.send('data: {"choices":[{"delta":{"content":"Hello"},"finish_reason":"stop"}]}')


@mode("usage")
async def _usage(peer: Peer) -> None:
    await peer.head()
    await peer.delta(role="assistant", content="")
    await peer.text("Hello")
    await peer.finish(done=False)
    details = {"reasoning_tokens": 1}
    usage = {"prompt_tokens": 5, "completion_tokens": 2, "completion_tokens_details": details}
    await peer.event({"choices": [], "usage": usage})
    await peer.send("data: [DONE]\n\n")


@mode("usage-refused")
async def _usage_refused(peer: Peer) -> None:
    if "stream_options" in peer.request.body:
        await peer.error("400 Bad Request", "Unknown parameter: 'stream_options'.", code="unknown_parameter")
    else:
        await _plain(peer)


@mode("max-tokens-refused")
async def _max_tokens_refused(peer: Peer) -> None:
    if "max_tokens" in peer.request.body:
        await peer.error("400 Bad Request", "Unsupported: 'max_tokens'. Use 'max_completion_tokens' instead.")
    else:
        await _plain(peer)


@mode("reasoning")
async def _reasoning(peer: Peer) -> None:
    await peer.head()
    await peer.delta(reasoning_content="Hm")
    await peer.delta(reasoning="m.")
    await peer.text("Hello")
    await peer.finish()


@mode("reasoning-parts")
async def _reasoning_parts(peer: Peer) -> None:
    await peer.head()
    await peer.delta(content=[{"type": "thinking", "thinking": [{"type": "text", "text": "Hmm."}]}])
    await peer.delta(content=[{"type": "text", "text": "Hello"}])
    await peer.finish()


@mode("byte-by-byte")
async def _byte_by_byte(peer: Peer) -> None:
    await peer.head()
    event = {"choices": [{"delta": {"content": "Grüße, 你好 🙂"}, "finish_reason": "stop"}]}
    for byte in f"data: {json.dumps(event, ensure_ascii=False)}\r\n\r\n".encode():
        await peer.send(bytes([byte]))
        await asyncio.sleep(0)


@mode("split-surrogates")
async def _split_surrogates(peer: Peer) -> None:
    await peer.head()
    await peer.send('data: {"choices":[{"delta":{"content":"a\\ud83d"}}]}\n\n')
    await asyncio.sleep(0.02)
    await peer.send('data: {"choices":[{"delta":{"content":"\\ude42b\\ud83d"}}]}\n\n')
    await peer.finish()


@mode("bom")
async def _bom(peer: Peer) -> None:
    await peer.head()
    await peer.send(b"\xef\xbb\xbf")
    await peer.text("Hello")
    await peer.finish()


@mode("no-content-type")
async def _no_content_type(peer: Peer) -> None:
    await peer.head(kind="")
    await peer.text("Hello")
    await peer.finish()


@mode("stream-called-json")
async def _stream_called_json(peer: Peer) -> None:
    await peer.head(kind="application/json")
    await peer.text("Hello")
    await peer.finish()


@mode("chunked")
async def _chunked(peer: Peer) -> None:
    await peer.head(Transfer_Encoding="chunked")
    data = b'data: {"choices":[{"delta":{"content":"Hello"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    for start in range(0, len(data), 7):
        piece = data[start : start + 7]
        await peer.send(b"%x\r\n%b\r\n" % (len(piece), piece))
    await peer.send(b"0\r\n\r\n")


@mode("gzip")
async def _gzip(peer: Peer) -> None:
    await peer.head(Content_Encoding="gzip")
    await peer.send(gzip.compress(b'data: {"choices":[{"delta":{"content":"Hello"},"finish_reason":"stop"}]}\n\n'))


@mode("two-choices")
async def _two_choices(peer: Peer) -> None:
    await peer.head()
    await peer.event(
        {"choices": [{"index": 1, "delta": {"content": "No"}}, {"index": 0, "delta": {"content": "Hello"}}]}
    )
    await peer.finish()


# --- answers that need a word ---------------------------------------------------------------------------------------


@mode("whole")
async def _whole(peer: Peer) -> None:
    message = {"role": "assistant", "content": "Hello", "reasoning_content": "Hmm."}
    body = {"choices": [{"message": message, "finish_reason": "stop"}], "usage": {"prompt_tokens": 1}}
    await peer.answer("200 OK", body)


@mode("whole-cut")
async def _whole_cut(peer: Peer) -> None:
    await peer.head(kind="application/json", Content_Length="500")
    await peer.send('{"choices": [{"message": {"content": "Hel')


@mode("length")
async def _length(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.finish("length")


@mode("content-filter")
async def _filter(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hel")
    await peer.finish("content_filter")


@mode("refusal")
async def _refusal(peer: Peer) -> None:
    await peer.head()
    await peer.delta(refusal="I would ")
    await peer.delta(refusal="rather not.")
    await peer.finish()


@mode("nothing")
async def _nothing(peer: Peer) -> None:
    await peer.head()
    await peer.delta(role="assistant", content="")
    await peer.finish()


@mode("tool-call")
async def _tool_call(peer: Peer) -> None:
    await peer.head()
    call = {"index": 0, "id": "c1", "function": {"name": "rm", "arguments": '{"path":'}}
    await peer.delta(tool_calls=[call])
    await peer.delta(tool_calls=[{"index": 0, "function": {"arguments": '"/"}'}}])
    await peer.finish("tool_calls")


@mode("tool-call-cut")
async def _tool_call_cut(peer: Peer) -> None:
    await peer.head()
    await peer.delta(tool_calls=[{"index": 0, "id": "c1", "function": {"name": "rm", "arguments": '{"pa'}}])


@mode("done-then-open")
async def _done_then_open(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.finish()
    await peer.gone()


@mode("finish-then-open")
async def _finish_then_open(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.finish(done=False)
    await peer.gone()


@mode("finish-then-reset")
async def _finish_then_reset(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.finish(done=False)
    await asyncio.sleep(0.05)
    peer.reset()


@mode("finish-then-talk")
async def _finish_then_talk(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.finish(done=False)
    while True:
        await peer.event({"choices": [], "usage": None})
        await asyncio.sleep(0.02)


# --- errors as a status -----------------------------------------------------------------------------------------------


@mode("401")
async def _401(peer: Peer) -> None:
    await peer.error("401 Unauthorized", "Incorrect API key provided.", code="invalid_api_key")


@mode("401-echo")
async def _401_echo(peer: Peer) -> None:
    key = peer.request.headers.get("authorization", "")
    await peer.error("401 Unauthorized", f"Incorrect API key: {key}", code="invalid_api_key", param=key)


@mode("401-text-echo")
async def _401_text_echo(peer: Peer) -> None:
    await peer.answer("401 Unauthorized", peer.request.headers.get("authorization", "").encode(), kind="text/plain")


@mode("401-html")
async def _401_html(peer: Peer) -> None:
    await peer.answer("401 Unauthorized", b"<html><title>Sign in</title><script>x</script></html>", kind="text/html")


@mode("403")
async def _403(peer: Peer) -> None:
    await peer.error("403 Forbidden", "Not allowed")


@mode("402")
async def _402(peer: Peer) -> None:
    await peer.error("402 Payment Required", "Insufficient balance")


@mode("400-gateway-key")
async def _400_gateway(peer: Peer) -> None:
    await peer.error("400 Bad Request", "No connected db.", type="no_db_connection")


@mode("500-gateway-key")
async def _500_gateway(peer: Peer) -> None:
    await peer.error("500 Internal Server Error", "Authentication Error, invalid proxy key", type="auth_error")


@mode("400-context")
async def _400_context(peer: Peer) -> None:
    await peer.error("400 Bad Request", "This model's limit is 8192 tokens.", code="context_length_exceeded")


@mode("400-context-llama")
async def _400_context_llama(peer: Peer) -> None:
    error = {"code": 400, "message": "the request exceeds the available size", "type": "exceed_context_size_error"}
    await peer.answer("400 Bad Request", {"error": error})


@mode("400-context-words")
async def _400_context_words(peer: Peer) -> None:
    await peer.answer("400 Bad Request", {"object": "error", "message": "the maximum context length is 4096 tokens"})


@mode("413")
async def _413(peer: Peer) -> None:
    await peer.answer("413 Content Too Large", b"<html><title>413</title></html>", kind="text/html")


@mode("400")
async def _400(peer: Peer) -> None:
    await peer.error("400 Bad Request", "'temperature' is not supported with this one.", code="unsupported_value")


@mode("422-detail")
async def _422(peer: Peer) -> None:
    await peer.answer("422 Unprocessable", {"detail": [{"loc": ["body", "top"], "msg": "field required"}]})


@mode("404-model")
async def _404_model(peer: Peer) -> None:
    await peer.error("404 Not Found", "The model `x` does not exist.", code="model_not_found")


@mode("404-model-ollama")
async def _404_ollama(peer: Peer) -> None:
    await peer.error("404 Not Found", 'model "x" not found, try pulling it first', type="api_error")


@mode("404-html")
async def _404_html(peer: Peer) -> None:
    await peer.answer("404 Not Found", b"<!doctype html><title>Not here</title><body>" + b"x" * 9_000, kind="text/html")


@mode("404-json")
async def _404_json(peer: Peer) -> None:
    await peer.answer("404 Not Found", {"detail": "Not Found"})


@mode("405")
async def _405(peer: Peer) -> None:
    await peer.answer("405 Method Not Allowed", b"")


@mode("408")
async def _408(peer: Peer) -> None:
    await peer.answer("408 Request Timeout", b"")


@mode("redirect")
async def _redirect(peer: Peer) -> None:
    await peer.answer("307 Temporary Redirect", b"", Location="https://elsewhere.example/v1/chat?secret=1")


@mode("429-seconds")
async def _429(peer: Peer) -> None:
    await peer.answer("429 Too Many", {"error": {"message": "Slow down"}}, Retry_After="3600")


@mode("429-date")
async def _429_date(peer: Peer) -> None:
    later = formatdate(time.time() + 7_200, usegmt=True)
    await peer.answer("429 Too Many", {"error": {"message": "Slow down"}}, Retry_After=later)


@mode("429-nonsense")
async def _429_nonsense(peer: Peer) -> None:
    await peer.answer("429 Too Many", {"error": {"message": "Slow down"}}, Retry_After="nan")


@mode("429-quota")
async def _429_quota(peer: Peer) -> None:
    await peer.error("429 Too Many", "You exceeded your current quota", code="insufficient_quota")


@mode("429-then-plain")
async def _429_then_plain(peer: Peer) -> None:
    server: HostileServer = peer.request.body["__server__"]
    if len([r for r in server.requests if r.body.get("model") == "429-then-plain"]) == 1:
        await peer.answer("429 Too Many", {"error": {"message": "Slow down"}}, Retry_After="0")
    else:
        await _plain(peer)


@mode("500")
async def _500(peer: Peer) -> None:
    await peer.error("500 Internal Server Error", "Something broke")


@mode("502-html")
async def _502(peer: Peer) -> None:
    await peer.answer("502 Bad Gateway", b"<html><head><title>502 Bad Gateway</title></head></html>", kind="text/html")


@mode("503-empty")
async def _503(peer: Peer) -> None:
    await peer.answer("503 Service Unavailable", b"", Retry_After="1800")


@mode("500-endless")
async def _500_endless(peer: Peer) -> None:
    await peer.head("500 Internal Server Error", "text/plain")
    while True:
        await peer.send(b"x" * 65_536)


@mode("500-silent-body")
async def _500_silent(peer: Peer) -> None:
    await peer.head("500 Internal Server Error", "application/json", Content_Length="50")
    await peer.gone()


@mode("599-binary")
async def _599(peer: Peer) -> None:
    await peer.answer("599 Odd", bytes(range(256)), kind="image/png")


# --- errors in spite of 200 -------------------------------------------------------------------------------------------


@mode("html-200")
async def _html_200(peer: Peer) -> None:
    await peer.answer("200 OK", b"<!doctype html><html><title>Welcome</title></html>", kind="text/html; charset=utf-8")


@mode("html-200-called-stream")
async def _html_200_lying(peer: Peer) -> None:
    await peer.answer("200 OK", b"\n <html><title>Portal</title></html>", kind="text/event-stream")


@mode("empty-200")
async def _empty_200(peer: Peer) -> None:
    await peer.answer("200 OK", b"", kind="text/event-stream")


@mode("error-200")
async def _error_200(peer: Peer) -> None:
    await peer.error("200 OK", "The model is overloaded", code="overloaded_error")


@mode("error-200-string")
async def _error_200_string(peer: Peer) -> None:
    await peer.answer("200 OK", {"error": "model crashed"})


@mode("json-200-other")
async def _json_200(peer: Peer) -> None:
    await peer.answer("200 OK", {"hello": "world"})


@mode("text-200")
async def _text_200(peer: Peer) -> None:
    await peer.answer("200 OK", b"It works", kind="text/plain")


@mode("deep-json-200")
async def _deep_200(peer: Peer) -> None:
    await peer.answer("200 OK", b"[" * 200_000)


# --- broken on the way ------------------------------------------------------------------------------------------------


@mode("reset-at-once")
async def _reset_at_once(peer: Peer) -> None:
    peer.reset()


@mode("close-at-once")
async def _close_at_once(peer: Peer) -> None:
    """Say nothing."""


@mode("not-http")
async def _not_http(peer: Peer) -> None:
    await peer.send("SSH-2.0-OpenSSH_9.7\r\n\r\n\r\n")


@mode("reset")
async def _reset(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hel", "lo")
    await asyncio.sleep(0.05)
    peer.reset()


@mode("clean-cut")
async def _clean_cut(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hel", "lo")


@mode("chunked-cut")
async def _chunked_cut(peer: Peer) -> None:
    await peer.head(Transfer_Encoding="chunked")
    data = b'data: {"choices":[{"delta":{"content":"Hello"}}]}\n\n'
    await peer.send(b"%x\r\n%b\r\n" % (len(data), data))


@mode("half-event")
async def _half_event(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.send('data: {"choices":[{"delta":{"cont')


@mode("error-event")
async def _error_event(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.event({"error": {"message": "Out of memory", "code": "server_error"}})
    await peer.text("never")


@mode("error-event-typed")
async def _error_event_typed(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.send('event: error\ndata: {"message": "Out of memory"}\n\n')


@mode("error-event-words")
async def _error_event_words(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.send("event: error\ndata: Out of memory\n\n")


@mode("error-in-choice")
async def _error_in_choice(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    choice = {"index": 0, "delta": {"content": ""}, "finish_reason": "error"}
    await peer.event({"choices": [choice], "error": {"code": 502, "message": "Provider disconnected"}})


@mode("error-event-context")
async def _error_event_context(peer: Peer) -> None:
    await peer.head()
    await peer.event({"error": {"message": "too long", "type": "exceed_context_size_error", "code": 400}})


@mode("broken-json")
async def _broken_json(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hel")
    await peer.send("data: {not json}\n\ndata: {\n\n")
    await peer.text("lo")
    await peer.finish()


@mode("invalid-utf8")
async def _invalid_utf8(peer: Peer) -> None:
    await peer.head()
    await peer.send(b'data: {"choices":[{"delta":{"content":"Hel\xff\xfelo"}}]}\n\n')
    await peer.finish()


@mode("odd-types")
async def _odd_types(peer: Peer) -> None:
    await peer.head()
    for odd in (None, 1, "x", [], {"choices": None}, {"choices": {}}, {"choices": [None]}, {"choices": [{}]},
                {"choices": [{"delta": None}]}, {"choices": [{"delta": {"content": 5}}]},
                {"choices": [{"delta": {"tool_calls": [None]}}]}, {"usage": [], "choices": []},
                {"usage": {"prompt_tokens": "many"}, "choices": []},
                {"choices": [{"finish_reason": 7, "delta": {"reasoning": {}}}]}):  # fmt: skip
        await peer.event(odd)
    await peer.text("Hello")
    await peer.finish()


# --- without end ------------------------------------------------------------------------------------------------------


@mode("silence")
async def _silence(peer: Peer) -> None:
    await peer.gone()


@mode("silence-after-head")
async def _silence_after_head(peer: Peer) -> None:
    await peer.head()
    await peer.gone()


@mode("silence-after-text")
async def _silence_after_text(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.gone()


@mode("drip")
async def _drip(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    while True:
        await peer.send("d")
        await asyncio.sleep(0.01)


@mode("comments-then-text")
async def _comments_then_text(peer: Peer) -> None:
    await peer.head()
    for _ in range(10):
        await peer.send(": processing\n\n")
        await asyncio.sleep(0.05)
    await peer.text("Hello")
    await peer.finish()


@mode("comments-for-ever")
async def _comments_for_ever(peer: Peer) -> None:
    await peer.head()
    while True:
        await peer.send(": processing\n\n")
        await asyncio.sleep(0.01)


@mode("flood")
async def _flood(peer: Peer) -> None:
    await peer.head()
    block = (
        b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"word "},"finish_reason":null}]}\n\n'
        * 500
    )
    for _ in range(100):
        await peer.send(block)
    await peer.finish()


@mode("flood-for-ever")
async def _flood_for_ever(peer: Peer) -> None:
    await peer.head()
    block = b'data: {"choices":[{"index":0,"delta":{"content":"word "}}]}\n\n' * 500
    while True:
        await peer.send(block)


@mode("huge-event")
async def _huge_event(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.send('data: {"choices":[{"delta":{"content":"')
    while True:
        await peer.send(b"x" * 65_536)


@mode("huge-whole")
async def _huge_whole(peer: Peer) -> None:
    await peer.head(kind="application/json")
    await peer.send('{"choices":[{"message":{"content":"')
    while True:
        await peer.send(b"x" * 262_144)


@mode("gzip-bomb")
async def _gzip_bomb(peer: Peer) -> None:
    await peer.head(Content_Encoding="gzip")
    await peer.send(gzip.compress(b"data: " + b"x" * 40_000_000, 9))


@mode("slow-text")
async def _slow_text(peer: Peer) -> None:
    await peer.head()
    for number in range(10_000):
        await peer.text(f"word{number} ")
        await asyncio.sleep(0.02)
    await peer.finish()


# --- the server -------------------------------------------------------------------------------------------------------


class HostileServer:
    """Serves all modes on one port. `requests` keeps what was asked; `gone_at` when a client left before its end."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.arrived = asyncio.Event()
        self.left = asyncio.Event()
        self.left_at = 0.0
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", port)
        self.port: int = self._server.sockets[0].getsockname()[1]

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def aclose(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(tuple(self._tasks))

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer), name="hostile")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, EOFError):
                request = await self._read(reader)
                self.requests.append(request)
                self.arrived.set()
                await self._answer(Peer(reader, writer, request), request)
                writer.close()
                await writer.wait_closed()
        finally:
            writer.transport.abort()

    async def _answer(self, peer: Peer, request: Request) -> None:
        if request.path.endswith("/models"):
            await peer.answer("200 OK", {"object": "list", "data": [{"id": name} for name in MODES]})
            return
        played = asyncio.create_task(MODES[request.body["model"]](peer), name="mode")
        gone = asyncio.create_task(_watch(peer), name="gone")
        try:
            await asyncio.wait({played, gone}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                self.left_at = time.perf_counter()
                self.left.set()
        finally:
            for task in (played, gone):
                task.cancel()
            await asyncio.wait({played, gone})
        if not played.cancelled() and (error := played.exception()) and not isinstance(error, ConnectionError):
            raise error

    async def _read(self, reader: asyncio.StreamReader) -> Request:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = dict(_header(line) for line in head[1:] if line)
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        parsed = json.loads(body) if body else {}
        return Request(method, path, headers, {**parsed, "__server__": self} if parsed else {})


async def _watch(peer: Peer) -> None:
    with suppress(ConnectionError):
        while await peer.reader.read(65_536):
            pass
    peer.left.set()


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


async def _main() -> None:
    server = HostileServer()
    await server.start(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(server.port, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await server.aclose()


if __name__ == "__main__":
    asyncio.run(_main())
