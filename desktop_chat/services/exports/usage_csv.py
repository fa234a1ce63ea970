"""Usage as a table of comma-separated values (RFC 4180): one line for each request, for spreadsheets and programs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from desktop_chat.core.batch_table import inert, table_of_inert
from desktop_chat.services.sqlite.usage_rows import UsageRow, cost_in

COLUMNS = (
    "time_utc",
    "origin",
    "caller",
    "connection",
    "host",
    "model",
    "requests",
    "prompt_tokens",
    "cached_tokens",
    "completion_tokens",
    "reasoning_tokens",
    "cost",
    "currency",
    "cost_is_at_least",
    "first_token_s",
    "generation_s",
    "conversation_id",
    "message_id",
)
"""The names of the columns. They are the same in every language, so that programs can rely on them."""
_MINUTES = [f"{minute // 60:02}:{minute % 60:02}:" for minute in range(24 * 60)]
_SECONDS = [f"{second:02}" for second in range(60)]


def usage_header() -> str:
    """Return the first line."""
    return table_of_inert([COLUMNS])


def usage_lines(rows: Iterable[UsageRow]) -> str:
    """Return a line for each entry. What is not known is empty; what was free costs 0 in no currency."""
    return table_of_inert(map(_cells, rows))


def _cells(row: UsageRow) -> tuple[str | int | None, ...]:
    at, _, origin, _, connection_name, host, model, prompt, completion, reasoning, cached = row[:11]
    currency, amount, at_least, caller, conversation, message, first_token_s, generation_s, requests = row[11:]
    return (
        _moment(at),
        *_names(origin, caller, connection_name, host, model),
        requests,
        prompt,
        cached,
        completion,
        reasoning,
        *_price(currency, amount, at_least),
        None if first_token_s is None else f"{first_token_s:.3f}",
        None if generation_s is None else f"{generation_s:.3f}",
        inert(conversation),
        inert(message),
    )


def _moment(at: float) -> str:
    """Return a time in UTC to the second. `datetime` works out only its day, because it takes several times as long."""
    day, second = divmod(math.floor(at), 24 * 60 * 60)
    return f"{_day(day)} {_MINUTES[second // 60]}{_SECONDS[second % 60]}"


@lru_cache(maxsize=100)
def _day(number: int) -> str:
    return datetime.fromtimestamp(number * 24 * 60 * 60, UTC).date().isoformat()


@lru_cache(maxsize=1_000)
def _names(*names: str) -> tuple[str, ...]:
    """Return the cells of names, which most entries of a model share."""
    return tuple(map(inert, names))


@lru_cache(maxsize=1_000)
def _price(currency: str, amount: int, at_least: int) -> tuple[str | None, ...]:
    cost = cost_in(currency, amount, at_least)
    if cost is None:
        return None, None, None
    return f"{cost.amount:f}", inert(cost.currency), "true" if cost.is_at_least else "false"
