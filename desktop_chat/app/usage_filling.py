"""Fills into the ledger, once, what was used before there was one: by the stored replies, and by callers."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import Usage
from desktop_chat.core.errors import StoreError
from desktop_chat.core.hosts import host_of
from desktop_chat.core.usage_ledger import UsageBy, UsageEntry, UsageLedger, UsageOrigin, total_of
from desktop_chat.core.usage_recording import PriceOf, cost_or_none
from desktop_chat.services.sqlite.used_messages import read_used

if TYPE_CHECKING:
    from desktop_chat.core.endpoint_callers import CallerUsage

logger = logging.getLogger(__name__)

FIRST_S = 3.0
"""After the start, the window has other things to do."""
PAUSE_S = 0.05
"""Between two slices, so that others have their turn."""
_MESSAGES, _CALLERS = "messages", "callers"
_ALL = "all"


async def fill_in(
    ledger: UsageLedger, database: Path, callers: Path, connections: Connections, price_of: PriceOf
) -> None:
    """Fill in what is missing, with today's prices; goes on where an earlier run ended. A connection that was renamed
    or removed is known by its name alone, and its price is unknown."""
    places = {known.name: (known.id, host_of(known.base_url)) for known in connections.all()}
    try:
        await _fill_in_callers(ledger, callers, places, price_of)
        if await _fill_in_messages(ledger, database, places, price_of):
            total = total_of(await ledger.sums(None, None, UsageBy.ORIGIN))
            logger.info("the ledger has %d requests, %d of unknown price", total.requests, total.unpriced)
    except StoreError as error:
        logger.warning("what was used earlier is filled in at the next start: %s: %s", error.code, error.detail)


async def _fill_in_messages(
    ledger: UsageLedger, database: Path, places: Mapping[str, tuple[str, str]], price_of: PriceOf
) -> bool:
    """Return whether anything was left to do."""
    up_to = await ledger.filled_up_to(_MESSAGES) or "0"
    if up_to == _ALL:
        return False
    await asyncio.sleep(FIRST_S)
    while up_to != _ALL:
        part = await asyncio.to_thread(read_used, database, int(up_to), places, price_of)
        up_to = _ALL if part.is_last else str(part.up_to)
        await ledger.fill_in(_MESSAGES, up_to, part.entries)
        await asyncio.sleep(PAUSE_S)
    return True


async def _fill_in_callers(
    ledger: UsageLedger, callers: Path, places: Mapping[str, tuple[str, str]], price_of: PriceOf
) -> None:
    """Fill in what callers used on the days before their requests are in the ledger one by one."""
    if await ledger.filled_up_to(_CALLERS) is not None:
        return
    used: list[CallerUsage] = []
    if callers.exists():  # noqa: ASYNC240  (a moment)
        from desktop_chat.services.endpoint.caller_store import CallerStore  # noqa: PLC0415  (most have no endpoint)

        async with aclosing(CallerStore(callers)) as store:
            used = await store.usage()
    known = await ledger.entries(None, None, limit=1)
    before = known.entries[0].at.astimezone().date().isoformat() if known.entries else "~"
    entries = [_entry_of(each, places, price_of) for each in used if each.day < before]
    await ledger.fill_in(_CALLERS, _ALL, entries)


def _entry_of(used: CallerUsage, places: Mapping[str, tuple[str, str]], price_of: PriceOf) -> UsageEntry:
    connection_id, host = places.get(used.connection, ("", ""))
    usage = Usage(used.input_tokens, used.output_tokens, used.reasoning_tokens, used.cached_tokens)
    noon = time.mktime((*time.strptime(used.day, "%Y-%m-%d")[:3], 12, 0, 0, 0, 0, -1))
    # Some of these requests may not have been counted.
    cost = cost_or_none(usage, price_of(host, used.model) if host else None, is_whole=False)
    return UsageEntry(
        datetime.fromtimestamp(noon, UTC),
        UsageOrigin.ENDPOINT,
        connection_id,
        used.connection,
        host,
        used.model,
        usage,
        cost,
        caller=used.caller,
        requests=used.requests,
    )
