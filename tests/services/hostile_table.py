"""The expected outcome of each mode of the hostile server, in both protocols, in one shared table."""

from __future__ import annotations

from hostile_chat import Row
from hostile_dialects import FOR_CHAT, FOR_RESPONSES, Dialect
from hostile_errors import ERRORS, EVENTS
from hostile_parts import PARTS
from hostile_refusals import REFUSALS
from hostile_transport import SAME, STATUSES

from desktop_chat.core.entities import Status

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
    Row("413", FAILED, code="request_too_large", detail="413"),
    Row("400", FAILED, code="request_rejected", detail="'temperature' is not supported with this one."),
    Row("422-detail", FAILED, code="request_rejected"),
    Row("404-model", FAILED, code="model_not_found"),
    Row("404-model-ollama", FAILED, code="model_not_found"),
    Row("404-html", FAILED, code="wrong_address", detail="Not here"),
    Row("404-json", FAILED, code="wrong_address", detail="Not Found"),
    Row("405", FAILED, code="wrong_address"),
    Row("408", FAILED, code="provider_fault"),
    Row("redirect", FAILED, code="redirected", detail="307 https://elsewhere.example/v1/chat"),
    Row("429-seconds", FAILED, code="rate_limited", detail="Slow down", wait_s=3_600),
    Row("429-date", FAILED, code="rate_limited", wait_s=7_200),
    Row("429-nonsense", FAILED, code="rate_limited"),
    Row("429-quota", FAILED, code="quota_exceeded"),
    Row("500", FAILED, code="provider_fault", detail="Something broke"),
    Row("502-html", FAILED, code="provider_fault", detail="502 Bad Gateway"),
    Row("503-empty", FAILED, code="provider_fault", wait_s=1_800),
    Row("500-endless", FAILED, code="provider_fault"),
    Row("500-silent-body", FAILED, code="provider_fault"),
    Row("599-binary", FAILED, code="provider_fault"),
]
LYING = [
    Row("html-200", FAILED, code="wrong_address", detail="Welcome"),
    Row("html-200-called-stream", FAILED, code="wrong_address", detail="Portal"),
    Row("empty-200", FAILED, code="empty_answer"),
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
BOTH = [
    *(Row(mode, COMPLETE, "Hello") for mode in (
        "length-too-long", "chunk-extensions", "trailers", "chunked-byte-by-byte", "http-1.0", "early-hints", "cookies",
        "retry-after-with-200", "header-of-odd-bytes", "encoding-unknown", "201", "ids-and-waits", "comments-of-10-mb",
        "one-comment-of-3-mb", "nan", "empty-lines", "event-names-for-ever", "text-after-done",
    )),
    Row("zeros", COMPLETE, "Hel\0lo"),
    Row("deep-event", COMPLETE, "Hello", skipped=1),
    Row("number-of-10000-digits", COMPLETE, "Hello", skipped=1),
    Row("empty-data", COMPLETE, "Hello"),
    Row("text-of-one-mb", COMPLETE, "x" * 1_000_000),
    *(Row(mode, INTERRUPTED, "Hello", "connection_lost") for mode in (
        "length-too-long-cut", "length-too-short", "chunk-cut-inside", "206", "reset-after-text",
    )),
    Row("chunk-nonsense", INTERRUPTED, "Hello", "bad_response"),
    Row("error-as-deep-as-can-be", INTERRUPTED, "Hello", "provider_fault", "", skipped=None),
    Row("lines-without-colon-for-ever", INTERRUPTED, "Hello", "reply_too_large"),
    Row("echo-of-the-key-in-an-error", INTERRUPTED, "Hello", "provider_fault", "no: Bearer [redacted]"),
    Row("head-half", FAILED, code="connection_lost"),
    *(Row(mode, FAILED, code="bad_response") for mode in (
        "length-nonsense", "length-twice", "switching-protocols", "header-without-colon", "header-of-200-kb",
        "head-without-end", "gzip-said", "br", "zstd", "only-zeros", "utf-16",
    )),
    Row("500-gzip-said", FAILED, code="provider_fault", detail="500"),
    *(Row(mode, FAILED, code="wrong_address") for mode in ("300", "304", "redirect-nowhere")),
    *(Row(mode, FAILED, code="empty_answer") for mode in ("204", "205", "gzip-cut")),
    Row("redirect-to-itself", FAILED, code="redirected"),
    Row("redirect-302", FAILED, code="redirected", detail="302 /login"),
    *(Row(mode, FAILED, code="request_rejected", detail="error") for mode in (
        "410", "418", "421", "431", "451", "499",
    )),
    *(Row(mode, FAILED, code="provider_fault", detail="error") for mode in (
        "409", "425", *(mode for mode in STATUSES if mode > "500"),
    )),
]  # fmt: skip
BOTH += [
    Row("401-echo-in-html", FAILED, code="authentication_failed", detail="No access for [redacted]"),
    Row("401-echo-in-chunks", FAILED, code="authentication_failed", detail="Incorrect API key: [redacted]"),
    Row("401-echo-in-base64", FAILED, code="authentication_failed"),
    Row("401-echo-quoted", FAILED, code="authentication_failed"),
    Row("401-echo-cut", FAILED, code="authentication_failed", detail="x" * 280 + " [redacted]"),
    Row("401-echo-in-each-member", FAILED, code="authentication_failed"),
    Row("500-echo-of-20-mb", FAILED, code="provider_fault"),
    Row("redirect-echo", FAILED, code="redirected", detail="307 https://elsewhere.example/[redacted]/v1"),
    Row("200-echo-in-text", FAILED, code="bad_response", detail="hello [redacted]"),
    Row("header-echo-without-colon", FAILED, code="bad_response"),
    Row("not-http-echo", FAILED, code="bad_response"),
    Row("error-event-echo", INTERRUPTED, "Hello", "provider_fault", "the key [redacted] was withdrawn"),
]
VALUES = [
    *(Row(mode, COMPLETE, "Hello") for mode in (
        "empty-choices", "negative-index", "finish-reason-unknown", "duplicate-members", "usage-huge",
        "text-after-finish",
    )),
    Row("two-finish-reasons", Status.TRUNCATED, "Hello"),
    Row("responses-only", FAILED, code="responses_only"),
    Row("finish-reason-odd", INTERRUPTED, "xxxxx", "connection_lost"),
    Row("only-empty-choices", FAILED, code="connection_lost"),
    Row("tool-call-of-negative-index", FAILED, code="tool_unavailable"),
    Row("whole-without-choices", FAILED, code="empty_reply"),
    Row("whole-odd", FAILED, code="empty_reply"),
    Row("two-whole-answers", FAILED, code="bad_response"),
    Row("json-lines", FAILED, code="bad_response"),
]  # fmt: skip
RESPONSES = [
    *(Row(mode, COMPLETE, "Hello") for mode in (
        "r-plain", "r-open", "r-reasoning", "r-only-at-the-end", "r-text-only-at-the-end", "r-whole",
        "r-unknown-events", "r-odd-types", "r-done-mark", "r-store-refused", "r-summary-refused", "r-chat-answer",
    )),
    Row("r-split-surrogates", COMPLETE, "a🙂b"),
    Row("r-broken-json", COMPLETE, "Hello", skipped=1),
    Row("r-length", Status.TRUNCATED, "Hello"),
    Row("r-whole-length", Status.TRUNCATED, "Hello"),
    Row("r-filter", Status.FILTERED, "Hel"),
    Row("r-refusal", Status.FILTERED, "I would rather not."),
    Row("r-failed", INTERRUPTED, "Hello", "provider_fault", "Out of memory"),
    Row("r-failed-without-words", FAILED, code="provider_fault"),
    Row("r-error-event", INTERRUPTED, "Hello", "rate_limited", "Slow down"),
    Row("r-cut", INTERRUPTED, "Hello", "connection_lost"),
    Row("r-nothing", FAILED, code="empty_reply"),
    Row("r-tool-call", FAILED, code="tool_unavailable"),
    Row("r-silence-after-text", INTERRUPTED, "Hello", "stream_stalled"),
    Row("r-404", FAILED, code="responses_missing"),
    Row("r-401-echo", FAILED, code="authentication_failed", detail="Incorrect API key: Bearer [redacted]"),
]  # fmt: skip
RESPONSES += [
    *(Row(mode, COMPLETE, "Hello") for mode in ("r-usage-huge", "r-429-then-plain")),
    Row("r-invalid-utf8", COMPLETE, "Hel\ufffd\ufffdlo", skipped=1),
    Row("r-ended-twice", Status.TRUNCATED, "Hello"),
    Row("r-half-event", INTERRUPTED, "Hello", "connection_lost", skipped=1),
    Row("r-drip", INTERRUPTED, "Hello", "stream_stalled"),
    Row("r-huge-event", INTERRUPTED, "Hello", "reply_too_large"),
    Row("r-status-unknown", INTERRUPTED, "Hello", "connection_lost"),
    Row("r-end-without-response", INTERRUPTED, "Hello", "connection_lost"),
    Row("r-cancelled", INTERRUPTED, "Hello", "provider_fault"),
    Row("r-error-of-odd-type", INTERRUPTED, "Hello", "provider_fault"),
]
SHAPES = [Row(case.mode, FAILED, code=case.code, detail=case.detail, wait_s=case.wait_s) for case in ERRORS]
SHAPES += [Row(case.mode, INTERRUPTED, "Hello", case.code, case.detail) for case in EVENTS]
BOTH += SHAPES
BOTH += [
    *(Row(case.mode, COMPLETE, "Hello") for case in REFUSALS),
    *(Row(mode, COMPLETE, "Hello") for mode in (
        "no-tools", "no-images", "several-refused", "developer-only", "neither-role", "refused-in-the-stream",
        "temperature-out-of-range",
    )),
    Row("all-refused", FAILED, code="request_rejected"),
    Row("refused-after-text", INTERRUPTED, "Hello", "request_rejected"),
    Row("prefill-refused", INTERRUPTED, "One, two,", "connection_lost"),
    Row("strict-roles", FAILED, code="provider_fault", detail="worker crashed"),
]  # fmt: skip


def _row(one: Dialect) -> Row:
    return Row(one.mode, one.status, one.text, one.code, one.detail or None, one.skipped)


def _by_responses(row: Row) -> Row:
    """Return the outcome of the same answer to a Responses API request; that API alone may be missing."""
    is_missing = row.code == "wrong_address" and row.mode.startswith(("404", "405"))
    return row._replace(mode=f"r-{row.mode}", code="responses_missing" if is_missing else row.code)


CHAT_ROWS = [*LEGAL, *NAMED, *REFUSED, *LYING, *BROKEN, *BOTH, *VALUES, *map(_row, FOR_CHAT)]
RESPONSES_ROWS = [
    *RESPONSES,
    *map(_row, FOR_RESPONSES),
    *(_by_responses(row) for row in CHAT_ROWS if row in BOTH or row.mode in SAME),
]
ENDLESS = {"flood-for-ever", "slow-text", "paragraphs", "dripped", "steady-text", "r-flood-for-ever", "r-slow-text"}
"""Modes that continue until stopped, or exist only for measurements."""
PLAYED_ELSEWHERE = {parts.mode for parts in PARTS}
"""Tool calls and images have a table of their own, in `hostile_parts.py`."""
