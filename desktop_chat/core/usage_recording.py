"""Turns requests that have ended into entries of the ledger, priced as on that day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeAlias

from desktop_chat.core.entities import Status, Usage
from desktop_chat.core.exchanges import Exchange, Mark
from desktop_chat.core.hosts import host_of
from desktop_chat.core.prices import Cost, Price, cost_of
from desktop_chat.core.usage_ledger import UsageEntry, UsageLedger, UsageOrigin

WHOLE = frozenset({Status.COMPLETE, Status.TRUNCATED, Status.FILTERED})
"""With these statuses the server has ended an answer, and counted all of it if it counts at all."""
SHORTEST_GENERATION_S = 0.1
"""An answer in one piece has no speed."""

PriceOf: TypeAlias = Callable[[str, str], Price | None]
"""Returns the price of a model at a host: `PriceTable.price_of`."""


class UsageRecorder:
    """Records each request in the ledger once it has ended: also those between tool calls, those that were stopped or
    broke off, and the part that continues a reply. `origin_of` says who sent it."""

    def __init__(self, ledger: UsageLedger, price_of: PriceOf, origin_of: Callable[[Exchange], UsageOrigin]) -> None:
        self._ledger = ledger
        self._price_of = price_of
        self._origin_of = origin_of

    def take(self, exchange: Exchange) -> None:
        """Record a request, unless it was refused or never arrived: such a one costs nothing."""
        if _was_served(exchange):
            self._ledger.record(_entry_of(exchange, self._origin_of(exchange), self._price_of))


def cost_or_none(usage: Usage | None, price: Price | None, *, is_whole: bool) -> Cost | None:
    """Return what a request cost; None if its price is unknown. What was not counted to the end is a lower bound."""
    if price is None:
        return None
    cost = cost_of(usage or Usage(), price)
    return cost if is_whole or price.is_free else replace(cost, is_at_least=True)


def _was_served(exchange: Exchange) -> bool:
    if exchange.usage is not None or Mark.FIRST_TOKEN in exchange.marks:
        return True
    if exchange.is_stopped:
        return Mark.SENT in exchange.marks
    return not exchange.error_code


def _entry_of(exchange: Exchange, origin: UsageOrigin, price_of: PriceOf) -> UsageEntry:
    marks, host = exchange.marks, host_of(exchange.url)
    first_token_s, ended_s = marks.get(Mark.FIRST_TOKEN), marks.get(Mark.ENDED, 0.0)
    is_whole = exchange.finish_reason is not None or not (exchange.is_stopped or exchange.error_code)
    generation_s = ended_s - first_token_s if first_token_s is not None and is_whole else 0.0
    return UsageEntry(
        at=datetime.fromtimestamp(exchange.started_at + ended_s, UTC),
        origin=origin,
        connection_id=exchange.connection_id,
        connection_name=exchange.connection_name,
        host=host,
        model=exchange.model,
        usage=exchange.usage or Usage(),
        cost=cost_or_none(exchange.usage, price_of(host, exchange.model), is_whole=is_whole),
        conversation_id=exchange.conversation_id,
        message_id=exchange.reply_id,
        first_token_s=first_token_s,
        generation_s=generation_s if generation_s >= SHORTEST_GENERATION_S else None,
    )
