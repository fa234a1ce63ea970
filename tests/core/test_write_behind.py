"""Recorded changes are stored: soon, in order, once; and kept while the store fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from fakes import MemoryStore

from desktop_chat.core import write_behind as write_behind_module
from desktop_chat.core.entities import Conversation, Message, Role, Status
from desktop_chat.core.errors import StoreError, StoreFull
from desktop_chat.core.library_events import StoreFailed, StoreRecovered, WriteEvent
from desktop_chat.core.ports import TextIncrement, WriteBatch
from desktop_chat.core.tools import CallStatus, ToolCall
from desktop_chat.core.write_behind import WriteBehind

ONE = Conversation(id="one", title="Trip", created_at=1.0, updated_at=1.0)
REPLY = Message("m", "one", None, Role.ASSISTANT, "", Status.RUNNING, 1.0)


class GatedStore(MemoryStore):
    """Blocks writes until the gate is opened; then completes them, even if nobody is waiting any more."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def write(self, batch: WriteBatch) -> None:
        self.asked.set()
        self.writing = asyncio.create_task(self._write(batch), name="write")
        await asyncio.shield(self.writing)

    async def _write(self, batch: WriteBatch) -> None:
        await self.gate.wait()
        await super().write(batch)


class Pieces:
    """A growing reply, as the session passes it to the write-behind."""

    def __init__(self, *pieces: str) -> None:
        self.new = list(pieces)

    def take(self) -> list[TextIncrement]:
        text, self.new = "".join(self.new), []
        return [TextIncrement(text, "")]


@pytest.fixture
def store() -> GatedStore:
    return GatedStore()


@pytest.fixture
async def write_behind(store: GatedStore, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WriteBehind]:
    monkeypatch.setattr(write_behind_module, "INTERVAL_S", 0.01)
    monkeypatch.setattr(write_behind_module, "RETRY_S", 0.01)
    write_behind = WriteBehind(store)
    yield write_behind
    store.error = None
    store.gate.set()
    await write_behind.aclose()


def heard_by(write_behind: WriteBehind) -> list[WriteEvent]:
    heard: list[WriteEvent] = []
    write_behind.events.add(heard.append)
    return heard


async def until(condition) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110  (there is no event for it)
            await asyncio.sleep(0.001)


async def test_a_repeated_change_is_written_once_in_its_last_form(write_behind: WriteBehind, store: GatedStore) -> None:
    for title in ("a", "ab", "abc"):
        write_behind.note_conversation(replace(ONE, title=title))
    await write_behind.flush()
    assert store.batches == [WriteBatch((replace(ONE, title="abc"),))]


async def test_a_conversation_and_its_messages_share_a_transaction(
    write_behind: WriteBehind, store: GatedStore
) -> None:
    write_behind.note_message(REPLY)
    write_behind.note_conversation(ONE)
    await until(lambda: store.batches)
    assert store.batches == [WriteBatch((ONE,), (REPLY,))]


async def test_many_messages_are_deleted_in_several_transactions(
    write_behind: WriteBehind, store: GatedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_behind_module, "DELETED_AT_ONCE", 2)
    write_behind.note_deleted([f"m{n}" for n in range(5)])
    await write_behind.flush()
    assert [batch.deleted for batch in store.batches] == [("m0", "m1"), ("m2", "m3"), ("m4",)]


async def test_a_restored_message_stays_whatever_the_store_rejected(
    write_behind: WriteBehind, store: GatedStore
) -> None:
    ended = replace(REPLY, text="fine", status=Status.COMPLETE)
    write_behind.note_conversation(ONE)
    write_behind.note_message(ended)
    await write_behind.flush()
    store.error = StoreFull()
    write_behind.note_deleted([ended.id])
    with pytest.raises(StoreFull):
        await write_behind.flush()
    assert await write_behind.messages("one") == []
    write_behind.note_message(ended)
    store.error = None
    await write_behind.flush()
    assert await write_behind.messages("one") == [ended]
    assert not any(batch.deleted for batch in store.batches)


