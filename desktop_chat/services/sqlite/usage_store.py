"""Keeps what requests used and cost in an SQLite file of its own beside the conversations: one row for each request.

The window, `ask`, batches and the local endpoint write it, each from its own process. It holds no text of any message.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path

from desktop_chat.core.errors import StoreError
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.prices import Cost
from desktop_chat.core.tasks import Tasks
from desktop_chat.core.usage_ledger import UsageBy, UsageEntry, UsagePage, UsageSum
from desktop_chat.services.sqlite import usage_merge, usage_rows
from desktop_chat.services.sqlite.hardening import GuardedConnection
from desktop_chat.services.sqlite.small_database import SmallDatabase, small_database
from desktop_chat.services.sqlite.usage_rows import UsageRow

MAX_UNWRITTEN = 100_000
"""Entries kept in memory while the file cannot be written; of more, the oldest are forgotten."""
GROUP_S = 0.05
"""At least so long after a write comes the next: of many requests, those that end meanwhile are written together."""
_APPLICATION_ID = 0x44437573
"""Marks the file as ours ("DCus")."""
_STEPS = (usage_rows.create,)
_PAGE = 200
"""Entries read at a time: few enough that they are gone before they would be searched for garbage."""


def stored_usage(file: Path) -> Iterator[UsageEntry]:
    """Yield the entries of a file beside the process that writes it: those of each reply together, the others by time.
    Raises StoreError."""
    with small_database(file, _APPLICATION_ID, _STEPS) as connection:
        if connection is not None:
            yield from usage_rows.by_reply(connection)


def usage_pages(file: Path, since: date | None, until: date | None) -> Iterator[tuple[int, list[UsageRow]]]:
    """Yield the entries of a file beside the process that writes it, as rows in the order of time: a few at a time,
    each time with how many there are. Raises StoreError."""
    with small_database(file, _APPLICATION_ID, _STEPS) as connection:
        if connection is None:
            return
        count, after, is_last = usage_rows.count(connection, since, until), None, False
        while not is_last:
            connection.budget.begin()
            found = usage_rows.rows(connection, since, until, after, _PAGE)
            is_last = len(found) < _PAGE
            if found:
                after = found[-1][:2]
                yield count, found


class UsageStore:
    """Implements `core.usage_ledger.UsageLedger`. The file is opened, or created, when it is first needed."""

    def __init__(self, file: Path) -> None:
        self._database = SmallDatabase(file, "usage", _APPLICATION_ID, _STEPS)
        self._unwritten: deque[UsageEntry] = deque()
        self._tasks = Tasks()
        self._will_write = False
        self._written_at = float("-inf")
        """When it was last written because something was recorded, in the loop's time."""
        self._has_failed = False
        self.recorded: Listeners[UsageEntry] = Listeners()
        self.failed: Listeners[StoreError] = Listeners()

    def record(self, entry: UsageEntry) -> None:
        """Add an entry. Returns at once, and never fails."""
        self._unwritten.append(entry)
        if len(self._unwritten) > MAX_UNWRITTEN:
            with suppress(IndexError):  # all was written at this moment
                self._unwritten.popleft()
        if not self._will_write:
            self._will_write = True
            _ = self._tasks.start(self._write_soon(), "write usage")
        self.recorded.emit(entry)

    async def sums(self, since: date | None, until: date | None, by: UsageBy) -> list[UsageSum]:
        """Return a sum for each key, ordered by it. Raises StoreError."""
        await self._write()
        return await self._database.run(partial(usage_rows.sums, since=since, until=until, by=by))

    async def sums_of_messages(self, conversation_id: str) -> list[UsageSum]:
        """Return a sum for each message of a conversation. Raises StoreError."""
        await self._write()
        return await self._database.run(partial(usage_rows.sums_of_messages, conversation_id=conversation_id))

    async def spent(self, since: date) -> tuple[Cost, ...]:
        """Return what was spent from a day on, in each currency. Raises StoreError."""
        await self._write()
        return await self._database.run(partial(usage_rows.spent, since=since))

    async def entries(
        self, since: date | None, until: date | None, after: tuple[float, int] | None = None, limit: int = 1_000
    ) -> UsagePage:
        """Return entries in the order of time. Raises StoreError."""
        await self._write()
        read = partial(usage_rows.page, since=since, until=until, after=after, limit=limit)
        found = await self._database.run(read)
        return UsagePage(tuple(entry for _, entry in found), found[-1][0] if len(found) == limit else None)

    async def flush(self) -> None:
        """Write what was recorded, so that another process can read it. Raises StoreError."""
        await self._write()

    async def filled_up_to(self, source: str) -> str | None:
        """Return how far older data of a source were filled in; None if not yet. Raises StoreError."""
        select = "SELECT up_to FROM filled WHERE source = ?"
        row = await self._database.run(lambda opened: opened.execute(select, (source,)).fetchone())
        return None if row is None else str(row[0])

    async def fill_in(self, source: str, up_to: str, entries: Sequence[UsageEntry]) -> None:
        """Add older entries, but not those of messages that have some. Raises StoreError."""
        await self._write()
        await self._database.run(partial(usage_rows.fill_in, source=source, up_to=up_to, entries=entries))

    async def merge(self, groups: Sequence[Sequence[UsageEntry]], *, adds: bool) -> int:
        """Add what is missing here of another ledger's entries, as `usage_merge.grouped` yields them, or only count it.
        Return how many requests that are. Raises StoreError."""
        return await self._database.run(partial(usage_merge.merge, groups=groups, adds=adds))

    async def aclose(self) -> None:
        """Write what is left, and close. May be called twice."""
        with suppress(StoreError):  # it was told
            await self._write()
        await self._database.aclose()
        await self._tasks.aclose()

    async def _write_soon(self) -> None:
        loop = asyncio.get_running_loop()
        if (wait_s := self._written_at + GROUP_S - loop.time()) > 0:
            await asyncio.sleep(wait_s)
        self._will_write = False  # what is recorded from now on needs another task
        self._written_at = loop.time()
        with suppress(StoreError):  # it was told, and is tried again with the next entry
            await self._write()

    async def _write(self) -> None:
        """Write what was recorded. Raises StoreError, and keeps it then."""
        if not self._unwritten:
            return
        try:
            await self._database.run(self._add)
        except StoreError as error:
            if not self._has_failed:
                self._has_failed = True
                self.failed.emit(error)
            raise
        self._has_failed = False

    def _add(self, connection: GuardedConnection) -> None:
        """Take what is to be written, on the database's thread: so none is lost if the caller is cancelled before."""
        entries: list[UsageEntry] = []
        with suppress(IndexError):
            while True:
                entries.append(self._unwritten.popleft())
        try:
            usage_rows.add(connection, entries)
        except sqlite3.Error:
            self._unwritten.extendleft(reversed(entries))
            raise
