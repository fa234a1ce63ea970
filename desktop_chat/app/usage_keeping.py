"""Records what requests use and cost, in the window, in `ask` and in batches."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from desktop_chat.core.errors import StoreError
from desktop_chat.core.exchanges import Exchange, ExchangeLog
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.prices import Price
from desktop_chat.core.reports import UsageNotSaved
from desktop_chat.core.tasks import Tasks
from desktop_chat.core.usage_ledger import UsageOrigin
from desktop_chat.core.usage_recording import UsageRecorder
from desktop_chat.services.sqlite.usage_store import UsageStore
from desktop_chat.ui.text.price_list import shipped_prices

logger = logging.getLogger(__name__)


class UsageKeeping:
    """Owns the ledger."""

    def __init__(self, file: Path) -> None:
        self.ledger = UsageStore(file)
        self.failed: Listeners[UsageNotSaved] = Listeners()
        """Told when entries cannot be written, once until they can."""
        self._tasks = Tasks()
        self.ledger.failed.add(self._on_failure)

    def follow(self, log: ExchangeLog, origin_of: Callable[[Exchange], UsageOrigin]) -> None:
        """Record each request from now on."""
        log.ended.add(UsageRecorder(self.ledger, _price_of, origin_of).take)
        _ = self._tasks.start(asyncio.to_thread(shipped_prices), "read the prices")  # longer than a frame

    async def aclose(self) -> None:
        """Write what is left, and close the file."""
        await self.ledger.aclose()
        await self._tasks.aclose()

    def _on_failure(self, error: StoreError) -> None:
        logger.warning("cannot keep what was used: %s: %s", error.code, error.detail)
        self.failed.emit(UsageNotSaved(error.failure()))


def origin_in_window(exchange: Exchange) -> UsageOrigin:
    """Return what sent a request of the window: only rows of batches belong to no reply."""
    return UsageOrigin.WINDOW if exchange.reply_id else UsageOrigin.BATCH


def _price_of(host: str, model: str) -> Price | None:
    return shipped_prices().price_of(host, model)
