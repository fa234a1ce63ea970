"""Turns the requests of the endpoint's callers into entries of the ledger."""

from __future__ import annotations

from datetime import UTC, datetime

from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import Status, Usage
from desktop_chat.core.hosts import host_of
from desktop_chat.core.usage_ledger import UsageEntry, UsageLedger, UsageOrigin
from desktop_chat.core.usage_recording import WHOLE, PriceOf, cost_or_none
from desktop_chat.services.endpoint.caller_request import CallerRequest


class RequestUsage:
    """Records each request in the ledger once it has ended, unless the server refused it."""

    def __init__(self, ledger: UsageLedger, connections: Connections, price_of: PriceOf) -> None:
        self._ledger = ledger
        self._connections = connections
        self._price_of = price_of

    def take(self, request: CallerRequest) -> None:
        """Record a request."""
        is_stopped = request.status is Status.CANCELLED or request.reason is not None
        if request.usage is None and not request.tokens and not is_stopped:
            return
        connection = self._connections.get(request.connection_id)
        host = host_of(connection.base_url) if connection is not None else ""
        price = self._price_of(host, request.model)
        self._ledger.record(
            UsageEntry(
                datetime.now(UTC),
                UsageOrigin.ENDPOINT,
                request.connection_id,
                request.connection,
                host,
                request.model,
                request.usage or Usage(),
                cost_or_none(request.usage, price, is_whole=request.status in WHOLE),
                caller=request.caller,
            )
        )
