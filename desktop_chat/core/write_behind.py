"""Stores changes soon, in order and in few transactions, and keeps them while the store cannot take them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import islice

from desktop_chat.core.entities import Conversation, Message, Status
from desktop_chat.core.errors import StoreError, StoreFull
from desktop_chat.core.library_events import StoreFailed, StoreRecovered, WriteEvent
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.ports import JournalEntry, Store, TextIncrement, WriteBatch
from desktop_chat.core.tasks import report_bug

INTERVAL_S = 0.25
"""The longest wait before a transaction; half of what a crash may lose."""
DELETED_AT_ONCE = 200
"""Messages deleted per transaction, which takes tens of milliseconds."""
RETRY_S = 2.0
"""Seconds between attempts while the store fails."""
HUGE = 1_000_000
"""Characters above which a message that does not fit on a full disk is held back, so that everything else can be
stored."""


class WriteBehind:
    """Writes conversations, messages and the journals of running replies in the background.

    What is noted again before it was written is written once, in its last state. A single task does the writing and
    exists only while there is something to write.
    """

    def __init__(self, store: Store) -> None:
        self.events: Listeners[WriteEvent] = Listeners()
        self._store = store
        self._conversations: dict[str, Conversation] = {}
        self._messages: dict[str, Message] = {}
        self._deleted: dict[str, None] = {}
        self._running: dict[str, Callable[[], Sequence[TextIncrement]]] = {}
        self._journal: list[JournalEntry] = []
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._flushes: set[asyncio.Task[None]] = set()
        self._writing = asyncio.Lock()
        self._held: dict[str, Message] = {}
        """Huge messages that did not fit; retried at `_try_held_at`."""
        self._try_held_at = 0.0
        self._reported = False
        self._failed = False
        self._closing = False

    def note_conversation(self, conversation: Conversation) -> None:
        """Store a conversation as it is now, within INTERVAL_S."""
        self._conversations[conversation.id] = conversation
        self._write_soon()

    def note_message(self, message: Message) -> None:
        """Store a message as it is now, at once. One of a running reply contains everything taken for its journal."""
        self._messages[message.id] = message
        self._held.pop(message.id, None)
        self._deleted.pop(message.id, None)
        self._journal = [entry for entry in self._journal if entry.message_id != message.id]
        if message.status is not Status.RUNNING:
            self._running.pop(message.id, None)
        self._wake.set()
        self._write_soon()

    def note_deleted(self, message_ids: Iterable[str]) -> None:
        """Delete messages permanently; none of them may be a running reply. One that is noted again later is kept."""
        for message_id in message_ids:
            self._messages.pop(message_id, None)
            self._held.pop(message_id, None)
            self._deleted[message_id] = None
        self._wake.set()
        self._write_soon()

    def follow(self, message_id: str, take_new_text: Callable[[], Sequence[TextIncrement]]) -> None:
        """Journal a running reply until it is noted with its final status; `take_new_text` returns what arrived since
        its last call."""
        self._running[message_id] = take_new_text
        self._write_soon()

    async def messages(self, conversation_id: str) -> list[Message]:
        """Return the tree of a conversation as it will be stored, parents before children. Raises StoreError."""
        async with self._writing:
            stored = await self._store.messages(conversation_id)
            messages = {m.id: m for m in stored if m.id not in self._deleted}
            return list((messages | self._pending_of(conversation_id)).values())

    async def delete(self, conversation_ids: tuple[str, ...]) -> None:
        """Delete conversations permanently, along with their pending writes. Raises StoreError."""
        async with self._writing:
            await self._store.delete(conversation_ids)
            gone = frozenset(conversation_ids)
            self._conversations = {name: c for name, c in self._conversations.items() if name not in gone}
            self._messages = {name: m for name, m in self._messages.items() if m.conversation_id not in gone}
            self._held = {name: m for name, m in self._held.items() if m.conversation_id not in gone}

    async def flush(self) -> None:
        """Return when everything noted so far is stored. Raises StoreError if the store fails.

        Cancelling the caller does not cancel the write: its result must be known, or the data would be written twice.
        """
        self._collect_journal()
        self._try_held()
        writing = asyncio.create_task(self._write_all(), name="flush")
        self._flushes.add(writing)
        writing.add_done_callback(self._note_flushed)
        await asyncio.wait({writing})
        writing.result()

    def _note_flushed(self, writing: asyncio.Task[None]) -> None:
        self._flushes.discard(writing)
        if not writing.cancelled():
            writing.exception()  # the waiter handles it; with no waiter left, the data is kept and retried

    def _pending_of(self, conversation_id: str) -> dict[str, Message]:
        return {m.id: m for m in (self._held | self._messages).values() if m.conversation_id == conversation_id}

    async def aclose(self) -> None:
        """Write everything left and stop. Raises StoreError for what remains unsaved."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await asyncio.wait({self._task})
        await self.flush()

    @property
    def _has_pending(self) -> bool:
        return bool(self._conversations or self._messages or self._held or self._deleted or self._journal)

    def _write_soon(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="write_behind")
            self._task.add_done_callback(report_bug)

    async def _run(self) -> None:
        while (self._has_pending or self._running) and not self._closing:
            await self._pause()
            self._collect_journal()
            try:
                await self._write_what_fits()
            except StoreError as error:
                self._failed = self._reported = True
                self.events.emit(StoreFailed(error))
            else:
                self._failed = False
                if self._reported and not self._held:
                    self._reported = False
                    self.events.emit(StoreRecovered())

    async def _write_what_fits(self) -> None:
        """Write everything pending; a huge message that does not fit on a full disk must not block the rest."""
        if asyncio.get_running_loop().time() >= self._try_held_at:
            self._try_held()
        try:
            await self._write()
        except StoreFull as error:
            huge = {m.id: m for m in self._messages.values() if _is_huge(m)}
            if not huge:
                raise
            self._messages = {name: m for name, m in self._messages.items() if name not in huge}
            self._held |= huge
            self._reported = True
            self.events.emit(StoreFailed(error))
            self._try_held_at = asyncio.get_running_loop().time() + RETRY_S
            await self._write()

    def _try_held(self) -> None:
        """Include held-back messages in the next write."""
        self._messages, self._held = self._held | self._messages, {}

    async def _pause(self) -> None:
        """Wait for more changes to batch; an urgent one ends the wait early, unless the store has just failed."""
        if self._failed:
            self._wake.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), RETRY_S if self._failed else INTERVAL_S)
        self._wake.clear()

    def _collect_journal(self) -> None:
        for message_id, take_new_text in self._running.items():
            self._journal += [JournalEntry(message_id, *new) for new in take_new_text() if any(new)]

    async def _write_all(self) -> None:
        await self._write()
        while self._deleted:
            await self._write()

    async def _write(self) -> None:
        """Write everything pending in one transaction, and keep it if the store fails. Deletions beyond DELETED_AT_ONCE
        wait for the next transaction, because the journals of running replies queue up meanwhile."""
        async with self._writing:
            if not (self._conversations or self._messages or self._deleted or self._journal):
                return
            conversations, messages, journal = self._conversations, self._messages, self._journal
            deleted = dict.fromkeys(islice(self._deleted, DELETED_AT_ONCE))
            self._deleted = {name: None for name in self._deleted if name not in deleted}
            self._conversations, self._messages, self._journal = {}, {}, []
            batch = WriteBatch(tuple(conversations.values()), tuple(messages.values()), tuple(journal), tuple(deleted))
            try:
                await self._store.write(batch)
            except BaseException:
                contained = set(self._messages)  # noted again during the write, with all the text of their journal
                self._conversations = conversations | self._conversations
                self._messages = {k: m for k, m in messages.items() if k not in self._deleted} | self._messages
                self._deleted = {name: None for name in deleted if name not in self._messages} | self._deleted
                contained |= {m.id for m in self._messages.values() if m.status is not Status.RUNNING}
                self._journal = [entry for entry in journal if entry.message_id not in contained] + self._journal
                raise


def _is_huge(message: Message) -> bool:
    if message.status is Status.RUNNING:
        return False
    results = sum(len(call.arguments) + len(call.result) for call in message.tool_calls)
    return len(message.text) + len(message.reasoning) + results > HUGE
