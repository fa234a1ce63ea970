"""Measures the ledger of usage with many entries, and reports seconds as JSON.

Usage: usage_child.py FOLDER COUNT make|measure|save. All report; "make" fills a ledger with two years of entries,
"save" writes those of the second year to a file.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from desktop_chat.app.export_process import save_usage
from desktop_chat.core.entities import Usage
from desktop_chat.core.prices import Cost
from desktop_chat.core.usage_ledger import UsageBy, UsageEntry, UsageOrigin
from desktop_chat.core.usage_view import Days
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.usage_store import UsageStore

END = datetime(2026, 11, 30, 12, tzinfo=UTC)
AT_ONCE = 10_000
RECORDED = 2_000
TIMES = 3
ENTRY = UsageEntry(
    END,
    UsageOrigin.WINDOW,
    "c1",
    "One",
    "https://api.example.com:443",
    "gpt",
    Usage(1_000, 300, 100, 400),
    Cost("USD", Decimal("0.0123")),
    first_token_s=0.4,
    generation_s=5.0,
)


def entry(number: int, count: int) -> UsageEntry:
    """Return one of `count` entries, spread over two years, models, connections and conversations."""
    return replace(
        ENTRY,
        at=END - timedelta(days=730) * (number / count),
        connection_id=f"c{number % 4}",
        model=f"model-{number % 12}",
        conversation_id=f"talk-{number % 20_000}",
        message_id=f"m{number}",
    )


async def make(ledger: UsageStore, count: int) -> None:
    for first in range(0, count, AT_ONCE):
        entries = [entry(number, count) for number in range(first, min(count, first + AT_ONCE))]
        await ledger.fill_in("made", str(first), entries)


async def timed(work: Callable[[], Awaitable[Any]]) -> float:
    """Return the shortest of some times: others use this machine, too."""
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        await work()
        found.append(time.perf_counter() - began)
    return min(found)


class Turns:
    """The longest time for which the loop did nothing else."""

    def __init__(self) -> None:
        self.longest_s = 0.0
        self._task = asyncio.create_task(self._watch(), name="turns")

    async def _watch(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            self.longest_s = max(self.longest_s, time.perf_counter() - began - 0.001)

    def end(self) -> float:
        self._task.cancel()
        return self.longest_s


async def longest_turn(ledger: UsageStore, year: date, month: date) -> float:
    turns = Turns()
    for by in (UsageBy.DAY, UsageBy.MODEL, UsageBy.CONNECTION, UsageBy.CALLER):
        await ledger.sums(year, None, by)
    await ledger.spent(month)
    return turns.end()


async def measure(ledger: UsageStore) -> dict[str, float]:
    year, month = date(2025, 12, 1), date(2026, 11, 1)
    await ledger.spent(month)  # opens the file
    sums = max([await timed(lambda by=by: ledger.sums(year, None, by)) for by in UsageBy if by != "conversation"])
    found = {
        "sums_s": sums,
        "spent_s": await timed(lambda: ledger.spent(month)),
        "conversation_s": await timed(lambda: ledger.sums_of_messages("talk-7")),
        "turn_s": min([await longest_turn(ledger, year, month) for _ in range(TIMES)]),
        "conversations_s": await timed(lambda: ledger.sums(year, None, UsageBy.CONVERSATION)),
    }
    began = time.perf_counter()
    for number in range(RECORDED):
        ledger.record(replace(ENTRY, message_id=f"new{number}"))
    found["record_s"] = (time.perf_counter() - began) / RECORDED
    return found


async def save(ledger: UsageStore, paths: Paths) -> dict[str, float]:
    """Save as the window does, while the loop has nothing else to do."""
    await ledger.flush()
    turns, began = Turns(), time.perf_counter()
    days = Days(date(2025, 12, 1), None)
    count = await save_usage(paths, ledger, days, paths.data_dir / "usage.csv", with_bom=True, told=str)
    saved_s = time.perf_counter() - began
    return {"saved": count, "save_s": saved_s, "save_turn_s": turns.end()}


async def main(folder: Path, count: int, what: str) -> None:
    paths = Paths(folder)
    async with aclosing(UsageStore(paths.usage_file)) as ledger:
        report: dict[str, float] = {}
        if what == "make":
            await make(ledger, count)
        elif what == "save":
            report = await save(ledger, paths)
        else:
            report = await measure(ledger)
    print(json.dumps(report))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
