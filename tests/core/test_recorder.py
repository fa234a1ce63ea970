"""What is noted is stored: soon, in order, once; and kept while the store refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from fakes import MemoryStore

from desktop_chat.core import recorder as recorder_module
from desktop_chat.core.entities import Conversation, Message, Role, Status
from desktop_chat.core.errors import StoreError, StoreFull
from desktop_chat.core.library_events import RecorderEvent, StoreFailed, StoreRecovered
from desktop_chat.core.ports import WriteBatch
from desktop_chat.core.recorder import Recorder

ONE = Conversation(id="one", title="Trip", created_at=1.0, updated_at=1.0)
REPLY = Message("m", "one", None, Role.ASSISTANT, "", Status.RUNNING, 1.0)


class GatedStore(MemoryStore):
    """Takes nothing until the gate is open; what it was given it then takes, even if nobody waits any more."""

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
    """A reply that grows, as the session hands it to the recorder."""

    def __init__(self, *pieces: str) -> None:
        self.new = list(pieces)

    def take(self) -> tuple[str, str]:
        text, self.new = "".join(self.new), []
        return text, ""


@pytest.fixture
def store() -> GatedStore:
    return GatedStore()


@pytest.fixture
async def recorder(store: GatedStore, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Recorder]:
    monkeypatch.setattr(recorder_module, "INTERVAL_S", 0.01)
    monkeypatch.setattr(recorder_module, "RETRY_S", 0.01)
    recorder = Recorder(store)
    yield recorder
    store.error = None
    store.gate.set()
    await recorder.aclose()


def heard_by(recorder: Recorder) -> list[RecorderEvent]:
    heard: list[RecorderEvent] = []
    recorder.events.add(heard.append)
    return heard


async def until(condition) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  (what is waited for has no event of its own)
            await asyncio.sleep(0.001)


async def test_what_is_noted_twice_is_written_once_as_it_was_last(recorder: Recorder, store: GatedStore) -> None:
    for title in ("a", "ab", "abc"):
        recorder.note_conversation(replace(ONE, title=title))
    await recorder.flush()
    assert store.batches == [WriteBatch((replace(ONE, title="abc"),))]


async def test_a_conversation_and_its_messages_go_in_one_transaction(recorder: Recorder, store: GatedStore) -> None:
    recorder.note_message(REPLY)
    recorder.note_conversation(ONE)
    await until(lambda: store.batches)
    assert store.batches == [WriteBatch((ONE,), (REPLY,))]


async def test_many_messages_are_deleted_in_several_transactions(
    recorder: Recorder, store: GatedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "DELETED_AT_ONCE", 2)
    recorder.note_deleted([f"m{n}" for n in range(5)])
    await recorder.flush()
    assert [batch.deleted for batch in store.batches] == [("m0", "m1"), ("m2", "m3"), ("m4",)]


async def test_a_message_that_is_brought_back_stays_whatever_the_store_refused(
    recorder: Recorder, store: GatedStore
) -> None:
    ended = replace(REPLY, text="fine", status=Status.COMPLETE)
    recorder.note_conversation(ONE)
    recorder.note_message(ended)
    await recorder.flush()
    store.error = StoreFull()
    recorder.note_deleted([ended.id])
    with pytest.raises(StoreFull):
        await recorder.flush()
    assert await recorder.messages("one") == []
    recorder.note_message(ended)
    store.error = None
    await recorder.flush()
    assert await recorder.messages("one") == [ended]
    assert not any(batch.deleted for batch in store.batches)


async def test_what_is_deleted_before_it_was_stored_is_never_stored(recorder: Recorder, store: GatedStore) -> None:
    ended = replace(REPLY, text="fine", status=Status.COMPLETE)
    store.error = StoreFull()
    recorder.note_message(ended)
    with pytest.raises(StoreFull):
        await recorder.flush()
    recorder.note_deleted([ended.id])
    store.error = None
    await recorder.flush()
    assert await recorder.messages("one") == []


async def test_nothing_runs_while_there_is_nothing_to_write(recorder: Recorder, store: GatedStore) -> None:
    recorder.note_conversation(ONE)
    await until(lambda: store.batches)
    await until(lambda: not any(task.get_name() == "recorder" for task in asyncio.all_tasks()))
    await recorder.flush()
    assert len(store.batches) == 1


async def test_a_running_reply_is_journalled_until_it_has_ended(recorder: Recorder, store: GatedStore) -> None:
    reply = Pieces("Hel")
    recorder.note_message(REPLY)
    recorder.follow(REPLY.id, reply.take)
    await until(lambda: any(batch.journal for batch in store.batches))
    reply.new.append("lo")
    await recorder.flush()
    assert store.after_crash()[0].text == "Hello"
    reply.new.append("!")
    recorder.note_message(replace(REPLY, text="Hello!", status=Status.COMPLETE))
    await recorder.flush()
    assert [m.text for m in store.after_crash()] == ["Hello!"]
    assert reply.new == ["!"]


async def test_a_refusal_is_told_and_nothing_is_lost(recorder: Recorder, store: GatedStore) -> None:
    heard = heard_by(recorder)
    reply = Pieces("Hel")
    store.error = StoreFull("disk")
    recorder.note_conversation(ONE)
    recorder.note_message(REPLY)
    recorder.follow(REPLY.id, reply.take)
    await until(lambda: len(heard) >= 2)
    reply.new.append("lo")
    recorder.note_conversation(replace(ONE, title="Later"))
    store.error = None
    await until(lambda: StoreRecovered() in heard)
    assert all(isinstance(event, StoreFailed) for event in heard[:-1])
    await recorder.flush()
    assert (await store.conversations())[0].title == "Later"
    assert store.after_crash()[0].text == "Hello"


async def test_what_was_noted_during_a_refused_write_is_newer(recorder: Recorder, store: GatedStore) -> None:
    store.gate.clear()
    store.error = StoreFull()
    recorder.note_conversation(ONE)
    recorder.note_message(REPLY)
    recorder.follow(REPLY.id, Pieces("Hel").take)
    await store.asked.wait()
    done = replace(REPLY, text="Hello", status=Status.COMPLETE)
    recorder.note_message(done)
    store.gate.set()
    await until(lambda: recorder._failed)
    store.error = None
    await recorder.flush()
    assert await store.messages(ONE.id) == [done]
    assert all(not batch.journal for batch in store.batches)


async def test_flushing_says_what_the_store_refuses(recorder: Recorder, store: GatedStore) -> None:
    store.error = StoreFull("disk")
    recorder.note_conversation(ONE)
    with pytest.raises(StoreFull):
        await recorder.flush()


async def test_closing_writes_what_is_left(store: GatedStore) -> None:
    recorder = Recorder(store)
    recorder.follow(REPLY.id, Pieces("Hel").take)
    recorder.note_message(REPLY)
    recorder.note_conversation(ONE)
    await recorder.aclose()
    assert store.after_crash()[0].text == "Hel"
    await recorder.aclose()


async def test_closing_says_what_stays_unsaved(store: GatedStore) -> None:
    recorder = Recorder(store)
    store.error = StoreFull("disk")
    recorder.note_conversation(ONE)
    with pytest.raises(StoreError):
        await recorder.aclose()


async def test_who_waits_for_a_flush_may_leave_without_the_journal_being_written_twice(
    recorder: Recorder, store: GatedStore
) -> None:
    recorder.note_message(REPLY)
    await recorder.flush()
    recorder.follow(REPLY.id, Pieces("Hel").take)
    store.asked.clear()
    store.gate.clear()
    waiting = asyncio.create_task(recorder.flush())
    await store.asked.wait()
    waiting.cancel()
    await asyncio.wait({waiting})
    store.gate.set()
    await recorder.flush()
    assert store.after_crash()[0].text == "Hel"


async def test_what_is_deleted_is_not_written_after_all(recorder: Recorder, store: GatedStore) -> None:
    recorder.note_conversation(ONE)
    recorder.note_message(REPLY)
    recorder.note_conversation(replace(ONE, id="two"))
    await recorder.delete(("one",))
    await recorder.flush()
    assert [c.id for c in await store.conversations()] == ["two"]
    assert await store.messages("one") == []


async def test_what_could_not_be_deleted_is_still_written(recorder: Recorder, store: GatedStore) -> None:
    store.error = StoreFull("disk")
    recorder.note_conversation(replace(ONE, trashed_at=5.0))
    with pytest.raises(StoreFull):
        await recorder.delete(("one",))
    store.error = None
    await recorder.flush()
    assert [c.trashed_at for c in await store.conversations()] == [5.0]


async def test_what_is_not_stored_yet_is_read_all_the_same(recorder: Recorder, store: GatedStore) -> None:
    question = replace(REPLY, id="question", role=Role.USER, text="hi", status=Status.COMPLETE)
    recorder.note_message(question)
    recorder.note_message(REPLY)
    await recorder.flush()
    store.error = StoreFull("disk")
    ended = replace(REPLY, text="Hello", status=Status.COMPLETE)
    later = replace(question, id="later", parent_id=REPLY.id)
    recorder.note_message(ended)
    recorder.note_message(later)
    recorder.note_message(replace(question, id="elsewhere", conversation_id="two"))
    assert await recorder.messages("one") == [question, ended, later]
    store.error = None


async def test_a_bug_is_told_of(recorder: Recorder, store: GatedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    async def write(_batch: WriteBatch) -> None:
        raise LookupError("a bug")

    told: list[Exception] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context["exception"]))
    with monkeypatch.context() as broken:
        broken.setattr(store, "write", write)
        recorder.note_conversation(ONE)
        await until(lambda: told)
    assert [str(bug) for bug in told] == ["a bug"]
    await recorder.flush()
    assert await store.conversations() == [ONE]


async def test_a_huge_reply_on_a_full_disk_keeps_nothing_else_from_being_stored(
    store: GatedStore, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "RETRY_S", 0.2)
    room, write = [0], store._write

    async def write_what_fits(batch: WriteBatch) -> None:
        if sum(len(m.text) for m in batch.messages) > room[0]:
            raise StoreFull("full")
        await write(batch)

    monkeypatch.setattr(store, "_write", write_what_fits)
    heard = heard_by(recorder)
    room[0] = 1_000
    recorder.note_conversation(ONE)
    recorder.note_message(REPLY)
    huge = replace(REPLY, id="huge", text="x" * 2_000_000, status=Status.COMPLETE)
    recorder.note_message(huge)
    pieces = Pieces("Hel")
    recorder.follow(REPLY.id, pieces.take)
    await until(lambda: store._journal.get(REPLY.id) == ("Hel", ""))
    pieces.new.append("lo")
    await until(lambda: store._journal.get(REPLY.id) == ("Hello", ""))
    assert [m.id for m in await store.messages("one")] == ["m"]
    assert {m.id for m in await recorder.messages("one")} == {"m", "huge"}, "it is kept, and seen"
    assert isinstance(heard[0], StoreFailed)
    assert StoreRecovered() not in heard
    room[0] = 3_000_000
    await until(lambda: StoreRecovered() in heard)
    assert {m.id for m in await store.messages("one")} == {"m", "huge"}
    recorder.note_message(replace(REPLY, text="Hello", status=Status.COMPLETE))
