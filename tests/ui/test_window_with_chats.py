"""Window and chats together: a running reply's text survives closing its tab."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from chat_world import OPENAI, World, until, world
from fakes import PAUSE
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from window_world import tab_of, window_with_chats

from desktop_chat.core.entities import Status
from desktop_chat.core.session import ChatSession
from desktop_chat.ui.sidebar.conversation_list_model import ListRole
from desktop_chat.ui.text.tab_state import TabState, state_text
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.window.main_window import MainWindow

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp, (OPENAI,)) as here:
        yield here


@pytest.fixture
async def window(here: World) -> AsyncIterator[MainWindow]:
    async with window_with_chats(here) as window:
        yield window


async def ask(here: World, window: MainWindow, question: str) -> None:
    await until(lambda: tab_of(window).session is not None)
    tab_of(window).composer.set_text(question)
    QTest.keyClick(tab_of(window).composer.edit, Qt.Key.Key_Return)
    await here.provider.paused()


async def test_closing_a_streaming_tab_keeps_its_text_and_reopening_shows_it(here: World, window: MainWindow) -> None:
    here.provider.script("Half an ", PAUSE, "answer")
    await ask(here, window, "A question")
    conversation_id = window.tabs.current_id
    assert window.tabs.strip.bar.accessibleTabName(0) == f"A question, {state_text(TabState.STREAMING)}"
    QTest.keyClick(tab_of(window).composer.edit, Qt.Key.Key_W, CTRL)
    assert window.tabs.current_id != conversation_id
    row = window.sidebar.conversations.model().index(1, 0)
    assert row.data(ListRole.CONVERSATION_ID) == conversation_id
    assert row.data(ListRole.STATE) == TabState.IDLE
    QTest.keyClick(window, Qt.Key.Key_T, CTRL | SHIFT)
    assert window.tabs.current_id == conversation_id
    await until(lambda: (session := tab_of(window).session) is not None and session.path)
    session = tab_of(window).session
    assert session is not None
    await until(lambda: not session.running)
    assert [(m.text, m.status) for m in session.path] == [
        ("A question", Status.COMPLETE),
        ("Half an ", Status.CANCELLED),
    ]
    assert here.provider.closed_streams == 1


async def test_a_reply_that_ends_in_a_hidden_tab_is_marked_until_seen(here: World, window: MainWindow) -> None:
    here.provider.script("An ", PAUSE, "answer")
    await ask(here, window, "A question")
    asked = window.tabs.current_id
    QTest.keyClick(tab_of(window).composer.edit, Qt.Key.Key_T, CTRL)
    assert window.tabs.current_id != asked
    here.provider.go_on()
    bar = window.tabs.strip.bar
    await until(lambda: bar.accessibleTabName(0) == f"A question, {state_text(TabState.UNSEEN)}")
    QTest.keyClick(window, Qt.Key.Key_Tab, CTRL)
    await until(lambda: bar.accessibleTabName(0) == "A question")


async def test_escape_stops_from_the_sidebar_too(here: World, window: MainWindow) -> None:
    here.provider.script("An ", PAUSE, "answer")
    await ask(here, window, "A question")
    window.sidebar.conversations.setFocus()
    QTest.keyClick(window.sidebar.conversations, Qt.Key.Key_Escape)
    session = tab_of(window).session
    assert session is not None
    await until(lambda: not session.running)
    assert session.path[-1].status is Status.CANCELLED


async def test_quitting_while_several_stream_stores_their_text(here: World, window: MainWindow) -> None:
    here.provider.script("Some ", PAUSE, "text")
    for number in range(3):
        if number:
            window.tabs.new_tab()
        await ask(here, window, f"Question {number}")
    window.finish()
    await here.context.sessions.aclose()
    await here.write_behind.flush()
    replies = [m for m in here.store.after_crash() if m.text == "Some "]
    assert [m.status for m in replies] == [Status.CANCELLED] * 3


async def asked(window: MainWindow, question: str) -> None:
    """Ask, and wait until the reply is complete."""
    await until(lambda: tab_of(window).session is not None)
    tab_of(window).composer.set_text(question)
    QTest.keyClick(tab_of(window).composer.edit, Qt.Key.Key_Return)
    await until(lambda: not session_of(window).running)


def session_of(window: MainWindow) -> ChatSession:
    session = tab_of(window).session
    assert session is not None
    return session


@pytest.mark.parametrize("is_open", [True, False])
async def test_a_search_hit_opens_at_its_position(here: World, is_open: bool) -> None:
    async with window_with_chats(here) as window:
        here.provider.script("A reply with a **nee**dle in it.\n\n" + "hay\n\n" * 300)
        await asked(window, "Where is it?")
        here.provider.script("other hay\n\n" * 300)
        await asked(window, "And what else?")
        await here.write_behind.flush()
        conversation_id, reply_id = window.tabs.current_id, session_of(window).path[1].id
        window.tabs.new_tab()
        if not is_open:
            window.tabs.close_tab(conversation_id)
        window.tabs.open_at(conversation_id, reply_id, "needle")
        await until(lambda: tab_of(window).session is not None and tab_of(window).transcript.find_session is not None)
        view = tab_of(window).transcript
        await until(
            lambda: (
                view.find_session is not None and view.find_session.tally.ordinal == 1 and view.find_session.complete
            )
        )
        shown = {view.model.row(one.spot.place).message.id for one in view.page.placed}
        assert reply_id in shown
        assert tab_of(window).finding.bar.line.text() == "needle"
        marks = [
            mark
            for one in view.page.placed
            if isinstance(one.entry, BlockEntry)
            for mark in view.find_session._marks(one.spot, one.entry)
        ]
        assert [mark.current for mark in marks] == [True]
        assert tab_of(window).composer.edit.hasFocus(), "one writes on"


@pytest.mark.parametrize("is_open", [True, False])
async def test_a_message_opens_at_its_beginning_without_the_find_bar(here: World, is_open: bool) -> None:
    async with window_with_chats(here) as window:
        for question in ("First", "Second", "Third"):
            here.provider.script(f"{question} reply\n\n" + "hay\n\n" * 300)
            await asked(window, question)
        await here.write_behind.flush()
        conversation_id, reply_id = window.tabs.current_id, session_of(window).path[3].id
        window.tabs.new_tab()
        if not is_open:
            window.tabs.close_tab(conversation_id)
        window.open_conversation(conversation_id, reply_id)
        await until(lambda: tab_of(window).session is not None)
        view = tab_of(window).transcript
        top = view.page.placed[0]
        assert (view.model.row(top.spot.place).message.id, top.spot.index, top.y) == (reply_id, 0, 0)
        assert not tab_of(window).finding.is_open
        assert tab_of(window).composer.edit.hasFocus()
        window.open_conversation(conversation_id, "deleted meanwhile")
        assert view.page.placed[0] == top


async def test_a_hit_in_another_version_of_a_reply_is_shown(here: World) -> None:
    async with window_with_chats(here) as window:
        here.provider.script("the needle")
        await asked(window, "first")
        first_id = session_of(window).path[1].id
        here.provider.script("something else")
        tab_of(window).page.actions.regenerate_last()
        await until(lambda: not session_of(window).running)
        assert first_id not in [message.id for message in session_of(window).path]
        window.tabs.open_at(window.tabs.current_id, first_id, "needle")
        assert first_id in [message.id for message in session_of(window).path]
        finding = tab_of(window).transcript.find_session
        assert finding is not None
        await until(lambda: finding.tally.ordinal == 1)
