"""Stores all conversations in one SQLite file."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from desktop_chat.core.entities import Conversation, Message, Status
from desktop_chat.core.errors import StoreCorrupt, StoreError
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.ports import SearchHit, WriteBatch
from desktop_chat.core.tasks import report_bug
from desktop_chat.services.sqlite.file_identity import Identity, check_is_same, identity_of, put_back
from desktop_chat.services.sqlite.hardening import GuardedConnection
from desktop_chat.services.sqlite.maintenance import (
    SLICE_S,
    empty_index,
    fill_index,
    fill_words,
    mark_deleted,
    remove_deleted,
    remove_old_index,
)
from desktop_chat.services.sqlite.reading import read_conversations, read_messages
from desktop_chat.services.sqlite.recovery import recover_running
from desktop_chat.services.sqlite.reply_journal import ENDING, ReplyJournal
from desktop_chat.services.sqlite.space import Stamp, stamp_of
from desktop_chat.services.sqlite.sqlite_errors import translate_sqlite_errors
from desktop_chat.services.sqlite.sqlite_file import mark_checked, mark_damaged, open_database
from desktop_chat.services.sqlite.sqlite_rows import IS_KEPT, fetch_all, storable
from desktop_chat.services.sqlite.sqlite_writes import write_batch
from desktop_chat.services.worker import Worker

if TYPE_CHECKING:
    from desktop_chat.core.snapshots import MergeResult
    from desktop_chat.services.sqlite.at_rest import AtRest
    from desktop_chat.services.sqlite.earlier_version import EarlierVersion
    from desktop_chat.services.sqlite.file_check import FileCheck
    from desktop_chat.services.sqlite.rewriting import Rewriting
    from desktop_chat.services.sqlite.salvage import Salvage

T = TypeVar("T")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenReport:
    """The result of opening. `recovered_replies` were running when the application last exited and are now INTERRUPTED;
    `set_aside` is the new name of a damaged file, which was replaced by a new one with the `salvaged` conversations
    that were readable; `unchecked` asks for `check`."""

    recovered_replies: tuple[str, ...] = ()
    set_aside: str = ""
    salvaged: int = 0
    unchecked: bool = False


class SqliteStore:
    """Implements `core.ports.Store`. All methods raise StoreError; SQLite runs on its own thread, in order.

    The file is in WAL mode, and every transaction is flushed (`synchronous` is FULL): a killed process would lose no
    committed transaction without that, but a power failure would. Running replies are written to a journal next to the
    file, also flushed, four times a second, until the complete reply is stored.

    Data of a conversation that is not stored are silently dropped: it has just been deleted permanently.

    Long operations run in slices, each a job of its own on the thread, so a write waits for one slice at most.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._journal = ReplyJournal(file.with_name(file.name + ENDING))
        self._worker = Worker("sqlite")
        self._journal_worker = Worker("journal")
        self._connection: GuardedConnection | None = None
        self._identity: Identity | None = None
        self._closed = False
        self._upkeep: asyncio.Task[None] | None = None
        self._upkeep_due = False
        self._check: FileCheck | None = None
        self._earlier: EarlierVersion | None = None
        self._at_rest: AtRest | None = None
        self.removing: Listeners[int] = Listeners()
        """Emits how many deleted conversations are still to be removed from disk."""

    async def open(self) -> OpenReport:
        """Open and migrate the file, after a check if damage was found before. If this fails, each later call tries
        again. Unfinished work of the last run continues in the background."""
        report = await self._worker.submit(self._open)
        self._start_upkeep()
        return report

    async def check(self) -> bool:
        """Check the whole file in the background; return whether it is intact. A damaged search index is rebuilt;
        anything else is repaired the next time the file is opened."""
        from desktop_chat.services.sqlite.file_check import FileCheck, Found  # noqa: PLC0415  (rarely needed)

        self._check = check = FileCheck(self._file)
        found = await check.run()
        match found:
            case Found.DAMAGED:
                mark_damaged(self._file)
            case Found.INDEX_DAMAGED:
                await self._do(empty_index)
                self._start_upkeep()
        if found is not Found.NOTHING:
            mark_checked(self._file)
        return found is not Found.DAMAGED

    async def aclose(self) -> None:
        """Finish earlier calls and close the file; operations in slices end after the current one. May be called
        twice."""
        if self._closed:
            return
        self._closed = True
        if self._upkeep is not None:
            self._upkeep.cancel()
            await asyncio.wait({self._upkeep})
        if self._at_rest is not None:
            await self._at_rest.aclose()
        if self._earlier is not None:
            await self._earlier.aclose()
        if self._check is not None:
            await self._check.aclose()
        closing = self._worker.submit(self._close)
        self._worker.end()
        self._journal_worker.end()
        await closing

    async def conversations(self, without: Container[str] = ()) -> list[Conversation]:
        """Return all conversations, including those in the trash, newest `updated_at` first, but none whose id is in
        `without`."""
        return await self._do(lambda connection: read_conversations(connection, without))

    async def messages(self, conversation_id: str) -> list[Message]:
        """Return all messages of a conversation, parents before children, oldest first; a running reply includes the
        text journalled so far."""
        return await self._do(lambda connection: read_messages(connection, conversation_id, self._journal.pieces))

    async def write(self, batch: WriteBatch) -> None:
        """Store a batch; its conversations and messages in one transaction. A batch that only adds to the journal uses
        another thread, so it does not wait for SQLite."""
        is_open = self._connection is not None and not self._closed
        adds_only = is_open and not (batch.conversations or batch.messages or batch.deleted)
        self._note_use()
        if adds_only and await self._journal_worker.submit(self._journal_only, batch):
            return
        await self._do(lambda connection: self._write(connection, batch))

    async def delete(self, conversation_ids: Sequence[str]) -> None:
        """Delete conversations and their messages permanently. They are gone when this returns, and are removed from
        disk afterwards."""
        await self._do(lambda connection: self._delete(connection, conversation_ids))
        self._start_upkeep()

    async def count_missing(self, found: Salvage) -> MergeResult:
        """Return how much `merge` would add."""
        return await self._merge(found, adds=False)

    async def merge(self, found: Salvage, tell: Callable[[float], None] = lambda _: None) -> MergeResult:
        """Add what another file has and this one lacks; nothing is replaced. `tell` is called with the progress, from 0
        to 1. If it fails or the process ends, a part has been added, and repeating it adds the rest."""
        while await self._do(remove_deleted):  # restored conversations must not be removed afterwards
            pass
        return await self._merge(found, adds=True, tell=tell)

    async def _merge(
        self, found: Salvage, *, adds: bool, tell: Callable[[float], None] = lambda _: None
    ) -> MergeResult:
        from desktop_chat.services.sqlite.merge import Merge  # noqa: PLC0415  (rarely needed)

        merge = Merge(found, adds=adds)
        while await self._do(merge.step):
            tell(merge.share)
        return merge.merged

    def tidy(self) -> None:
        """Index, in the background, the texts that another process has added."""
        self._start_upkeep()

    async def search(
        self, query: str, limit: int = 200, on_hits: Callable[[list[SearchHit]], None] = lambda _: None
    ) -> list[SearchHit]:
        """Find `query` in the visible text of titles and messages outside the trash, by the rules of
        `markdown.folding`; newest first. `on_hits` is called with those found since the last call.

        A cancelled search ends after the current slice.
        """
        if not query:
            return []
        from desktop_chat.services.sqlite.sqlite_search import Search  # noqa: PLC0415  (after the first paint)

        search, told, goes_on = Search(query, limit), 0, True
        while goes_on:
            goes_on = await self._do(search.step)
            if told < len(search.hits):
                on_hits(search.hits[told:])
                told = len(search.hits)
        return search.hits

    def _start_upkeep(self) -> None:
        self._upkeep_due = True
        if not self._closed and (self._upkeep is None or self._upkeep.done()):
            self._upkeep = asyncio.create_task(self._run_upkeep(), name="tidy the database")
            self._upkeep.add_done_callback(report_bug)

    async def _run_upkeep(self) -> None:
        """Do the remaining work, using half of the time; then wait for a rest to give space back."""
        try:
            if self._earlier is not None:
                await self._earlier.copy()  # before anything is written that it does not need
            while self._upkeep_due:
                self._upkeep_due = False
                while left := await self._paced(remove_deleted):
                    self.removing.emit(left)
                self.removing.emit(0)
                for work in (fill_index, fill_words, remove_old_index):
                    while not self._upkeep_due and await self._paced(work):
                        pass
            self._give_space_back()
        except StoreError as error:
            logger.info("postponed removing deleted conversations or indexing: %s: %s", error.code, error.detail)

    async def _paced(self, work: Callable[[GuardedConnection], T]) -> T:
        """Run a slice, then pause for as long as it took."""
        started_at = time.monotonic()
        result = await self._submit(work)
        await asyncio.sleep(max(SLICE_S, time.monotonic() - started_at))
        return result

    def _give_space_back(self) -> None:
        from desktop_chat.services.sqlite.at_rest import AtRest  # noqa: PLC0415  (after the first paint)

        if self._at_rest is None:
            self._at_rest = AtRest(self._file, self._submit, self._replace)
        self._at_rest.begin()

    def _note_use(self) -> None:
        if self._at_rest is not None:
            self._at_rest.note_use()

    def _do(self, work: Callable[[GuardedConnection], T]) -> asyncio.Future[T]:
        self._note_use()
        return self._submit(work)

    def _submit(self, work: Callable[[GuardedConnection], T]) -> asyncio.Future[T]:
        if self._closed:
            raise StoreError("closed")
        return self._worker.submit(self._work, work)

    def _work(self, work: Callable[[GuardedConnection], T]) -> T:
        if self._connection is None:
            self._open()
        assert self._connection is not None  # noqa: S101  (opened, or raised)
        self._check_file()
        self._connection.budget.begin()
        with self._marking_damage():
            return work(self._connection)

    def _check_file(self) -> None:
        """Write the file again if it was removed; raise if it was replaced."""
        identity, connection = identity_of(self._file), self._connection
        if identity == self._identity or connection is None:
            return
        if identity is None:
            put_back(connection, self._file)
            self._open_again()
        else:
            check_is_same(connection, self._file)
        self._identity = identity_of(self._file)

    def _replace(self, rewriting: Rewriting, stamp: Stamp, connection: GuardedConnection) -> bool:
        """Use the file that was written anew, unless this one has changed since."""
        if stamp_of(connection) != stamp or not rewriting.put_in_place(connection):
            return False
        self._open_again()
        return True

    def _open_again(self) -> None:
        self._connection = None  # closed; if the next line fails, the next call opens it
        self._connection = open_database(self._file).connection
        self._identity = identity_of(self._file)

    def _journal_only(self, batch: WriteBatch) -> bool:
        """Journal a batch; False if the database file was moved and must be written again first."""
        if identity_of(self._file) != self._identity:
            return False
        self._journal.append(batch.journal)
        return True

    def _write(self, connection: sqlite3.Connection, batch: WriteBatch) -> None:
        stored = {message.id: message for message in write_batch(connection, batch)}.values()
        for message_id in batch.deleted:
            self._journal.end(message_id)
        for message in stored:
            if message.status is Status.RUNNING:
                self._journal.begin(message.id, (len(storable(message.text)), len(storable(message.reasoning))))
        self._journal.append(batch.journal)
        for message in stored:
            if message.status is not Status.RUNNING:
                self._journal.end(message.id)

    def _delete(self, connection: sqlite3.Connection, conversation_ids: Sequence[str]) -> None:
        mark_deleted(connection, conversation_ids)
        running = f"SELECT id FROM messages WHERE status = 'running' AND {IS_KEPT}"  # noqa: S608
        self._journal.keep(row[0] for row in fetch_all(connection, running))

    def _open(self) -> OpenReport:
        try:
            return self._open_once()
        except StoreCorrupt:
            return self._open_once()  # now marked as damaged, so it is checked and moved aside

    def _open_once(self) -> OpenReport:
        opened = open_database(self._file)
        connection, set_aside, self._earlier = opened.connection, opened.set_aside, opened.earlier
        try:
            with self._marking_damage():
                recovered = recover_running(connection, self._journal.pieces())
                self._journal.clear()
        except StoreCorrupt:
            connection.close()
            raise
        except StoreError as error:
            # Existing data can still be read; the first write will report the error.
            logger.warning("could not recover interrupted replies: %s: %s", error.code, error.detail)
            recovered = ()
        self._connection = connection
        self._identity = identity_of(self._file)
        salvaged = _salvage_into(connection, set_aside) if set_aside is not None else 0
        report = OpenReport(recovered, set_aside.name if set_aside else "", salvaged, opened.unchecked)
        logger.info("database open: %s", report)
        return report

    @contextmanager
    def _marking_damage(self) -> Iterator[None]:
        """Translate errors; on damage, have the file checked the next time it is opened, however this run ends."""
        try:
            with translate_sqlite_errors():
                yield
        except StoreCorrupt:
            with suppress(OSError):  # without a mark, it is checked after the next unclean exit
                mark_damaged(self._file)
            raise

    def _close(self) -> None:
        if self._connection is not None:
            self._journal.close()
            with translate_sqlite_errors():
                self._connection.close()


def _salvage_into(connection: GuardedConnection, damaged: Path) -> int:
    """Merge what is readable in a damaged file, which is not changed. Returns the number of conversations."""
    from desktop_chat.services.sqlite.merge import Merge  # noqa: PLC0415  (rarely needed)
    from desktop_chat.services.sqlite.salvage import salvage  # noqa: PLC0415

    merge = None
    try:
        merge = Merge(salvage(damaged), adds=True)
        while merge.step(connection):
            connection.budget.begin()
    except (StoreError, sqlite3.Error) as error:
        logger.info("could not read everything in %s: %s", damaged.name, error)
    return merge.merged.conversations if merge is not None else 0