async def test_what_is_deleted_before_being_stored_is_never_stored(
    write_behind: WriteBehind, store: GatedStore
) -> None:
    ended = replace(REPLY, text="fine", status=Status.COMPLETE)
    store.error = StoreFull()
    write_behind.note_message(ended)
    with pytest.raises(StoreFull):
        await write_behind.flush()
    write_behind.note_deleted([ended.id])
    store.error = None
    await write_behind.flush()
    assert await write_behind.messages("one") == []


async def test_nothing_runs_while_there_is_nothing_to_write(write_behind: WriteBehind, store: GatedStore) -> None:
    write_behind.note_conversation(ONE)
    await until(lambda: store.batches)
    await until(lambda: not any(task.get_name() == "write_behind" for task in asyncio.all_tasks()))
    await write_behind.flush()
    assert len(store.batches) == 1


async def test_a_running_reply_is_journalled_until_it_ends(write_behind: WriteBehind, store: GatedStore) -> None:
    reply = Pieces("Hel")
    write_behind.note_message(REPLY)
    write_behind.follow(REPLY.id, reply.take)
    await until(lambda: any(batch.journal for batch in store.batches))
    reply.new.append("lo")
    await write_behind.flush()
    assert store.after_crash()[0].text == "Hello"
    reply.new.append("!")
    write_behind.note_message(replace(REPLY, text="Hello!", status=Status.COMPLETE))
    await write_behind.flush()
    assert [m.text for m in store.after_crash()] == ["Hello!"]
    assert reply.new == ["!"]


async def test_a_failed_write_is_reported_and_nothing_is_lost(write_behind: WriteBehind, store: GatedStore) -> None:
    heard = heard_by(write_behind)
    reply = Pieces("Hel")
    store.error = StoreFull("disk")
    write_behind.note_conversation(ONE)
    write_behind.note_message(REPLY)
    write_behind.follow(REPLY.id, reply.take)
    await until(lambda: len(heard) >= 2)
    reply.new.append("lo")
    write_behind.note_conversation(replace(ONE, title="Later"))
    store.error = None
    await until(lambda: StoreRecovered() in heard)
    assert all(isinstance(event, StoreFailed) for event in heard[:-1])
    await write_behind.flush()
    assert (await store.conversations())[0].title == "Later"
    assert store.after_crash()[0].text == "Hello"


async def test_changes_during_a_failed_write_take_precedence(write_behind: WriteBehind, store: GatedStore) -> None:
    store.gate.clear()
    store.error = StoreFull()
    write_behind.note_conversation(ONE)
    write_behind.note_message(REPLY)
    write_behind.follow(REPLY.id, Pieces("Hel").take)
    await store.asked.wait()
    done = replace(REPLY, text="Hello", status=Status.COMPLETE)
    write_behind.note_message(done)
    store.gate.set()
    await until(lambda: write_behind._failed)
    store.error = None
    await write_behind.flush()
    assert await store.messages(ONE.id) == [done]
    assert all(not batch.journal for batch in store.batches)


async def test_a_reply_that_ended_and_was_continued_during_a_refused_write_is_not_doubled(
    write_behind: WriteBehind, store: GatedStore
) -> None:
    store.gate.clear()
    store.error = StoreFull()
    write_behind.note_conversation(ONE)
    write_behind.note_message(REPLY)
    write_behind.follow(REPLY.id, Pieces("Hel").take)
    await store.asked.wait()
    write_behind.note_message(replace(REPLY, text="Hello", status=Status.TRUNCATED))
    write_behind.note_message(replace(REPLY, text="Hello"))
    store.gate.set()
    await until(lambda: write_behind._failed)
    store.error = None
    await write_behind.flush()
    assert [message.text for message in store.after_crash()] == ["Hello"]


