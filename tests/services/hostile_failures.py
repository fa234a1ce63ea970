"""Violations of the protocol by a hostile server: errors, lies and broken connections."""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate

from hostile_peer import MODES, Peer, mode

# --- errors with an error status --------------------------------------------------------------------------------------


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
    if len([r for r in peer.request.others if r.body.get("model") == "429-then-plain"]) == 1:
        await peer.answer("429 Too Many", {"error": {"message": "Slow down"}}, Retry_After="0")
    else:
        await MODES["plain"](peer)


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


# --- errors with status 200 -------------------------------------------------------------------------------------------


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


# --- broken connections -----------------------------------------------------------------------------------------------


@mode("reset-at-once")
async def _reset_at_once(peer: Peer) -> None:
    peer.reset()


@mode("close-at-once")
async def _close_at_once(peer: Peer) -> None:
    """Send nothing."""


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
