"""Two views of one conversation: the second comes in mid-stream and shows at once what the first shows."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from chat_world import OPENAI, World, until, world
from fakes import PAUSE
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication

from desktop_chat.core.deltas import ReasoningDelta
from desktop_chat.core.entities import ChatOptions, Status
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.selection.copying import layout_text


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp) as here:
        yield here


async def opened(here: World, conversation_id: str) -> ChatTab:
    tab = here.show(ChatTab(here.context, conversation_id))
    tab.set_active(True)
    await tab.load()
    return tab


async def streaming(here: World) -> ChatTab:
    """A tab with a reply in mid-stream."""
    here.provider.script(ReasoningDelta("Let me see. "), "Half an ", PAUSE, "answer")
    tab = await opened(here, here.library.create(ChatOptions(connection_id=OPENAI.id, model="gpt-5.5")).id)
    tab.composer.set_text("hi")
    QTest.keyClick(tab.composer.edit, Qt.Key.Key_Return)
    await here.provider.paused()
    return tab


def seen_in(tab: ChatTab) -> tuple[list[str], list[str]]:
    """The text in view, and what is said beside it."""
    layouts = [(one.entry, one.entry.layout) for one in tab.transcript.page.placed if one.entry.layout is not None]
    texts = [layout_text(layout) for entry, layout in layouts if isinstance(entry, BlockEntry)]
    labels = [label.text for _, layout in layouts for label in layout.labels]
    return texts, labels + [control.label for _, layout in layouts for control in layout.controls]


async def test_a_view_that_comes_in_mid_stream_shows_all_of_it(here: World) -> None:
    first = await streaming(here)
    await until(lambda: "Half an" in seen_in(first)[0])
    second = ChatTab(here.context, first.conversation_id)
    states = QSignalSpy(second.state_changed)
    here.show(second)
    await second.load()
    assert second.session is first.session
    assert seen_in(second) == seen_in(first)
    assert any(line.startswith("Thought for") for line in seen_in(second)[1])
    assert second.composer.stop_button.isVisible()
    assert states.at(0) == [TabState.STREAMING]
    here.provider.go_on()
    await until(lambda: "Half an answer" in seen_in(second)[0] and seen_in(second) == seen_in(first))
    await until(second.composer.send_button.isVisible)
    for tab in (first, second):
        tab.close_view()


async def test_stop_in_one_view_stops_for_all(here: World) -> None:
    first = await streaming(here)
    second = await opened(here, first.conversation_id)
    assert second.page is not None
    second.page.presenter.stop()
    third = await opened(here, first.conversation_id)
    assert third.composer.send_button.isVisible(), "it is being stopped already"
    assert "Stopping..." in seen_in(third)[1]
    await until(lambda: first.state is second.state is third.state is TabState.IDLE)
    assert third.session is not None
    assert (third.session.path[-1].text, third.session.path[-1].status) == ("Half an ", Status.CANCELLED)
    for tab in (first, second, third):
        tab.close_view()


async def test_who_asks_through_the_session_alone_finds_the_reply_in_a_tab_opened_later(here: World) -> None:
    here.provider.script("Half an ", PAUSE, "answer")
    view = here.context.sessions.view(here.library.create(ChatOptions(connection_id=OPENAI.id, model="gpt-5.5")).id)
    session = await view.load()
    session.send("hi")
    await here.provider.paused()
    view.close()
    tab = await opened(here, session.conversation_id)
    assert tab.session is session
    assert "Half an" in seen_in(tab)[0]
    here.provider.go_on()
    await until(lambda: "Half an answer" in seen_in(tab)[0])
    tab.close_view()
