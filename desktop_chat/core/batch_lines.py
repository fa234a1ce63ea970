"""The lines of a batch's output: written, and read again by the next run.

The shape is that of OpenAI's batch API (`id`, `custom_id`, `response` or `error`), with members of our own behind it:
`status`, `attempts`, `usage`, `timing`, `input_sha256`, and where there is something to say `left_out` and `parsed`.
The order of members is fixed, and every line begins alike: that is how a torn one is told from somebody else's file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from desktop_chat.core.entities import Failure, Message, Status, Timing, Usage

_BEGIN = b'{"id": "batch_req_'
_ONE_PIECE = 200
"""The HTTP status of an answer; that of a failure is not known behind the provider."""


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """How a row ended. `failure` is None for an answer, which may be cut off or filtered: `message` says so."""

    message: Message
    failure: Failure | None = None
    attempts: int = 1
    parsed: Any = None
    """The answer as JSON, if it had to fit a schema."""
    usage: Usage | None = None
    """What all attempts used together, as far as the server counted."""


@dataclass(frozen=True, slots=True)
class StoredRow:
    """What the output says of a row. `digest` tells which question it answers."""

    custom_id: str
    digest: str
    status: Status
    code: str = ""
    """The failure's code; empty for an answer."""
    usage: Usage | None = None
    seconds: float | None = None
    at: int = 0
    """Where its line begins in the output, in bytes."""


def line_of(custom_id: str, digest: str, answer: BatchAnswer) -> bytes:
    """Return a row's line, with its line end."""
    message, failure = answer.message, answer.failure
    said: dict[str, Any] = {
        "id": f"batch_req_{os.urandom(12).hex()}",
        "custom_id": custom_id,
        "response": None if failure else _response(message),
        "error": {"code": failure.code, "message": failure.detail or None} if failure else None,
        "status": (Status.FAILED if failure else message.status).value,
        "attempts": answer.attempts,
        "usage": _members_of(answer.usage),
        "timing": _members_of(message.timing),
        "input_sha256": digest,
    }
    if message.left_out:
        said["left_out"] = [part.value for part in message.left_out]
    if answer.parsed is not None:
        said["parsed"] = answer.parsed
    if failure and message.text:
        said["text"] = message.text
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def row_in(line: bytes, at: int = 0) -> StoredRow | None:
    """Return what a whole line says; None if it is not one of ours."""
    said = said_in(line)
    custom_id, digest = said.get("custom_id"), said.get("input_sha256")
    if not isinstance(custom_id, str) or not isinstance(digest, str):
        return None
    try:
        status = Status(str(said.get("status")))
    except ValueError:
        return None
    error, timing = said.get("error"), said.get("timing")
    code = str(error.get("code")) if isinstance(error, dict) else ""
    seconds = timing.get("total_s") if isinstance(timing, dict) else None
    seconds = float(seconds) if isinstance(seconds, int | float) else None
    return StoredRow(custom_id, digest, status, code, _usage_in(said.get("usage")), seconds, at)


def said_in(line: bytes) -> Mapping[str, Any]:
    """Return the JSON object of a line; empty if it is none."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def text_in(said: Mapping[str, Any]) -> str:
    """Return the answer in a line, or what arrived of it before it failed."""
    if isinstance(text := said.get("text"), str):
        return text
    try:
        text = said["response"]["body"]["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        return ""
    return text if isinstance(text, str) else ""


def is_torn(tail: bytes) -> bool:
    """Return whether a file's end, without a line end, is the beginning of a line that we did not finish writing; a
    power cut may leave zeros instead."""
    tail = tail.rstrip(b"\0")
    return tail[: len(_BEGIN)] == _BEGIN[: len(tail)]


def latest(rows: Iterable[StoredRow]) -> dict[str, StoredRow]:
    """Return the last row of each id: one that was asked again has several."""
    return {row.custom_id: row for row in rows}


def _members_of(value: Usage | Timing | None) -> dict[str, Any] | None:
    """Return the members of a value with nothing but numbers; `asdict` would copy each of them."""
    return None if value is None else {name: getattr(value, name) for name in value.__dataclass_fields__}


def _response(message: Message) -> dict[str, Any]:
    said: dict[str, Any] = {"role": "assistant", "content": message.text or None, "refusal": None}
    if message.reasoning:
        said["reasoning_content"] = message.reasoning
    if message.tool_calls:
        said["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    body: dict[str, Any] = {
        "id": f"chatcmpl-{message.id}",
        "object": "chat.completion",
        "created": int(message.created_at),
        "model": message.model,
        "choices": [{"index": 0, "message": said, "finish_reason": message.finish_reason}],
    }
    if message.usage:
        body["usage"] = _usage_to(message.usage)
    return {"status_code": _ONE_PIECE, "request_id": message.id, "body": body}


def _usage_to(usage: Usage) -> dict[str, Any]:
    asked, said = usage.prompt_tokens, usage.completion_tokens
    found: dict[str, Any] = {"prompt_tokens": asked, "completion_tokens": said}
    found["total_tokens"] = asked + said if asked is not None and said is not None else None
    if usage.cached_tokens is not None:
        found["prompt_tokens_details"] = {"cached_tokens": usage.cached_tokens}
    if usage.reasoning_tokens is not None:
        found["completion_tokens_details"] = {"reasoning_tokens": usage.reasoning_tokens}
    return found


def _usage_in(value: object) -> Usage | None:
    if not isinstance(value, dict):
        return None
    names = ("prompt_tokens", "completion_tokens", "reasoning_tokens", "cached_tokens")
    return Usage(*(count if isinstance(count := value.get(name), int) else None for name in names))
