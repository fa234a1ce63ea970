"""Records what requests use and cost, in each process that sends any."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from desktop_chat.core.connections import Connections
from desktop_chat.core.errors import StoreError
from desktop_chat.core.exchanges import Exchange, ExchangeLog
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.prices import Price
from desktop_chat.core.reports import UsageNotSaved
from desktop_chat.core.settings import Preferences
from desktop_chat.core.tasks import Tasks
from desktop_chat.core.usage_ledger import UsageOrigin
from desktop_chat.core.usage_recording import UsageRecorder
from desktop_chat.services.sqlite.usage_store import UsageStore
from desktop_chat.ui.text.price_list import price_table, shipped_prices

logger = logging.getLogger(__name__)


class UsageKeeping:
    """Owns the ledger."""

    def __init__(self, file: Path, preferences: Preferences) -> None:
        self.ledger = UsageStore(file)
        self._preferences = preferences
        self.failed: Listeners[UsageNotSaved] = Listeners()
        """Told when entries cannot be written, once until they can."""
        self._tasks = Tasks()
        self.ledger.failed.add(self._on_failure)

    def follow(self, log: ExchangeLog, origin_of: Callable[[Exchange], UsageOrigin]) -> None:
        """Record each request from now on."""
        log.ended.add(UsageRecorder(self.ledger, self.price_of, origin_of).take)
        self.read_prices()

    def read_prices(self) -> None:
        """Read the shipped prices on a thread: it takes almost as long as a frame may."""
        _ = self._tasks.start(asyncio.to_thread(shipped_prices), "read the prices")

    def fill_in(self, database: Path, callers: Path, connections: Connections) -> None:
        """Add what was used before there was a ledger, once, in the background."""
        from desktop_chat.app.usage_filling import fill_in  # noqa: PLC0415  (only in the window)

        work = fill_in(self.ledger, database, callers, connections, self.price_of)
        _ = self._tasks.start(work, "fill in what was used earlier")

    def price_of(self, host: str, model: str) -> Price | None:
        """Return today's price of a model at a host; None if unknown."""
        return price_table(self._preferences.settings.prices).price_of(host, model)

    async def aclose(self) -> None:
        """Write what is left, and close the file."""
        await self._tasks.aclose()
        await self.ledger.aclose()

    def _on_failure(self, error: StoreError) -> None:
        logger.warning("cannot keep what was used: %s: %s", error.code, error.detail)
        self.failed.emit(UsageNotSaved(error.failure()))


def origin_in_window(exchange: Exchange) -> UsageOrigin:
    """Return what sent a request of the window: only rows of batches belong to no reply."""
    return UsageOrigin.WINDOW if exchange.reply_id else UsageOrigin.BATCH