async def test_flushing_raises_the_stores_error(write_behind: WriteBehind, store: GatedStore) -> None:
    store.error = StoreFull("disk")
    write_behind.note_conversation(ONE)
    with pytest.raises(StoreFull):
        await write_behind.flush()


async def test_closing_writes_the_rest(store: GatedStore) -> None:
    write_behind = WriteBehind(store)
    write_behind.follow(REPLY.id, Pieces("Hel").take)
    write_behind.note_message(REPLY)
    write_behind.note_conversation(ONE)
    await write_behind.aclose()
    assert store.after_crash()[0].text == "Hel"
    await write_behind.aclose()


async def test_closing_raises_if_something_stays_unsaved(store: GatedStore) -> None:
    write_behind = WriteBehind(store)
    store.error = StoreFull("disk")
    write_behind.note_conversation(ONE)
    with pytest.raises(StoreError):
        await write_behind.aclose()


async def test_cancelling_a_flush_does_not_write_the_journal_twice(
    write_behind: WriteBehind, store: GatedStore
) -> None:
    write_behind.note_message(REPLY)
    await write_behind.flush()
    write_behind.follow(REPLY.id, Pieces("Hel").take)
    store.asked.clear()
    store.gate.clear()
    waiting = asyncio.create_task(write_behind.flush())
    await store.asked.wait()
    waiting.cancel()
    await asyncio.wait({waiting})
    store.gate.set()
    await write_behind.flush()
    assert store.after_crash()[0].text == "Hel"


async def test_deleted_messages_are_not_written(write_behind: WriteBehind, store: GatedStore) -> None:
    write_behind.note_conversation(ONE)
    write_behind.note_message(REPLY)
    write_behind.note_conversation(replace(ONE, id="two"))
    await write_behind.delete(("one",))
    await write_behind.flush()
    assert [c.id for c in await store.conversations()] == ["two"]
    assert await store.messages("one") == []


async def test_messages_whose_deletion_failed_are_still_written(write_behind: WriteBehind, store: GatedStore) -> None:
    store.error = StoreFull("disk")
    write_behind.note_conversation(replace(ONE, trashed_at=5.0))
    with pytest.raises(StoreFull):
        await write_behind.delete(("one",))
    store.error = None
    await write_behind.flush()
    assert [c.trashed_at for c in await store.conversations()] == [5.0]


async def test_unsaved_messages_can_be_read(write_behind: WriteBehind, store: GatedStore) -> None:
    question = replace(REPLY, id="question", role=Role.USER, text="hi", status=Status.COMPLETE)
    write_behind.note_message(question)
    write_behind.note_message(REPLY)
    await write_behind.flush()
    store.error = StoreFull("disk")
    ended = replace(REPLY, text="Hello", status=Status.COMPLETE)
    later = replace(question, id="later", parent_id=REPLY.id)
    write_behind.note_message(ended)
    write_behind.note_message(later)
    write_behind.note_message(replace(question, id="elsewhere", conversation_id="two"))
    assert await write_behind.messages("one") == [question, ended, later]
    store.error = None


async def test_a_bug_is_reported(write_behind: WriteBehind, store: GatedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    async def write(_batch: WriteBatch) -> None:
        raise LookupError("a bug")

    told: list[Exception] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context["exception"]))
    with monkeypatch.context() as broken:
        broken.setattr(store, "write", write)
        write_behind.note_conversation(ONE)
        await until(lambda: told)
    assert [str(bug) for bug in told] == ["a bug"]
    await write_behind.flush()
    assert await store.conversations() == [ONE]


