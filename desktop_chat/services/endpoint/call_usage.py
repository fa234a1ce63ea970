"""Turns the calls of the endpoint's callers into entries of the ledger."""

from __future__ import annotations

from datetime import UTC, datetime

from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import Status, Usage
from desktop_chat.core.hosts import host_of
from desktop_chat.core.usage_ledger import UsageEntry, UsageLedger, UsageOrigin
from desktop_chat.core.usage_recording import WHOLE, PriceOf, cost_or_none
from desktop_chat.services.endpoint.call import Call


class CallUsage:
    """Records each call in the ledger once it has ended, unless the server refused it."""

    def __init__(self, ledger: UsageLedger, connections: Connections, price_of: PriceOf) -> None:
        self._ledger = ledger
        self._connections = connections
        self._price_of = price_of

    def take(self, call: Call) -> None:
        """Record a call."""
        is_stopped = call.status is Status.CANCELLED or call.reason is not None
        if call.usage is None and not call.tokens and not is_stopped:
            return
        connection = self._connections.get(call.connection_id)
        host = host_of(connection.base_url) if connection is not None else ""
        price = self._price_of(host, call.model)
        self._ledger.record(
            UsageEntry(
                datetime.now(UTC),
                UsageOrigin.ENDPOINT,
                call.connection_id,
                call.connection,
                host,
                call.model,
                call.usage or Usage(),
                cost_or_none(call.usage, price, is_whole=call.status in WHOLE),
                caller=call.caller,
            )
        )
