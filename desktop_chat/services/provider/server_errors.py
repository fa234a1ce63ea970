"""Converts a server's error (status, body and headers) into one of our errors, with an excerpt of its message.

The only parser of server errors: responses with an error status, errors sent with status 200, and error events inside a
stream.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from typing import Any

from desktop_chat.core.errors import FirewallBlocked, ProviderError, RateLimited, Redirected, WrongAddress
from desktop_chat.services.provider.error_bodies import (
    WORDS_LIMIT,
    codes_in,
    delay_in,
    is_page,
    json_or_none,
    objects_in,
    parameter_in,
    words_of,
)
from desktop_chat.services.provider.error_kinds import kind_of

__all__ = ["WORDS_LIMIT", "error_for", "error_in", "retry_after_s", "words_of"]

_MAX_DELAY_S = 86_400.0
_SAID_DELAY = (
    r"(?i)\b(?:try again|retry|wait)\b(?: again)?(?: in| after| for)? (?P<time>(?:\d+(?:\.\d+)?\s?"
    r"(?:ms|milliseconds?|h|hours?|m|min|minutes?|s|sec|seconds?)\b\s?|\d+(?:\.\d+)?[hms](?=\d))+)"
    r"|(?P<seconds>\d+(?:\.\d+)?)\s?秒.{0,3}(?:后|再)"
)
_STEP = re.compile(r"(?i)(\d+(?:\.\d+)?)\s?(ms|milli|h|m|s)")
_STEP_S = {"ms": 0.001, "milli": 0.001, "h": 3_600.0, "m": 60.0, "s": 1.0}
_SUCCESSES = frozenset({"0", "200", "20000", "ok", "success", "succeeded", "completed", "none", ""})
_CLOUDFLARE = re.compile(r"^\s*error code: 10\d\d\s*$")


def error_for(status: int, body: object, headers: Mapping[str, str]) -> ProviderError:
    """Return the error for a response with a status of 300 or above. `body` is its JSON, or its text."""
    text = body if isinstance(body, str) else ""
    if status < 400:
        location = headers.get("location", "").split("?")[0]
        return (Redirected if location else WrongAddress)(f"{status} {location}".strip()[:WORDS_LIMIT])
    if text and (parsed := json_or_none(text)) is not None:
        body, text = parsed, ""
    words = words_of(body)
    if _is_firewall(status, text, headers):
        return FirewallBlocked(words or str(status))
    asked = retry_after_s(headers, time.time())
    return _error(status, body, words, asked, str(status))


def error_in(body: object) -> ProviderError | None:
    """Return the error in a JSON answer or event with status 200, or None."""
    if isinstance(body, list):
        body = next((entry for entry in body if isinstance(entry, dict) and entry.get("error")), None)
    if not isinstance(body, dict) or not _is_error(body):
        return None
    return _error(_status_in(body), body, words_of(body), None, "")


def retry_after_s(headers: Mapping[str, str], now: float) -> float | None:
    """Return the retry delay in seconds from the headers, or None. They contain milliseconds, seconds or a date; `now`
    is in epoch seconds."""
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


def said_delay(words: str) -> float | None:
    """Return the retry delay in seconds from a sentence ("try again in 1m30s"), or None; at most a day."""
    found = re.search(_SAID_DELAY, words)
    if found is None:
        return None
    if found["seconds"]:
        seconds = float(found["seconds"])
    else:
        seconds = sum(float(number) * _STEP_S[unit.lower()] for number, unit in _STEP.findall(found["time"]))
    return seconds if seconds <= _MAX_DELAY_S else None


def _error(status: int, body: object, words: str, asked: float | None, else_words: str) -> ProviderError:
    delay = asked if asked is not None else delay_in(body)
    kind = kind_of(status, codes_in(body), words, will_pass=delay is not None)
    if delay is None and kind is RateLimited:
        delay = said_delay(words)
    return kind(words or else_words, retry_after_s=delay, parameter=parameter_in(body))


def _is_firewall(status: int, text: str, headers: Mapping[str, str]) -> bool:
    """Return whether the response is a firewall's own page; the server itself would answer in JSON."""
    if "cf-mitigated" in headers:
        return True
    return status == 403 and (is_page(text) or _CLOUDFLARE.match(text) is not None)


def _is_error(body: dict[str, Any]) -> bool:
    if body.get("error") or body.get("type") == "error" or body.get("object") == "error":
        return True
    if body.get("choices") or body.get("data"):
        return False
    base = body.get("base_resp")
    if isinstance(base, dict) and base.get("status_code"):
        return True
    return _is_flat_error(body) and bool(words_of(body))


def _is_flat_error(body: dict[str, Any]) -> bool:
    """Return whether an object that is not an answer reports a failure at its top level."""
    if isinstance(body.get("detail"), (str, list)) or body.get("errors") or body.get("success") is False:
        return True
    if str(body.get("status")).lower() in {"error", "failed"}:
        return True
    codes = [body[name] for name in ("code", "error_code", "errcode") if name in body]
    return any(str(code).lower() not in _SUCCESSES for code in codes)


def _status_in(body: dict[str, Any]) -> int:
    for one in reversed(objects_in(body)):
        for name in ("code", "status", "status_code"):
            value = one.get(name)
            if isinstance(value, str) and value.isdecimal() and len(value) == 3:
                value = int(value)
            if isinstance(value, int) and 400 <= value < 600:
                return value
    return 500


def _seconds_until(date: str, now: float) -> float:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  (a large package for a rare header)

    try:
        return parsedate_to_datetime(date).timestamp() - now
    except (ValueError, OverflowError, OSError):
        return math.nan
