"""What callers of the local endpoint asked is in a folder of its own, which is closed until it is opened."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from chat_world import World
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from test_conversation_list_model import DAY, FATAL, change_something, rows
from window_world import Shell, ShellMaker, add, shells

from desktop_chat.core.entities import FROM_ENDPOINT
from desktop_chat.core.library import Library
from desktop_chat.core.workspace import Workspace
from desktop_chat.ui.sidebar.conversation_list import ConversationListView
from desktop_chat.ui.sidebar.conversation_list_model import ConversationListModel, ListRole


@pytest.fixture
def library(here: World) -> Library:
    return here.library


@pytest.fixture
def model(library: Library) -> Iterator[ConversationListModel]:
    model = ConversationListModel(library)
    tester = QAbstractItemModelTester(model, FATAL)
    yield model
    model.close()
    del tester


def ask(library: Library, title: str, age: float = 0.0) -> str:
    return add(library, title, at=time.time() - age, origin=FROM_ENDPOINT)


async def test_the_folder_is_one_row_until_it_is_opened(library: Library, model: ConversationListModel) -> None:
    add(library, "mine")
    one, two = ask(library, "one", 2 * DAY), ask(library, "two", 1)
    assert rows(model) == ["[Local endpoint]", "[Today]", "mine"]
    assert model.index(0).data(ListRole.FOLDER_SIZE) == 2
    assert model.index(1).data(ListRole.FOLDER_SIZE) == 0
    assert not model.index_of(one).isValid()
    model.open_folder(True)
    assert rows(model) == ["[Local endpoint]", "two", "one", "[Today]", "mine"]
    assert model.index_of(two).row() == 1
    model.open_folder(False)
    assert rows(model) == ["[Local endpoint]", "[Today]", "mine"]


async def test_a_pinned_one_is_with_the_pinned(library: Library, model: ConversationListModel) -> None:
    one = ask(library, "one")
    library.pin(one, pinned=True)
    assert rows(model) == ["[Pinned]", "one"]
    library.pin(one, pinned=False)
    assert rows(model) == ["[Local endpoint]"]


@pytest.mark.parametrize("opened", [False, True])
async def test_the_heading_leaves_with_the_last_conversation(
    library: Library, model: ConversationListModel, opened: bool
) -> None:
    model.open_folder(opened)
    one, two = ask(library, "one"), ask(library, "two")
    library.trash(one)
    assert model.index(0).data(ListRole.FOLDER_SIZE) == 1
    await library.delete([two])
    assert rows(model) == []
    library.restore(one)
    assert rows(model) == ["[Local endpoint]", "one"][: 1 + opened]


async def test_the_heading_is_a_row_that_can_be_reached_and_says_what_it_is(
    library: Library, model: ConversationListModel
) -> None:
    ask(library, "one")
    heading = model.index(0)
    assert model.flags(heading) & Qt.ItemFlag.ItemIsSelectable
    assert not model.flags(heading) & Qt.ItemFlag.ItemIsEditable
    assert heading.data(Qt.ItemDataRole.AccessibleTextRole) == "Local endpoint, 1 conversation, collapsed"
    model.open_folder(True)
    assert heading.data(Qt.ItemDataRole.AccessibleTextRole) == "Local endpoint, 1 conversation, expanded"
    assert model.flags(QModelIndex()) == Qt.ItemFlag.NoItemFlags


async def test_rows_stay_correct_whatever_happens(library: Library, model: ConversationListModel) -> None:
    chance = random.Random(11)
    known: list[str] = []
    for step in range(300):
        if len(known) < 3 or chance.random() < 0.35:
            age = chance.random() * 100 * DAY
            origin = chance.choice(["", FROM_ENDPOINT])
            known.append(add(library, f"c{step}", at=time.time() - age, origin=origin))
        await change_something(library, chance, known)
        if chance.random() < 0.1:
            model.open_folder(not model.folder_open)
        if step % 20 == 0:
            fresh = ConversationListModel(library)
            fresh.open_folder(model.folder_open)
            assert rows(model) == rows(fresh)
            fresh.close()


@pytest.fixture
async def maker(qapp: QApplication) -> AsyncIterator[ShellMaker]:
    async with shells(qapp) as maker:
        yield maker


def view(shell: Shell) -> ConversationListView:
    return shell.window.sidebar.conversations


def titles(shell: Shell) -> list[str]:
    model = view(shell).model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


async def test_a_click_opens_and_closes_it(maker: ShellMaker) -> None:
    ask(maker.here.library, "one")
    shell = await maker.open()
    changed: list[bool] = []
    shell.window.workspace_changed.connect(lambda: changed.append(True))
    for expected in (["Local endpoint", "one"], ["Local endpoint"]):
        place = view(shell).visualRect(view(shell).model().index(0, 0)).center()
        QTest.mouseClick(view(shell).viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert titles(shell) == expected
        assert changed, "so that it is remembered"
        changed.clear()


async def test_the_keyboard_reaches_it_opens_it_and_goes_on(maker: ShellMaker) -> None:
    one = ask(maker.here.library, "one")
    mine = maker.add("mine")
    shell = await maker.open()
    view(shell).setFocus()
    assert view(shell).current_id == mine, "the first conversation, not the folder"
    QTest.keyClick(view(shell), Qt.Key.Key_Up)
    assert view(shell).currentIndex().row() == 0
    for key, is_open in ((Qt.Key.Key_Return, True), (Qt.Key.Key_Left, False), (Qt.Key.Key_Right, True)):
        QTest.keyClick(view(shell), key)
        assert view(shell).folder_open is is_open
        assert view(shell).currentIndex().row() == 0
    QTest.keyClick(view(shell), Qt.Key.Key_Down)
    assert view(shell).current_id == one
    QTest.keyClick(view(shell), Qt.Key.Key_Return)
    assert shell.tabs.current_id == one


async def test_whether_it_is_open_is_remembered(maker: ShellMaker) -> None:
    ask(maker.here.library, "one")
    shell = await maker.open()
    assert not shell.window.workspace().endpoint_folder_open
    view(shell).open_folder(True)
    left = shell.window.workspace()
    assert left.endpoint_folder_open
    again = await maker.open(Workspace(endpoint_folder_open=left.endpoint_folder_open))
    assert titles(again) == ["Local endpoint", "one"]
