"""Tabs are opened, closed, moved and restored, each with its own conversation, and none is ever lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from chat_world import until
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QTabBar
from window_world import PlainTab, Shell, ShellMaker, kept, shells

from desktop_chat.core.entities import Connection, ConnectionKind
from desktop_chat.core.workspace import OpenTab, ScrollPlace, Workspace
from desktop_chat.ui.text.tab_state import TabState

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
async def maker(qapp: QApplication) -> AsyncIterator[ShellMaker]:
    async with shells(qapp) as maker:
        yield maker


def press(shell: Shell, key: Qt.Key, modifiers: Qt.KeyboardModifier = CTRL) -> None:
    QTest.keyClick(QApplication.focusWidget() or shell.window, key, modifiers)


def three(maker: ShellMaker) -> list[str]:
    return [maker.add(title) for title in ("one", "two", "three")]


async def test_a_first_start_shows_one_new_tab_ready_to_type(maker: ShellMaker) -> None:
    shell = await maker.open()
    assert shell.titles == ["New conversation"]
    assert shell.current.active
    assert QApplication.focusWidget() is shell.current.edit
    await until(lambda: shell.current.notes == ["load", "loaded"])


async def test_a_new_tabs_title_follows_the_language(maker: ShellMaker) -> None:
    shell = await maker.open()
    maker.here.languages.set_language("zh_CN")
    await until(lambda: shell.titles == ["新对话"])
    maker.here.languages.set_language("en")
    await until(lambda: shell.titles == ["New conversation"])


async def test_restored_tabs_know_their_titles_but_only_the_visible_one_is_loaded(maker: ShellMaker) -> None:
    ids = three(maker)
    shell = await maker.open(kept(*ids, active=1))
    assert shell.titles == ["one", "two", "three"]
    assert list(shell.made) == [ids[1]]
    shell.tabs.activate(ids[2])
    assert list(shell.made) == [ids[1], ids[2]]
    assert not shell.made[ids[1]].active


async def test_scroll_positions_order_and_closed_tabs_are_restored(maker: ShellMaker) -> None:
    ids = three(maker)
    places = [ScrollPlace("m1", 2, 3.5), None, ScrollPlace("m3")]
    tabs = tuple(OpenTab(known, place) for known, place in zip(ids, places, strict=True))
    closed = (OpenTab(maker.add("four"), ScrollPlace("m4")),)
    workspace = Workspace(tabs=tabs, active=2, closed=closed)
    shell = await maker.open(workspace)
    await until(lambda: shell.current.place == places[2])
    shell.current.place = ScrollPlace("m3", 9)
    now = shell.window.workspace()
    assert now.tabs == (*tabs[:2], OpenTab(ids[2], ScrollPlace("m3", 9)))
    assert (now.active, now.closed) == (2, closed)


async def test_deleted_and_trashed_conversations_are_not_restored(maker: ShellMaker) -> None:
    one, two, three_ = three(maker)
    maker.here.library.trash(two)
    shell = await maker.open(kept("never stored", one, two, three_, active=3, closed=(two,)))
    assert shell.titles == ["one", "three"]
    assert shell.tabs.current_id == three_
    assert shell.tabs.closed_tabs() == ()


async def test_a_blank_tab_that_was_in_view_is_restored(maker: ShellMaker) -> None:
    one = maker.add("one")
    shell = await maker.open(kept(one, "a blank one", active=1))
    assert shell.titles == ["one", "New conversation"]
    assert shell.tabs.current_id != one


async def test_keys_open_close_and_reopen(maker: ShellMaker) -> None:
    one, two, _ = ids = three(maker)
    shell = await maker.open(kept(*ids, active=1))
    await until(lambda: "loaded" in shell.current.notes)
    shell.current.place = ScrollPlace("m2", 4)
    press(shell, Qt.Key.Key_W)
    assert shell.titles == ["one", "three"]
    press(shell, Qt.Key.Key_T)
    assert shell.titles == ["one", "three", "New conversation"]
    press(shell, Qt.Key.Key_T, CTRL | SHIFT)
    assert shell.titles == ["one", "two", "three"], "it stands where it stood, and a blank tab gives way"
    assert shell.tabs.current_id == two
    await until(lambda: shell.current.place == ScrollPlace("m2", 4))
    assert one in shell.tabs.ids


async def test_keys_switch_tabs(maker: ShellMaker) -> None:
    one, two, last = ids = three(maker)
    shell = await maker.open(kept(*ids))
    seen = []
    for key, modifiers in (
        (Qt.Key.Key_Tab, CTRL),
        (Qt.Key.Key_PageDown, CTRL),
        (Qt.Key.Key_PageDown, CTRL),
        (Qt.Key.Key_PageUp, CTRL),
        (Qt.Key.Key_2, CTRL),
        (Qt.Key.Key_9, CTRL),
        (Qt.Key.Key_1, CTRL),
        (Qt.Key.Key_5, CTRL),
    ):
        press(shell, key, modifiers)
        seen.append(shell.tabs.current_id)
    assert seen == [two, last, one, last, two, last, one, one]
    assert QApplication.focusWidget() is shell.current.edit


async def test_a_closed_tab_is_gone_at_once_and_another_takes_its_place(maker: ShellMaker) -> None:
    one = maker.add("one")
    shell = await maker.open(kept(one, maker.add("two")))
    first = shell.made[one]
    await until(lambda: "loaded" in first.notes)
    shell.tabs.close_tab(one)
    assert shell.titles == ["two"]
    assert first.notes == ["load", "loaded", "closed"]
    shell.tabs.reopen()
    await until(lambda: "loaded" in shell.made[one].notes)
    assert shell.made[one] is not first


async def test_a_tab_closed_while_it_loads_leaves_nothing_behind(maker: ShellMaker) -> None:
    one = maker.add("one")
    shell = await maker.open(kept(maker.add("two"), one))
    shell.tabs.activate(one)
    notes = shell.made[one].notes
    shell.made[one].may_load.clear()
    await until(lambda: "load" in notes)
    shell.tabs.close_tab(one)
    assert "closed" in notes
    shell.made[one].may_load.set()
    await asyncio.sleep(0.01)
    assert "loaded" not in notes


async def test_at_the_end_no_tab_goes_on_loading_and_drafts_are_kept(maker: ShellMaker) -> None:
    ids = three(maker)
    shell = await maker.open(kept(*ids))
    await until(lambda: "loaded" in shell.current.notes)
    shell.tabs.activate(ids[1])
    first, loading = (shell.made[known] for known in ids[:2])
    loading.may_load.clear()
    await until(lambda: "load" in loading.notes)
    shell.window.finish()
    loading.may_load.set()
    await asyncio.sleep(0.01)
    assert (first.notes, loading.notes) == (["load", "loaded", "draft"], ["load", "draft"])


async def test_closing_the_last_tab_opens_a_new_one_and_forgets_a_blank_one(maker: ShellMaker) -> None:
    shell = await maker.open()
    blank = shell.tabs.current_id
    press(shell, Qt.Key.Key_W)
    assert shell.titles == ["New conversation"]
    assert shell.tabs.current_id != blank
    await until(lambda: blank not in maker.here.library)
    assert shell.tabs.closed_tabs() == ()


async def test_a_conversation_is_open_only_once(maker: ShellMaker) -> None:
    one = maker.add("one")
    shell = await maker.open()
    shell.tabs.open(one)
    assert shell.titles == ["one"], "in place of the blank tab"
    shell.tabs.new_tab()
    maker.here.library.set_draft(shell.tabs.current_id, "words")
    shell.tabs.open(one)
    assert shell.titles == ["one", "words"]
    assert shell.tabs.current_id == one


async def test_the_middle_button_and_the_cross_close(maker: ShellMaker) -> None:
    ids = three(maker)
    shell = await maker.open(kept(*ids))
    bar = shell.tabs.strip.bar
    QTest.mouseClick(bar, Qt.MouseButton.MiddleButton, pos=bar.tabRect(1).center())
    assert shell.titles == ["one", "three"]
    cross = bar.tabButton(0, QTabBar.ButtonPosition.RightSide)
    assert cross.accessibleName() == "Close tab"
    QTest.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert shell.titles == ["three"]


async def test_tabs_can_be_reordered_by_dragging(maker: ShellMaker) -> None:
    ids = three(maker)
    shell = await maker.open(kept(*ids))
    bar = shell.tabs.strip.bar
    start = bar.tabRect(0).center()
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 12):
        QTest.mouseMove(bar, start + QPoint(step * bar.tabRect(0).width() // 5, 0))
    QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(2).center())
    assert shell.titles[-1] == "one"
    assert [tab.conversation_id for tab in shell.window.workspace().tabs] == shell.tabs.ids
    assert shell.tabs.current_id == ids[0]


async def test_a_double_click_renames_in_place(maker: ShellMaker) -> None:
    one = maker.add("one")
    shell = await maker.open(kept(one, maker.add("two")))
    bar = shell.tabs.strip.bar
    QTest.mouseDClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(0).center())
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    assert line.selectedText() == "one"
    QTest.keyClicks(line, "A & B")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert maker.here.library[one].title == "A & B"
    assert QApplication.focusWidget() is shell.made[one].edit, "then one writes again"
    assert shell.titles[0] == "A & B"
    shell.tabs.rename(one)
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    QTest.keyClicks(line, "other")
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert shell.titles[0] == "A & B"


async def test_a_state_is_shown_and_announced(maker: ShellMaker) -> None:
    one = maker.add("one")
    shell = await maker.open(kept(one, maker.add("two")))
    bar = shell.tabs.strip.bar
    for state, words in (
        (TabState.STREAMING, "one, streaming"),
        (TabState.UNSEEN, "one, new reply"),
        (TabState.ERROR, "one, failed"),
        (TabState.IDLE, "one"),
    ):
        shell.current.state_changed.emit(state)
        assert (bar.tabToolTip(0), bar.accessibleTabName(0)) == (words, words)
        shell.window.grab()


async def test_the_menu_of_a_tab_closes_the_others(maker: ShellMaker) -> None:
    ids = three(maker)
    shell = await maker.open(kept(*ids, active=1))
    bar = shell.tabs.strip.bar
    bar.customContextMenuRequested.emit(bar.tabRect(2).center())
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    entries = {entry.text(): entry for entry in menu.actions()}
    assert list(entries) == ["Rename", "", "Close tab", "Close other tabs", "Reopen closed tab"]
    assert not entries["Reopen closed tab"].isEnabled()
    entries["Close other tabs"].trigger()
    menu.close()
    assert shell.titles == ["three"]
    assert [tab.conversation_id for tab in shell.tabs.closed_tabs()] == ids[:2]


async def test_many_tabs_are_listed_in_a_menu(maker: ShellMaker) -> None:
    ids = [maker.add(f"conversation {number}") for number in range(20)]
    shell = await maker.open(kept(*ids))
    strip = shell.tabs.strip
    assert strip.bar.is_crowded
    shell.window.grab()
    strip._all.click()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.actions()[17].trigger()
    menu.close()
    assert shell.tabs.current_id == ids[17]


async def test_trashing_a_conversation_closes_its_tab(maker: ShellMaker) -> None:
    one, two, _ = ids = three(maker)
    shell = await maker.open(kept(*ids))
    maker.here.library.trash(one)
    assert shell.titles == ["two", "three"]
    await maker.here.library.delete((two, one))
    assert shell.titles == ["three"]
    assert shell.tabs.closed_tabs() == ()


async def test_a_new_tab_uses_the_last_connection_and_never_the_demo(maker: ShellMaker) -> None:
    shell = await maker.open()
    library = maker.here.library
    assert library[shell.tabs.current_id].options.connection_id == "openai"
    maker.here.preferences.update(default_connection_id="demo", default_model="demo")
    shell.tabs.new_tab()
    assert library[shell.tabs.current_id].options.model == "demo"
    maker.here.preferences.update(default_connection_id="", connections=())
    shell.tabs.new_tab()
    assert library[shell.tabs.current_id].options.connection_id == ""
    local = Connection("local", "Local", "http://localhost/v1", default_model="m", kind=ConnectionKind.STORED)
    maker.here.preferences.put_connection(local)
    shell.tabs.new_tab()
    assert library[shell.tabs.current_id].options.model == "m"


async def test_a_tab_can_open_another_conversation(maker: ShellMaker) -> None:
    shell = await maker.open()
    first: PlainTab = shell.current
    maker.here.context.navigator.begin_conversation("too long a question")
    assert shell.current is not first
    await until(lambda: shell.current.edit.toPlainText() == "too long a question")


async def test_a_tab_reopened_from_the_list_is_where_it_was_left(maker: ShellMaker) -> None:
    _, two, _ = ids = three(maker)
    shell = await maker.open(kept(*ids, active=1))
    await until(lambda: "loaded" in shell.current.notes)
    shell.current.place = ScrollPlace("m2", -2_000_000, 4)
    shell.tabs.close_tab(two)
    shell.tabs.open(two)
    await until(lambda: shell.current.place == ScrollPlace("m2", -2_000_000, 4))
    assert shell.titles == ["one", "three", "two"], "who opens it anew has it at the end"


async def test_reopening_is_enabled_while_there_is_something_to_reopen(maker: ShellMaker) -> None:
    _, two, last = ids = three(maker)
    shell = await maker.open(kept(*ids))
    reopen = shell.window._actions["reopen_tab"]
    assert not reopen.isEnabled()
    shell.tabs.close_tab(two)
    assert reopen.isEnabled()
    shell.library.trash(two)
    assert not reopen.isEnabled(), "what is in the trash does not come back by this"
    shell.library.restore(two)
    assert reopen.isEnabled()
    shell.tabs.close_tab(last)
    reopen.trigger()
    reopen.trigger()
    assert shell.titles == ["one", "two", "three"]
    assert not reopen.isEnabled()
