"""What requests used and cost, kept for good: one entry for each request, whoever sent it, and sums of them.

A deleted conversation does not delete what it cost. Days are those of the local time when a request ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from desktop_chat.core.entities import Usage
from desktop_chat.core.errors import StoreError
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.prices import Cost


class UsageOrigin(StrEnum):
    """Which part of the application sent a request."""

    WINDOW = "window"
    ASK = "ask"
    BATCH = "batch"
    ENDPOINT = "endpoint"


class UsageBy(StrEnum):
    """What sums are grouped by."""

    DAY = "day"
    MODEL = "model"
    CONNECTION = "connection"
    CALLER = "caller"
    CONVERSATION = "conversation"
    ORIGIN = "origin"


@dataclass(frozen=True, slots=True)
class UsageEntry:
    """What one request used. `at` is when it ended, in UTC."""

    at: datetime
    origin: UsageOrigin
    connection_id: str
    connection_name: str
    host: str
    """Scheme, name and port, as written by `core.hosts.host_of`; empty if unknown."""
    model: str
    usage: Usage
    cost: Cost | None
    """As priced on that day, with an empty currency if it was free; None if the price is unknown."""
    caller: str = ""
    """Who called the local endpoint."""
    conversation_id: str = ""
    message_id: str = ""
    first_token_s: float | None = None
    generation_s: float | None = None
    """Seconds from the first token to the end."""
    requests: int = 1
    """More than one for what an earlier version added up by day."""


@dataclass(frozen=True, slots=True)
class UsageSum:
    """The sum of some entries. Tokens that a server did not count are missing in it."""

    key: str = ""
    """What the entries have in common: a day in ISO form, a model, or an id; for a connection its id, or its name if
    the id is unknown; empty where entries have none, as most have no caller."""
    name: str = ""
    """The last known name of a connection; else the key."""
    requests: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    costs: tuple[Cost, ...] = ()
    """One for each currency, by its code; what was free is not among them."""
    unpriced: int = 0
    """Requests of unknown price, whose cost is missing in `costs`."""
    uncounted: int = 0
    """Requests whose tokens the server did not count, or not all, as when they were stopped."""
    first_token_s: float | None = None
    """The mean time to the first token."""
    tokens_per_s: float | None = None
    """Completion tokens per second of generation."""


@dataclass(frozen=True, slots=True)
class UsagePage:
    """Some entries, oldest first, and where the next page begins; `after` is None on the last page."""

    entries: tuple[UsageEntry, ...]
    after: tuple[float, int] | None


class UsageLedger(Protocol):
    """Keeps entries. `since` is the first day, `until` the first day that no longer counts; None has no limit. All
    asynchronous methods raise StoreError, and see what was recorded before."""

    recorded: Listeners[UsageEntry]
    """Emits each entry of this process when it is recorded."""
    failed: Listeners[StoreError]
    """Emits why entries could not be written, once until they could; they are kept, and written later."""

    def record(self, entry: UsageEntry) -> None:
        """Add an entry. Returns at once, and never fails."""
        ...

    async def sums(self, since: date | None, until: date | None, by: UsageBy) -> list[UsageSum]:
        """Return a sum for each key, ordered by key."""
        ...

    async def sums_of_messages(self, conversation_id: str) -> list[UsageSum]:
        """Return a sum for each message of a conversation, also deleted ones; the key is the message's id."""
        ...

    async def spent(self, since: date) -> tuple[Cost, ...]:
        """Return what was spent from a day on, in each currency."""
        ...

    async def entries(
        self, since: date | None, until: date | None, after: tuple[float, int] | None = None, limit: int = 1_000
    ) -> UsagePage:
        """Return entries in the order of time; `after` is from the page before."""
        ...

    async def flush(self) -> None:
        """Write what was recorded, so that another process can read it."""
        ...

    async def filled_up_to(self, source: str) -> str | None:
        """Return how far older data of a source were filled in; None if not yet."""
        ...

    async def fill_in(self, source: str, up_to: str, entries: Sequence[UsageEntry]) -> None:
        """Add older entries, and remember how far that is. Those of messages that have entries are left out."""
        ...

    async def aclose(self) -> None:
        """Write what is left, and close. May be called twice."""
        ...


def sum_of_entry(entry: UsageEntry) -> UsageSum:
    """Return the sum of one entry, without key and speeds."""
    usage, cost = entry.usage, entry.cost
    is_counted = usage.prompt_tokens is not None and usage.completion_tokens is not None
    return UsageSum(
        requests=entry.requests,
        prompt_tokens=usage.prompt_tokens or 0,
        cached_tokens=usage.cached_tokens or 0,
        completion_tokens=usage.completion_tokens or 0,
        reasoning_tokens=usage.reasoning_tokens or 0,
        costs=sum_of_costs(() if cost is None else (cost,)),
        unpriced=entry.requests if cost is None else 0,
        uncounted=0 if is_counted else entry.requests,
    )


def total_of(sums: Iterable[UsageSum]) -> UsageSum:
    """Return the sum of sums, without key and speeds."""
    total = UsageSum()
    for each in sums:
        total = replace(
            total,
            requests=total.requests + each.requests,
            prompt_tokens=total.prompt_tokens + each.prompt_tokens,
            cached_tokens=total.cached_tokens + each.cached_tokens,
            completion_tokens=total.completion_tokens + each.completion_tokens,
            reasoning_tokens=total.reasoning_tokens + each.reasoning_tokens,
            costs=sum_of_costs((*total.costs, *each.costs)),
            unpriced=total.unpriced + each.unpriced,
            uncounted=total.uncounted + each.uncounted,
        )
    return total


def sum_of_costs(costs: Iterable[Cost]) -> tuple[Cost, ...]:
    """Return the sums by currency, ordered by it; a sum with a lower bound in it is one. What is free is left out."""
    found: dict[str, Cost] = {}
    for cost in costs:
        if not cost.currency:
            continue
        before = found.get(cost.currency)
        found[cost.currency] = cost if before is None else _plus(before, cost)
    return tuple(found[currency] for currency in sorted(found))


def _plus(first: Cost, second: Cost) -> Cost:
    return Cost(first.currency, first.amount + second.amount, first.is_at_least or second.is_at_least)
