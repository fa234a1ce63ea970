"""Stores what changes, soon, in order and in few transactions; keeps it while the store cannot take it."""

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
"""The longest that something waits for its transaction; half of what a crash may cost."""
DELETED_AT_ONCE = 200
"""Messages that one transaction removes: tens of milliseconds."""
RETRY_S = 2.0
"""Between attempts while the store refuses."""
HUGE = 1_000_000
"""Characters of a message from which on it is held back where the disk is too full for it, and nothing else is."""


class WriteBehind:
    """Writes conversations, messages and the journals of running replies behind the window's back.

    What is noted twice before it is written is written once, as it was noted last. One task writes, and exists only
    while there is something to write.
    """

    def __init__(self, store: Store) -> None:
        self.events: Listeners[WriteEvent] = Listeners()
        self._store = store
        self._conversations: dict[str, Conversation] = {}
        self._messages: dict[str, Message] = {}
        self._deleted: dict[str, None] = {}
        self._growing: dict[str, Callable[[], Sequence[TextIncrement]]] = {}
        self._journal: list[JournalEntry] = []
        self._task: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self._flushes: set[asyncio.Task[None]] = set()
        self._writing = asyncio.Lock()
        self._held: dict[str, Message] = {}
        """Huge messages that did not fit, to be tried again at `_try_held_at`."""
        self._try_held_at = 0.0
        self._told = False
        self._failed = False
        self._closing = False

    def note_conversation(self, conversation: Conversation) -> None:
        """Store a conversation as it is now, within INTERVAL_S."""
        self._conversations[conversation.id] = conversation
        self._write_soon()

    def note_message(self, message: Message) -> None:
        """Store a message as it is now, at once."""
        self._messages[message.id] = message
        self._held.pop(message.id, None)
        self._deleted.pop(message.id, None)
        if message.status is not Status.RUNNING:
            self._growing.pop(message.id, None)
            self._journal = [entry for entry in self._journal if entry.message_id != message.id]
        self._hurry.set()
        self._write_soon()

    def note_deleted(self, message_ids: Iterable[str]) -> None:
        """Remove messages for ever; none of them may be a reply that runs. One that is noted again later stays."""
        for message_id in message_ids:
            self._messages.pop(message_id, None)
            self._held.pop(message_id, None)
            self._deleted[message_id] = None
        self._hurry.set()
        self._write_soon()

    def follow(self, message_id: str, take_new_text: Callable[[], Sequence[TextIncrement]]) -> None:
        """Journal a running reply until it is noted with its final status; `take_new_text` gives what came since it
        was last called."""
        self._growing[message_id] = take_new_text
        self._write_soon()

    async def messages(self, conversation_id: str) -> list[Message]:
        """Return the tree of a conversation as it will be stored, parents before children. Raises StoreError."""
        async with self._writing:
            stored = await self._store.messages(conversation_id)
            messages = {m.id: m for m in stored if m.id not in self._deleted}
            return list((messages | self._pending_of(conversation_id)).values())

    async def delete(self, conversation_ids: tuple[str, ...]) -> None:
        """Remove conversations for ever, and what is still to be written of them. Raises StoreError."""
        async with self._writing:
            await self._store.delete(conversation_ids)
            for conversation_id in conversation_ids:
                self._conversations.pop(conversation_id, None)
                for message_id in self._pending_of(conversation_id):
                    self._messages.pop(message_id, None)
                    self._held.pop(message_id, None)

    async def flush(self) -> None:
        """Return when all that was noted so far is stored. Raises StoreError when the store refuses it.

        Who waits may be cancelled, the writing is not: what became of it must be known, or it would be written twice.
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
            writing.exception()  # belongs to who waited; if nobody does any more, it is kept and tried again

    def _pending_of(self, conversation_id: str) -> dict[str, Message]:
        return {m.id: m for m in (self._held | self._messages).values() if m.conversation_id == conversation_id}

    async def aclose(self) -> None:
        """Write what is left and end. Raises StoreError for what stays unsaved."""
        self._closing = True
        self._hurry.set()
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
        while (self._has_pending or self._growing) and not self._closing:
            await self._pause()
            self._collect_journal()
            try:
                await self._write_what_fits()
            except StoreError as error:
                self._failed = self._told = True
                self.events.emit(StoreFailed(error))
            else:
                self._failed = False
                if self._told and not self._held:
                    self._told = False
                    self.events.emit(StoreRecovered())

    async def _write_what_fits(self) -> None:
        """Write what is pending; a huge message for which the disk is too full keeps nothing else from being stored."""
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
            self._told = True
            self.events.emit(StoreFailed(error))
            self._try_held_at = asyncio.get_running_loop().time() + RETRY_S
            await self._write()

    def _try_held(self) -> None:
        """Have the next write take what was held back."""
        self._messages, self._held = self._held | self._messages, {}

    async def _pause(self) -> None:
        """Wait for more to write together; someone in a hurry cuts it short, unless the store has just refused."""
        if self._failed:
            self._hurry.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._hurry.wait(), RETRY_S if self._failed else INTERVAL_S)
        self._hurry.clear()

    def _collect_journal(self) -> None:
        for message_id, take_new_text in self._growing.items():
            self._journal += [JournalEntry(message_id, *new) for new in take_new_text() if any(new)]

    async def _write_all(self) -> None:
        await self._write()
        while self._deleted:
            await self._write()

    async def _write(self) -> None:
        """Write what is pending in one transaction, and put it back where the store refuses it. Of many messages to
        delete some wait for the next: the journals of running replies stand behind each transaction."""
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
                contained = set(self._messages)  # noted again meanwhile, with all the text of their journal
                self._conversations = conversations | self._conversations
                self._messages = {k: m for k, m in messages.items() if k not in self._deleted} | self._messages
                self._deleted = {name: None for name in deleted if name not in self._messages} | self._deleted
                contained |= {m.id for m in self._messages.values() if m.status is not Status.RUNNING}
                self._journal = [entry for entry in journal if entry.message_id not in contained] + self._journal
                raise


def _is_huge(message: Message) -> bool:
    return message.status is not Status.RUNNING and len(message.text) + len(message.reasoning) > HUGE
