"""The library: what changes conversations, who is notified, and what is stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import pytest
from fakes import MemoryStore
from prompt_loop import PromptLoop

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.entities import ChatOptions, Conversation
from desktop_chat.core.errors import StoreFull
from desktop_chat.core.library import Library, is_blank
from desktop_chat.core.library_events import (
    ConversationChanged,
    ConversationGrown,
    ConversationsAdded,
    ConversationsRemoved,
    LibraryEvent,
)
from desktop_chat.core.ports import SearchHit, WriteBatch
from desktop_chat.core.write_behind import WriteBehind


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
async def write_behind(store: MemoryStore) -> AsyncIterator[WriteBehind]:
    write_behind = WriteBehind(store)
    yield write_behind
    store.error = None
    await write_behind.aclose()


@pytest.fixture
def library(store: MemoryStore, write_behind: WriteBehind) -> Library:
    ticks = count(1)
    return Library(store, write_behind, clock=lambda: float(next(ticks)))


def heard_by(library: Library) -> list[LibraryEvent]:
    heard: list[LibraryEvent] = []
    library.events.add(heard.append)
    return heard


def started(library: Library, question: str = "How are you?") -> str:
    """Create a conversation with a question."""
    conversation = library.create(ChatOptions())
    library.record_message(conversation.id, f"leaf of {conversation.id}", question)
    return conversation.id


async def stored_titles(write_behind: WriteBehind, store: MemoryStore) -> list[str]:
    await write_behind.flush()
    return sorted(c.title for c in await store.conversations())


async def test_a_blank_conversation_is_neither_listed_nor_stored(
    library: Library, write_behind: WriteBehind, store: MemoryStore
) -> None:
    heard = heard_by(library)
    blank = library.create(ChatOptions(model="gpt"))
    assert heard == [ConversationChanged(blank)]
    library.set_options(blank.id, ChatOptions(model="other"))
    library.set_draft(blank.id, "  \n")
    assert library.shown() == []
    assert await stored_titles(write_behind, store) == []
    heard.clear()
    library.discard_if_blank(blank.id)
    assert heard == [ConversationsRemoved((blank.id,))]
    assert blank.id not in library
    library.discard_if_blank("unknown")


async def test_a_draft_or_a_title_is_enough_to_be_kept(
    library: Library, write_behind: WriteBehind, store: MemoryStore
) -> None:
    drafted, named = library.create(ChatOptions()), library.create(ChatOptions())
    library.set_draft(drafted.id, "half a thought")
    library.rename(named.id, "  My \n trip ")
    library.discard_if_blank(drafted.id)
    library.discard_if_blank(named.id)
    assert {c.title for c in library.shown()} == {"", "My trip"}
    assert await stored_titles(write_behind, store) == ["", "My trip"]
    library.set_draft(drafted.id, "")
    await write_behind.flush()
    assert {c.draft for c in await store.conversations()} == {""}


async def test_a_draft_may_be_nothing_but_files(
    library: Library, store: MemoryStore, write_behind: WriteBehind
) -> None:
    file = Attachment(AttachmentKind.DOCUMENT, "plan.pdf", "application/pdf", 1, "0")
    one = library.create(ChatOptions())
    assert is_blank(library[one.id])
    library.set_draft(one.id, "", (file,))
    library.discard_if_blank(one.id)
    library.set_draft(one.id, "words")
    library.set_options(one.id, ChatOptions(tools=("/calculate",)))
    await write_behind.flush()
    (stored,) = await store.conversations()
    assert (stored.draft, stored.draft_attachments, stored.options.tools) == ("words", (file,), ("/calculate",))
    library.record_message(one.id, "leaf", "", (file,))
    assert (library[one.id].draft, library[one.id].draft_attachments) == ("", ())
    assert library[one.id].title == "plan.pdf"


async def test_the_first_question_names_it_and_later_ones_do_not(library: Library) -> None:
    one = started(library, "First things first. And then?")
    library.record_message(one, "leaf 2", "Second")
    assert library[one].title == "First things first"
    library.rename(one, "Mine")
    library.record_message(one, "leaf 3", "Third")
    assert (library[one].title, library[one].title_is_own) == ("Mine", True)
    library.rename(one, " ")
    assert (library[one].title, library[one].title_is_own) == ("", False)
    library.record_message(one, "leaf 4", "Fourth")
    assert library[one].title == "Fourth"


async def test_pinned_conversations_come_first_then_the_newest(library: Library) -> None:
    old, middle, new = (started(library, question) for question in ("old", "middle", "new"))
    library.pin(old, pinned=True)
    assert [c.id for c in library.shown()] == [old, new, middle]
    library.record_message(middle, "leaf", None)
    assert [c.id for c in library.shown()] == [old, middle, new]


async def test_the_trash_restores_conversations_unchanged(library: Library) -> None:
    one, two = started(library), started(library)
    library.trash(one)
    library.trash(two)
    assert library.shown() == []
    assert [c.id for c in library.trashed()] == [two, one]
    library.restore(one)
    assert [c.id for c in library.shown()] == [one]


async def test_many_are_restored_and_deleted_some_at_a_time(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_chat.core.library._SLICE_S", 0.0)
    monkeypatch.setattr("desktop_chat.core.library._REMOVED_AT_ONCE", 2)
    ids = [started(library) for _ in range(5)]
    for conversation_id in ids:
        library.trash(conversation_id)
    seen: set[int] = set()

    async def watch() -> None:
        while True:
            seen.add(len(library.trashed()))
            await asyncio.sleep(0)

    watching = asyncio.create_task(watch())
    await library.restore_all([*ids, "deleted meanwhile"])
    assert seen >= {1, 2, 3, 4}
    heard = heard_by(library)
    await library.delete(ids)
    watching.cancel()
    assert heard == [ConversationsRemoved(tuple(ids[start : start + 2])) for start in (0, 2, 4)]
    assert library.shown() == library.trashed() == []


async def test_each_change_is_emitted_and_no_change_is_not(library: Library) -> None:
    one = started(library)
    heard = heard_by(library)
    library.pin(one, pinned=True)
    pinned = library[one]
    library.pin(one, pinned=True)
    library.show_path(one, "other leaf")
    assert heard == [ConversationChanged(pinned), ConversationChanged(library[one])]


async def test_everything_is_there_after_a_restart(
    library: Library, write_behind: WriteBehind, store: MemoryStore
) -> None:
    one = started(library)
    library.set_options(one, ChatOptions("c1", "gpt", streaming=False))
    library.set_draft(one, "next")
    await write_behind.flush()
    again = Library(store, write_behind)
    early = again.create(ChatOptions())
    await again.load()
    assert again[one] == library[one]
    assert early.id in again


@pytest.mark.parametrize("writable", [True, False])
async def test_a_deleted_draft_leaves_nothing(
    library: Library, write_behind: WriteBehind, store: MemoryStore, *, writable: bool
) -> None:
    one = library.create(ChatOptions()).id
    library.set_draft(one, "half a thought")
    await write_behind.flush()
    library.set_draft(one, "")
    await write_behind.flush()
    again = Library(store, write_behind)
    store.error = None if writable else StoreFull()
    await again.load()
    assert one not in again
    assert bool(await store.conversations()) is not writable


async def test_deletion_is_permanent(library: Library, write_behind: WriteBehind, store: MemoryStore) -> None:
    one, two = started(library), started(library)
    heard = heard_by(library)
    await library.delete((one, two))
    await write_behind.flush()
    assert await store.conversations() == []
    assert one not in library
    assert heard == [ConversationsRemoved((one, two))]


async def test_a_failed_deletion_keeps_it_in_the_list(library: Library, store: MemoryStore) -> None:
    one = started(library)
    store.error = StoreFull()
    with pytest.raises(StoreFull):
        await library.delete((one,))
    assert one in library


class StoreThatRefusesOnce(MemoryStore):
    """Rejects the first write, when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.refuse = asyncio.Event()

    async def write(self, batch: WriteBatch) -> None:
        if not self.refuse.is_set():
            await self.refuse.wait()
            raise StoreFull
        await super().write(batch)


