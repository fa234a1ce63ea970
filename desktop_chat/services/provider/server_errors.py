"""What a server means by an error: its status, its body and its headers, as one of our errors with few words."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Mapping
from typing import Any

from desktop_chat.core.errors import (
    AuthenticationFailed,
    ContextTooLong,
    ModelNotFound,
    ProviderError,
    ProviderFault,
    QuotaExceeded,
    RateLimited,
    RequestRejected,
    WrongAddress,
)

WORDS_LIMIT = 300
"""Characters of a server's own words that are worth showing."""

_CODES: dict[str, type[ProviderError]] = {
    "context_length_exceeded": ContextTooLong,
    "exceed_context_size_error": ContextTooLong,
    "string_above_max_length": ContextTooLong,
    "request_too_large": ContextTooLong,
    "insufficient_quota": QuotaExceeded,
    "billing_hard_limit_reached": QuotaExceeded,
    "billing_not_active": QuotaExceeded,
    "insufficient_balance": QuotaExceeded,
    "invalid_api_key": AuthenticationFailed,
    "authentication_error": AuthenticationFailed,
    "auth_error": AuthenticationFailed,
    "no_db_connection": AuthenticationFailed,
    "account_deactivated": AuthenticationFailed,
    "unsupported_country_region_territory": RequestRejected,
    "model_not_found": ModelNotFound,
    "rate_limit_exceeded": RateLimited,
    "rate_limit_error": RateLimited,
    "overloaded_error": ProviderFault,
    "server_error": ProviderFault,
}
_STATUSES: dict[int, type[ProviderError]] = {
    401: AuthenticationFailed,
    402: QuotaExceeded,
    403: AuthenticationFailed,
    405: WrongAddress,
    408: ProviderFault,
    409: ProviderFault,  # a lock that was not had in time
    413: ContextTooLong,
    425: ProviderFault,
    429: RateLimited,
}
_WORDS: tuple[tuple[re.Pattern[str], type[ProviderError]], ...] = (
    (re.compile(r"(?i)maximum context length|context (length|size|window)|too many tokens|prompt is too long"),
     ContextTooLong),
    (re.compile(r"(?i)(invalid|incorrect|wrong|missing) (api|proxy|virtual) key|api key (not|is) (valid|invalid)"),
     AuthenticationFailed),
    (re.compile(r"(?i)\bmodel\b.*\b(not found|does not exist|not exist|unknown|not available|not loaded)"
                r"|(invalid|unknown|no such) model"), ModelNotFound),
)  # fmt: skip
_TITLE = re.compile(r"(?is)<title[^>]*>([^<]{1,200})</title>")
_MARKUP = re.compile(r"(?i)<\s*(!doctype|html|head|body|script|\?xml)\b")


def error_for(status: int, body: object, headers: Mapping[str, str], *, now: float | None = None) -> ProviderError:
    """Return the error that a response with a status of 300 or above means. `body` is its JSON, or its text."""
    words = words_of(body)
    retry_after = retry_after_s(headers, time.time() if now is None else now)
    if status < 400:
        return WrongAddress(f"{status} {headers.get('location', '').split('?')[0]}".strip()[:WORDS_LIMIT])
    kind = _by_code(body) or _by_words(status, words)
    if kind is None and status == 404:
        kind = WrongAddress
    if kind is None:
        kind = _STATUSES.get(status, ProviderFault if status >= 500 else RequestRejected)
    return kind(words or str(status), retry_after_s=retry_after)


def error_in(body: object) -> ProviderError | None:
    """Return the error that a JSON answer or event carries in spite of a status of 200, or None."""
    if not isinstance(body, dict) or ("choices" in body and not body.get("error")):
        return None
    if not body.get("error") and body.get("type") != "error" and body.get("object") != "error":
        return None
    words = words_of(body)
    kind = _by_code(body) or _by_words(_status_in(body), words) or _STATUSES.get(_status_in(body), ProviderFault)
    return kind(words)


def words_of(body: object) -> str:
    """Return a server's own words, short and plain; of an HTML page only its title."""
    if isinstance(body, str):
        parsed = _json_or_none(body)
        return words_of(parsed) if isinstance(parsed, dict) else _plain(body)
    if isinstance(body, dict):
        inner = body.get("error") or body
        if isinstance(inner, dict):
            inner = next((inner[name] for name in ("message", "detail", "error", "msg") if inner.get(name)), "")
        return _plain(inner if isinstance(inner, str) else _json_of(inner))
    return ""


def retry_after_s(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds a server asks to wait, given in milliseconds, seconds or as a date; `now`: epoch seconds."""
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "").strip()
        if not value:
            continue
        try:
            seconds = float(value) * scale
        except ValueError:
            seconds = _seconds_until(value, now)
        if math.isfinite(seconds):
            return max(0.0, seconds)
    return None


def _seconds_until(date: str, now: float) -> float:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  (a whole package, for a rare header)

    try:
        return parsedate_to_datetime(date).timestamp() - now
    except (ValueError, OverflowError, OSError):
        return math.nan


def _by_code(body: object) -> type[ProviderError] | None:
    if not isinstance(body, dict):
        return None
    inner = _inner(body)
    codes = (inner.get(name) for name in ("code", "type", "status"))
    kinds = (_CODES.get(code.lower()) for code in codes if isinstance(code, str))
    return next((kind for kind in kinds if kind is not None), None)


def _inner(body: dict[str, Any]) -> dict[str, Any]:
    error = body.get("error")
    return error if isinstance(error, dict) else body


def _by_words(status: int, words: str) -> type[ProviderError] | None:
    if status in {401, 402, 403, 429}:
        return None
    return next((kind for pattern, kind in _WORDS if pattern.search(words)), None)


def _status_in(body: dict[str, Any]) -> int:
    code = _inner(body).get("code")
    return code if isinstance(code, int) else 500


def _plain(text: str) -> str:
    head = text[:20_000]
    if _MARKUP.search(head):
        title = _TITLE.search(head)
        head = title.group(1) if title else ""
    if "\ufffd" in head or "\0" in head:
        return ""  # not text
    printable = "".join(c if c.isprintable() else " " for c in head[: 4 * WORDS_LIMIT])
    words = " ".join(printable.split())[:WORDS_LIMIT]
    return words if any(letter.isalnum() for letter in words) else ""  # brackets alone say nothing


def _json_of(value: object) -> str:
    """Return a value as JSON; nothing for one so deep that it could just be read."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return ""


def _json_or_none(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
