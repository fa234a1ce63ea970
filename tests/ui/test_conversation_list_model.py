"""The sidebar's rows always match what the library would give from scratch, and change one by one."""

from __future__ import annotations

import random
import time
from datetime import date

import pytest
from chat_world import World, world
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy
from PySide6.QtWidgets import QApplication
from window_world import add

from desktop_chat.core.entities import FROM_ENDPOINT, ChatOptions, Conversation
from desktop_chat.core.library import Library
from desktop_chat.core.library_events import ConversationsAdded
from desktop_chat.core.ports import SearchHit
from desktop_chat.ui.languages import local_day
from desktop_chat.ui.sidebar.conversation_list_model import ConversationListModel, ListRole
from desktop_chat.ui.text.conversation_title import title_of
from desktop_chat.ui.text.tab_state import TabState

DAY = 86_400
FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


@pytest.fixture
async def here(qapp: QApplication):
    async with world(qapp) as here:
        yield here


@pytest.fixture
def library(here: World) -> Library:
    return here.library


@pytest.fixture
def model(library: Library):
    model = ConversationListModel(library)
    tester = QAbstractItemModelTester(model, FATAL)
    yield model
    model.close()
    del tester


def rows(model: ConversationListModel) -> list[str]:
    """Return the titles, with headings in brackets."""
    indexes = [model.index(row) for row in range(model.rowCount())]
    return [index.data() if index.data(ListRole.CONVERSATION_ID) else f"[{index.data()}]" for index in indexes]


async def test_pinned_conversations_come_first_then_days(library: Library, model: ConversationListModel) -> None:
    now = time.time()
    add(library, "old", at=now - DAY)
    add(library, "kept", at=now - 40 * DAY, pinned=True)
    add(library, "new", at=now)
    assert rows(model) == ["[Pinned]", "kept", "[Today]", "new", "[Yesterday]", "old"]


async def test_a_message_moves_its_conversation_to_the_top(library: Library, model: ConversationListModel) -> None:
    now = time.time()
    old, new = add(library, "old", at=now - DAY), add(library, "new", at=now - 1)
    library.record_message(old, "another message")
    assert rows(model) == ["[Today]", "old", "new"]
    assert model.index_of(new).row() == 2
    library.trash(old)
    library.trash(new)
    assert rows(model) == []


async def test_headings_cannot_be_selected(library: Library, model: ConversationListModel) -> None:
    add(library, "one")
    assert model.flags(model.index(0)) == Qt.ItemFlag.NoItemFlags
    assert model.flags(model.index(1)) & Qt.ItemFlag.ItemIsEditable
    assert not model.setData(model.index(0), "name")


async def test_a_row_renames_its_conversation(library: Library, model: ConversationListModel) -> None:
    one = add(library, "one")
    assert model.setData(model.index_of(one), " my name ")
    assert library[one].title == "my name"
    assert library[one].title_is_own
    assert not model.setData(model.index_of(one), "  ")
    assert library[one].title == "my name"


async def test_a_title_change_affects_only_its_row(library: Library, model: ConversationListModel) -> None:
    one, _two = add(library, "one"), add(library, "two")
    changed, reset = QSignalSpy(model.dataChanged), QSignalSpy(model.modelReset)
    library.rename(one, "first")
    assert changed.count() == 1
    assert changed.at(0)[0] == model.index_of(one)
    assert reset.count() == 0


async def test_a_blank_conversation_is_not_listed_until_something_is_written(
    library: Library, model: ConversationListModel
) -> None:
    conversation = library.create(ChatOptions())
    assert rows(model) == []
    library.set_draft(conversation.id, "Half a thought")
    assert rows(model) == ["[Today]", "Half a thought"]


async def test_rows_stay_correct_whatever_happens(library: Library, model: ConversationListModel) -> None:
    chance = random.Random(7)
    known: list[str] = []
    for step in range(400):
        if len(known) < 3 or chance.random() < 0.35:
            known.append(add(library, f"c{step}", at=time.time() - chance.random() * 100 * DAY))
        await change_something(library, chance, known)
        if step % 20 == 0:
            fresh = ConversationListModel(library)
            assert rows(model) == rows(fresh)
            fresh.close()
    for conversation in library.shown():
        assert model.index_of(conversation.id).data(ListRole.CONVERSATION_ID) == conversation.id


async def change_something(library: Library, chance: random.Random, known: list[str]) -> None:
    one = chance.choice(known)
    what = chance.choice(("pin", "unpin", "message", "trash", "restore", "delete"))
    match what:
        case "pin" | "unpin":
            library.pin(one, pinned=what == "pin")
        case "message":
            library.record_message(one, f"m{chance.random()}")
        case "trash":
            library.trash(one)
        case "restore":
            library.restore(one)
        case "delete":
            known.remove(one)
            await library.delete((one,))