async def test_a_conversation_deleted_during_a_failed_write_does_not_come_back() -> None:
    store = StoreThatRefusesOnce()
    write_behind = WriteBehind(store)
    library = Library(store, write_behind)
    one = started(library)
    writing = asyncio.create_task(write_behind.flush())
    await asyncio.sleep(0)
    deleting = asyncio.create_task(library.delete((one,)))
    await asyncio.sleep(0)
    store.refuse.set()
    await deleting
    with pytest.raises(StoreFull):
        await writing
    await write_behind.aclose()
    assert await store.conversations() == []


async def test_a_query_is_trimmed_and_a_blank_one_finds_nothing(
    library: Library, write_behind: WriteBehind, store: MemoryStore
) -> None:
    one = started(library, "Weather in Paris")
    await write_behind.flush()
    assert await library.search("  paris ") == [SearchHit(one, "")]
    assert await library.search("  ") == []


async def test_restored_conversations_join_the_existing_ones(
    library: Library, write_behind: WriteBehind, store: MemoryStore
) -> None:
    kept_id = started(library)
    await write_behind.flush()
    library.rename(kept_id, "As it is called now")
    lost = Conversation(title="Lost", leaf_id="m", created_at=1.0, updated_at=1.0)
    blank = Conversation(created_at=1.0, updated_at=1.0)
    await store.write(WriteBatch((lost, blank)))
    heard = heard_by(library)
    assert await library.add_restored((kept_id, "unknown")) == (lost,)
    assert heard == [ConversationsAdded((lost,)), ConversationGrown(kept_id)]
    assert {c.title for c in library.shown()} == {"Lost", "As it is called now"}
    assert await library.add_restored() == (), "it is there now"


async def test_thousands_of_conversations_appear_some_at_a_time(library: Library, store: MemoryStore) -> None:
    many = tuple(Conversation(title=f"c{number}", leaf_id="m", updated_at=1.0) for number in range(4_500))
    await store.write(WriteBatch(many))
    heard, has_begun = heard_by(library), asyncio.Event()
    library.events.add(lambda _: has_begun.set())
    adding = asyncio.create_task(library.add_restored())
    await has_begun.wait()
    assert len(heard) == 1, "others have their turn in between"
    assert len(library.shown()) == 1_000
    again, come = await asyncio.gather(library.add_restored(), adding)
    assert set(come) == set(many)
    assert len(again) <= 3_500
    told = [conversation.id for event in heard for conversation in event.conversations]
    assert sorted(told) == sorted(conversation.id for conversation in many), "each is announced once"
    assert all(len(event.conversations) <= 1_000 for event in heard)


def test_others_finish_what_they_do_between_those_that_appear() -> None:
    """To give way is not enough: the window's loop would take the next ones before it paints."""

    async def times() -> list[float]:
        store, told_at = MemoryStore(), list[float]()
        library = Library(store, WriteBehind(store))
        await store.write(WriteBatch(tuple(Conversation(leaf_id="m", updated_at=1.0) for _ in range(3_500))))
        library.events.add(lambda _: told_at.append(asyncio.get_running_loop().time()))
        await library.add_restored()
        return told_at

    with asyncio.Runner(loop_factory=PromptLoop) as runner:
        told_at = runner.run(times())
    assert len(told_at) == 4
    assert len(set(told_at)) == 4, "each after all that was ready before it"
