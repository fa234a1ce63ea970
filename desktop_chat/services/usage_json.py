"""Converts the records of usage in a backup to and from JSON, one object for each request or caller.

docs/formats.md describes them. What is read may have been written by anybody: an object that is wrong is refused as a
whole.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from desktop_chat.core.endpoint_callers import LONGEST_NAME, CallerRecord, CallerUsage
from desktop_chat.core.entities import Usage
from desktop_chat.core.prices import Cost
from desktop_chat.core.secret_patterns import contains_key
from desktop_chat.core.usage_ledger import UsageEntry, UsageOrigin

USAGE_ENTRY, CALLERS_ENTRY = "usage.jsonl", "callers.jsonl"
"""The names of the two files in a backup."""
_LONGEST = 1_000
_LATEST = 32_503_680_000.0
"""The year 3000, in seconds since the epoch."""
_MOST_REQUESTS = 10**9
_MOST_TOKENS = 10**12
_LARGEST_AMOUNT = Decimal(10**6)
_COUNTS = ("prompt_tokens", "completion_tokens", "reasoning_tokens", "cached_tokens")
_OF_CALLER = ("requests", "input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens")
_CURRENCY = re.compile(r"[A-Z]{3}|")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class _Wrong(Exception):
    """A member is not what it should be."""


def plain_entry(entry: UsageEntry) -> dict[str, Any]:
    """Return a request as an object. Names that look like keys are left out."""
    cost = entry.cost
    return {
        "at": entry.at.timestamp(),
        "origin": entry.origin.value,
        "caller": _without_key(entry.caller),
        "connection_id": entry.connection_id,
        "connection": _without_key(entry.connection_name),
        "host": entry.host,
        "model": entry.model,
        "requests": entry.requests,
        **{name: getattr(entry.usage, name) for name in _COUNTS},
        "cost": None if cost is None else f"{cost.amount:f}",
        "currency": "" if cost is None else cost.currency,
        "cost_is_at_least": cost is not None and cost.is_at_least,
        "first_token_s": entry.first_token_s,
        "generation_s": entry.generation_s,
        "conversation_id": entry.conversation_id,
        "message_id": entry.message_id,
    }


def entry_from(members: Any) -> UsageEntry | None:
    """Return the request that an object describes; None if it describes none."""
    try:
        return _entry_from(members) if isinstance(members, dict) else None
    except _Wrong:
        return None


def plain_caller(record: CallerRecord) -> dict[str, Any] | None:
    """Return a caller as an object; None for one whose name looks like a key."""
    if contains_key(record.name):
        return None
    used = [
        {"day": each.day, "connection": _without_key(each.connection), "model": each.model}
        | {name: getattr(each, name) for name in _OF_CALLER}
        for each in record.used
    ]
    times = {"first_seen": record.first_seen, "last_used": record.last_used}
    return {"name": record.name, **times, "blocked": record.blocked, "used": used}


def caller_from(members: Any) -> CallerRecord | None:
    """Return the caller that an object describes; None if it describes none."""
    try:
        return _caller_from(members) if isinstance(members, dict) else None
    except _Wrong:
        return None


def _entry_from(members: Mapping[str, Any]) -> UsageEntry:
    try:
        origin = UsageOrigin(_text(members, "origin"))
    except ValueError as error:
        raise _Wrong from error
    return UsageEntry(
        datetime.fromtimestamp(_number(members, "at", _LATEST), UTC),
        origin,
        _text(members, "connection_id"),
        _text(members, "connection"),
        _text(members, "host"),
        _text(members, "model"),
        Usage(**{name: _count(members, name) for name in _COUNTS}),
        _cost(members),
        _text(members, "caller"),
        _text(members, "conversation_id"),
        _text(members, "message_id"),
        _seconds(members, "first_token_s"),
        _seconds(members, "generation_s"),
        _at_least_one(members, "requests"),
    )


def _caller_from(members: Mapping[str, Any]) -> CallerRecord:
    name, used = _text(members, "name"), members.get("used", [])
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or not isinstance(used, list):
        raise _Wrong
    first_seen, last_used = (_number(members, each, _LATEST) for each in ("first_seen", "last_used"))
    # Only a caller that is blocked by "true" is: anything else must not take somebody's access away.
    return CallerRecord(
        name, first_seen, last_used, members.get("blocked") is True, tuple(_used_from(name, each) for each in used)
    )


def _used_from(name: str, members: Any) -> CallerUsage:
    if not isinstance(members, dict) or not _DAY.fullmatch(day := _text(members, "day")):
        raise _Wrong
    counts = {each: _count(members, each) or 0 for each in _OF_CALLER}
    return CallerUsage(day, name, _text(members, "connection"), _text(members, "model"), **counts)


def _cost(members: Mapping[str, Any]) -> Cost | None:
    amount, currency = members.get("cost"), _text(members, "currency")
    if amount is None:
        return None
    try:
        value = Decimal(amount) if isinstance(amount, str) and len(amount) <= _LONGEST else Decimal("nan")
    except InvalidOperation as error:
        raise _Wrong from error
    if not value.is_finite() or not 0 <= value <= _LARGEST_AMOUNT or not _CURRENCY.fullmatch(currency):
        raise _Wrong
    return Cost(currency, value, members.get("cost_is_at_least") is True)


def _without_key(name: str) -> str:
    """Return a name; nothing of one that contains what looks like a key."""
    return "" if contains_key(name) else name


def _text(members: Mapping[str, Any], name: str) -> str:
    value = members.get(name, "")
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise _Wrong
    return value


def _number(members: Mapping[str, Any], name: str, most: float) -> float:
    value = members.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Wrong
    if not 0 <= value <= most or not math.isfinite(value):
        raise _Wrong
    return float(value)


def _seconds(members: Mapping[str, Any], name: str) -> float | None:
    return None if members.get(name) is None else _number(members, name, _LATEST)


def _count(members: Mapping[str, Any], name: str) -> int | None:
    value = members.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_TOKENS:
        raise _Wrong
    return value


def _at_least_one(members: Mapping[str, Any], name: str) -> int:
    value = members.get(name, 1)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_REQUESTS:
        raise _Wrong
    return value
