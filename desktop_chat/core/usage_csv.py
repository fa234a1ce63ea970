"""Usage as a table of comma-separated values (RFC 4180): one line for each request, for spreadsheets and programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

from desktop_chat.core.batch_table import written_table
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


def usage_header() -> str:
    """Return the first line."""
    return written_table([COLUMNS])


def usage_lines(entries: Iterable[UsageEntry]) -> str:
    """Return a line for each entry. What is not known is empty; what was free costs 0 in no currency."""
    return written_table(map(_cells, entries))


def _cells(entry: UsageEntry) -> tuple[str, ...]:
    usage, cost = entry.usage, entry.cost
    counts = (usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens, usage.reasoning_tokens)
    return (
        entry.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        entry.origin,
        entry.caller,
        entry.connection_name,
        entry.host,
        entry.model,
        str(entry.requests),
        *("" if count is None else str(count) for count in counts),
        "" if cost is None else f"{cost.amount:f}",
        "" if cost is None else cost.currency,
        "" if cost is None else str(cost.is_at_least).lower(),
        *("" if seconds is None else f"{seconds:.3f}" for seconds in (entry.first_token_s, entry.generation_s)),
        entry.conversation_id,
        entry.message_id,
    )
