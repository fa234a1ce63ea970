"""Usage as a table of comma-separated values (RFC 4180): one line for each request, for spreadsheets and programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

from desktop_chat.core.batch_table import inert, table_of_inert
from desktop_chat.core.prices import Cost
from desktop_chat.core.usage_ledger import UsageEntry

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
_SECONDS = len("2026-11-30 08:00:05")


def usage_header() -> str:
    """Return the first line."""
    return table_of_inert([COLUMNS])


def usage_lines(entries: Iterable[UsageEntry]) -> str:
    """Return a line for each entry. What is not known is empty; what was free costs 0 in no currency."""
    return table_of_inert(map(_cells, entries))


def _cells(entry: UsageEntry) -> tuple[str | int | None, ...]:
    usage, cost = entry.usage, entry.cost
    return (
        entry.at.astimezone(UTC).isoformat(" ", "seconds")[:_SECONDS],
        entry.origin,
        inert(entry.caller),
        inert(entry.connection_name),
        inert(entry.host),
        inert(entry.model),
        entry.requests,
        usage.prompt_tokens,
        usage.cached_tokens,
        usage.completion_tokens,
        usage.reasoning_tokens,
        *((None, None, None) if cost is None else _price(cost)),
        _duration(entry.first_token_s),
        _duration(entry.generation_s),
        inert(entry.conversation_id),
        inert(entry.message_id),
    )


def _duration(seconds: float | None) -> str | None:
    return None if seconds is None else f"{seconds:.3f}"


def _price(cost: Cost) -> tuple[str, str, str]:
    return f"{cost.amount:f}", inert(cost.currency), "true" if cost.is_at_least else "false"