@pytest.mark.parametrize(
    "parts",
    [{"text": "x" * 2_000_000}, {"tool_calls": (ToolCall("1", "f", "{}", CallStatus.DONE, "x" * 2_000_000),)}],
    ids=["text", "results of tools"],
)
async def test_a_huge_reply_on_a_full_disk_does_not_block_other_writes(
    store: GatedStore, write_behind: WriteBehind, monkeypatch: pytest.MonkeyPatch, parts: dict[str, Any]
) -> None:
    monkeypatch.setattr(write_behind_module, "RETRY_S", 0.2)
    room, write = [0], store._write

    async def write_what_fits(batch: WriteBatch) -> None:
        results = sum(len(call.result) for m in batch.messages for call in m.tool_calls)
        if sum(len(m.text) for m in batch.messages) + results > room[0]:
            raise StoreFull("full")
        await write(batch)

    monkeypatch.setattr(store, "_write", write_what_fits)
    heard = heard_by(write_behind)
    room[0] = 1_000
    write_behind.note_conversation(ONE)
    write_behind.note_message(REPLY)
    huge = replace(REPLY, id="huge", status=Status.COMPLETE, **parts)
    write_behind.note_message(huge)
    pieces = Pieces("Hel")
    write_behind.follow(REPLY.id, pieces.take)
    await until(lambda: store._journal.get(REPLY.id) == ("Hel", ""))
    pieces.new.append("lo")
    await until(lambda: store._journal.get(REPLY.id) == ("Hello", ""))
    assert [m.id for m in await store.messages("one")] == ["m"]
    assert {m.id for m in await write_behind.messages("one")} == {"m", "huge"}, "it is kept, and seen"
    assert isinstance(heard[0], StoreFailed)
    assert StoreRecovered() not in heard
    room[0] = 3_000_000
    await until(lambda: StoreRecovered() in heard)
    assert {m.id for m in await store.messages("one")} == {"m", "huge"}
    write_behind.note_message(replace(REPLY, text="Hello", status=Status.COMPLETE))


class SmallStore(GatedStore):
    """Has room for so many characters of messages in one batch."""

    room = 1_000

    async def _write(self, batch: WriteBatch) -> None:
        if sum(len(message.text) + len(message.reasoning) for message in batch.messages) > self.room:
            raise StoreFull("full")
        await super()._write(batch)


@pytest.fixture
async def small(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[SmallStore, WriteBehind]]:
    monkeypatch.setattr(write_behind_module, "INTERVAL_S", 0.01)
    monkeypatch.setattr(write_behind_module, "RETRY_S", 0.01)
    store = SmallStore()
    write_behind = WriteBehind(store)
    yield store, write_behind
    store.room = 10_000_000
    await write_behind.aclose()


HUGE = replace(REPLY, id="huge", text="x" * 600_000, reasoning="y" * 600_000, status=Status.COMPLETE)


async def held_back(store: SmallStore, write_behind: WriteBehind) -> None:
    """Note a conversation and a message that does not fit beside it, and return when only the first is stored."""
    write_behind.note_conversation(ONE)
    write_behind.note_message(HUGE)
    await until(lambda: store._conversations)
    assert await store.messages("one") == []


@pytest.mark.parametrize("whole", [False, True], ids=["the message", "its conversation"])
async def test_what_is_held_back_is_gone_when_it_is_deleted(
    small: tuple[SmallStore, WriteBehind], *, whole: bool
) -> None:
    store, write_behind = small
    await held_back(store, write_behind)
    if whole:
        await write_behind.delete(("one",))
    else:
        write_behind.note_deleted([HUGE.id])
    store.room = 10_000_000
    await write_behind.flush()
    assert await store.messages("one") == await write_behind.messages("one") == []


async def test_a_message_of_ordinary_size_is_not_held_back(small: tuple[SmallStore, WriteBehind]) -> None:
    """It waits with all else: what is stored without it would have a gap where people look for it."""
    store, write_behind = small
    heard = heard_by(write_behind)
    write_behind.note_conversation(ONE)
    write_behind.note_message(replace(REPLY, text="x" * 2_000, status=Status.COMPLETE))
    await until(lambda: len(heard) >= 3)
    assert await store.conversations() == []
    store.room = 3_000
    await until(lambda: heard[-1] == StoreRecovered())
    assert [len(message.text) for message in await store.messages("one")] == [2_000]
