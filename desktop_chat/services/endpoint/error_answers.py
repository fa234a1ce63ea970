"""The shape in which callers get errors: that of OpenAI's API, with our code."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, TypeAlias

from desktop_chat.core.endpoint_errors import RequestError
from desktop_chat.core.entities import Failure
from desktop_chat.core.errors import ChatError

Words: TypeAlias = Callable[[Failure], str]
"""Returns the sentence for an error."""

_STATUSES = {
    # Not 401, which would blame the caller's token for a key that the caller does not have.
    "authentication_failed": 403,
    "key_missing": 403,
    "region_refused": 403,
    "data_policy_refused": 403,
    "firewall_blocked": 403,
    "quota_exceeded": 429,
    "rate_limited": 429,
    "context_too_long": 400,
    "request_rejected": 400,
    "content_refused": 400,
    "images_refused": 400,
    "tools_refused": 400,
    "no_model": 400,
    "no_connection": 400,
    "responses_only": 400,
    "chat_completions_only": 400,
    "request_too_large": 413,
    "model_not_found": 404,
    "connect_timed_out": 504,
    "stream_stalled": 504,
}
_TYPES = {
    401: "authentication_error",
    402: "insufficient_quota",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}


def status_of(error: ChatError) -> int:
    """Return the HTTP status for an error; 502 if the model's server, or the way to it, is at fault."""
    return error.status if isinstance(error, RequestError) else _STATUSES.get(error.code, 502)


def error_object(failure: Failure, words: Words, *, status: int = 0, parameter: str = "") -> dict[str, Any]:
    """Return the content of `error`: our sentence and the server's own, redacted message."""
    status = status or _STATUSES.get(failure.code, 502)
    kind = _TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    said = " ".join(filter(None, (words(failure), failure.detail)))
    return {"message": said, "type": kind, "param": parameter or None, "code": failure.code}


def error_body(error: ChatError, words: Words) -> bytes:
    """Return the body of an answer with an error."""
    content = error_object(error.failure(), words, status=status_of(error), parameter=error.parameter)
    return json.dumps({"error": content}).encode()


def error_event(error: ChatError, words: Words) -> bytes:
    """Return the event that reports an error inside a stream."""
    return b"data: " + error_body(error, words) + b"\n\n"


def retry_after(error: ChatError) -> int | None:
    """Return the seconds for `Retry-After`, or None."""
    if error.retry_after_s is None:
        return None
    return max(1, math.ceil(error.retry_after_s))