async def test_a_search_shows_its_hits(library: Library, model: ConversationListModel) -> None:
    one, two = add(library, "one"), add(library, "two")
    model.show_hits([SearchHit(two, "a snippet"), SearchHit(one, ""), SearchHit("gone", "")])
    assert rows(model) == ["two", "one"]
    assert model.index(0).data(ListRole.SNIPPET) == "a snippet"
    library.trash(two)
    assert rows(model) == ["one"]
    library.rename(one, "uno")
    assert rows(model) == ["uno"]
    model.show_all()
    assert rows(model) == ["[Today]", "uno"]


@pytest.mark.parametrize("seed", range(5))
async def test_the_list_follows_while_hits_are_shown(library: Library, model: ConversationListModel, seed: int) -> None:
    chance = random.Random(seed)
    known = [add(library, f"c{number}") for number in range(12)]
    for _ in range(10):
        model.show_hits([SearchHit(one, "") for one in chance.sample(known, 3)])
        for _ in range(3):
            await change_something(library, chance, known)
        resets = QSignalSpy(model.modelReset)
        model.leave_hits()
        assert resets.count() == 1
        after = rows(model)
        model.show_all()
        assert rows(model) == after


async def test_what_came_together_during_a_search_is_listed_afterwards(
    library: Library, model: ConversationListModel
) -> None:
    one = add(library, "one")
    model.leave_hits()
    model.show_hits([SearchHit(one, "")])
    come = Conversation(title="two", leaf_id="m", updated_at=time.time())
    library._conversations[come.id] = come
    library.events.emit(ConversationsAdded((come,)))
    assert rows(model) == ["one"]
    model.leave_hits()
    assert rows(model) == ["[Today]", "two", "one"]


@pytest.mark.parametrize("folder_open", [False, True])
async def test_what_comes_together_is_listed_as_if_it_had_been_there(
    library: Library, model: ConversationListModel, folder_open: bool
) -> None:
    model.open_folder(folder_open)
    chance, now = random.Random(3), time.time()
    for _ in range(6):
        come = tuple(
            Conversation(
                title=f"c{number}",
                leaf_id="m" if chance.random() < 0.9 else None,
                updated_at=now - chance.random() * 800 * DAY,
                pinned=chance.random() < 0.1,
                origin=FROM_ENDPOINT if chance.random() < 0.2 else "",
                trashed_at=now if chance.random() < 0.1 else None,
            )
            for number in range(40)
        )
        library._conversations |= {conversation.id: conversation for conversation in come}
        library.events.emit(ConversationsAdded(come))
        fresh = ConversationListModel(library)
        fresh.open_folder(folder_open)
        assert rows(model) == rows(fresh)
        assert model._folder == fresh._folder
        fresh.close()


async def test_few_days_are_looked_at_to_list_thousands(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    come = tuple(Conversation(leaf_id="m", updated_at=now - number * DAY / 24) for number in range(10_000))
    library._conversations |= {conversation.id: conversation for conversation in come}
    looked_at: list[float] = []
    monkeypatch.setattr(
        "desktop_chat.ui.sidebar.conversation_list_model.local_day",
        lambda moment: looked_at.append(moment) or local_day(moment),
    )
    model = ConversationListModel(library)
    headings = sum(not model.index(row).data(ListRole.CONVERSATION_ID) for row in range(model.rowCount()))
    assert model.rowCount() == 10_000 + headings
    assert len(looked_at) <= headings * 16
    model.close()


async def test_a_state_is_announced_with_the_title(library: Library, model: ConversationListModel) -> None:
    one = add(library, "one")
    model.set_state(one, TabState.STREAMING)
    index = model.index_of(one)
    assert index.data(ListRole.STATE) == TabState.STREAMING
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "one, streaming"
    model.set_state(one, TabState.IDLE)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "one"


async def test_a_new_day_moves_the_headings(library: Library) -> None:
    now = time.time()
    add(library, "one", at=now)
    days = [local_day(now)]
    model = ConversationListModel(library, clock=lambda: days[-1])
    assert rows(model)[0] == "[Today]"
    days.append(date.fromordinal(days[0].toordinal() + 1))
    model.refresh_day()
    assert rows(model)[0] == "[Yesterday]"
    model.close()


async def test_ten_thousand_conversations_change_one_row_at_a_time(library: Library) -> None:
    now = time.time()
    for number in range(10_000):
        conversation = Conversation(title=f"c{number}", leaf_id="m", updated_at=now - number * DAY / 24)
        library._conversations[conversation.id] = conversation
    model = ConversationListModel(library)
    last = library.shown()[-1].id
    removed, inserted, reset = (
        QSignalSpy(signal) for signal in (model.rowsRemoved, model.rowsInserted, model.modelReset)
    )
    library.record_message(last, "m2")
    assert model.index_of(last).row() == 1
    assert (removed.count(), inserted.count(), reset.count()) == (1, 1, 0)
    assert model.rowCount(QModelIndex()) > 10_000
    model.close()


def test_a_conversation_always_has_a_name() -> None:
    assert title_of(Conversation()) == "New conversation"
    assert title_of(Conversation(draft="Some words. More")) == "Some words"
    assert title_of(Conversation(title="A title", draft="x")) == "A title"
