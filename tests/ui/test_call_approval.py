"""A model asks to use a tool, in a tab: the card asks, the user decides by mouse or keyboard, the reply goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from chat_world import OPENAI, World, until, world
from fakes import PAUSE
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from test_reply_notifications import Desktop
from window_world import tab_of, window_with_chats

from desktop_chat import APP_ID
from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.deltas import FinishDelta, ToolCallDelta
from desktop_chat.core.entities import ChatOptions, Message
from desktop_chat.core.tools import CallStatus, ToolResult
from desktop_chat.ui.chat.attachments.document_preview import DocumentPreview
from desktop_chat.ui.chat.refusal_popup import RefusalPopup
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.window.reply_notifications import ReplyNotifications

CALLS = FinishDelta("tool_calls")
CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


async def weather(arguments: Mapping[str, Any]) -> ToolResult:
    return ToolResult(f"Rain in {arguments['city']}")


def call(city: str = "Rome", number: int = 0) -> ToolCallDelta:
    return ToolCallDelta(number, f"c{number}", "weather", f'{{"city": "{city}"}}')


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp, (OPENAI,)) as here:
        yield here


@pytest.fixture
async def tab(here: World) -> AsyncIterator[ChatTab]:
    tool = here.toolbox.add("weather", weather, server="sky")
    options = ChatOptions(connection_id=OPENAI.id, model="gpt-5.5", tools=(tool,))
    tab = here.show(ChatTab(here.context, here.library.create(options).id))
    await until(tab.isActiveWindow)
    tab.set_active(True)
    await tab.load()
    yield tab
    tab.close_view()


async def ask(here: World, tab: ChatTab, *calls: ToolCallDelta) -> None:
    """Ask a question, and wait until its reply asks to use a tool."""
    here.provider._scripts = [(*calls, CALLS), ("It rains.",)]
    tab.composer.edit.setFocus()
    tab.composer.set_text("Weather?")
    tab.composer.send_button.click()
    await until(lambda: tab.session is not None and len(tab.session.waiting_calls) == len(calls))
    await until(lambda: tab.transcript.hit_tester.cards.waiting_call() is not None)


async def ended(tab: ChatTab) -> Message:
    assert tab.session is not None
    await until(lambda: not tab.session.running)
    return tab.session.path[-1]


def click(tab: ChatTab, name: str) -> None:
    view = tab.transcript
    for one in view.page.placed:
        for control in one.entry.controls():
            if control.name == name:
                at = control.rects[0].center() + QPointF(view.page.column_x, one.y)
                QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at.toPoint())
                return
    raise AssertionError(name)


async def test_a_click_allows_a_call_and_the_reply_goes_on(here: World, tab: ChatTab) -> None:
    await ask(here, tab, call())
    assert tab.state is TabState.ASKING
    click(tab, "allow_once")
    reply = await ended(tab)
    assert (reply.text, reply.tool_calls[0].status) == ("It rains.", CallStatus.DONE)
    assert tab.state is TabState.IDLE


async def test_a_key_allows_a_call_from_the_composer(here: World, tab: ChatTab) -> None:
    tab.composer.edit.setFocus()
    await ask(here, tab, call())
    tab.composer.edit.setFocus()
    QTest.keyClick(tab.composer.edit, Qt.Key.Key_A, CONTROL_SHIFT)
    assert (await ended(tab)).tool_calls[0].status is CallStatus.DONE


async def test_refusing_tells_the_model_why(here: World, tab: ChatTab) -> None:
    await ask(here, tab, call())
    QTest.keyClick(tab.composer.edit, Qt.Key.Key_D, CONTROL_SHIFT)
    popup = tab.window().findChild(RefusalPopup)
    assert popup is not None
    assert popup.words.hasFocus()
    QTest.keyClicks(popup.words, "Look out of the window.")
    QTest.keyClick(popup.words, Qt.Key.Key_Return)
    refused = (await ended(tab)).tool_calls[0]
    assert refused.status is CallStatus.REFUSED
    assert refused.result.endswith("Look out of the window.")
    assert not here.toolbox.called


async def test_escape_leaves_a_call_waiting(here: World, tab: ChatTab) -> None:
    await ask(here, tab, call())
    click(tab, "refuse_call")
    QTest.keyClick(tab.window().findChild(RefusalPopup).words, Qt.Key.Key_Escape)
    assert len(tab.session.waiting_calls) == 1
    tab.composer.stop_button.click()
    assert (await ended(tab)).tool_calls[0].status is CallStatus.STOPPED


async def test_the_focus_goes_from_card_to_card_and_back(here: World, tab: ChatTab) -> None:
    await ask(here, tab, call("Rome"), call("Oslo", 1))
    await until(tab.transcript.hasFocus)
    assert tab.transcript.hit_tester.focused.value == "c0"
    QTest.keyClick(tab.transcript, Qt.Key.Key_A, CONTROL_SHIFT)
    assert tab.transcript.hit_tester.focused.value == "c1"
    await until(lambda: len(tab.session.waiting_calls) == 1 and not tab.transcript.document.item(1).behind)
    await until(lambda: tab.transcript.hit_tester.cards.waiting_call().value == "c1")
    QTest.keyClick(tab.transcript, Qt.Key.Key_A, CONTROL_SHIFT)
    assert tab.composer.edit.hasFocus()
    await ended(tab)


async def test_the_focus_stays_with_somebody_who_types(here: World, tab: ChatTab) -> None:
    here.provider._scripts = [(PAUSE, call(), CALLS), ("It rains.",)]
    tab.composer.edit.setFocus()
    tab.composer.set_text("Weather?")
    tab.composer.send_button.click()
    await here.provider.paused()
    QTest.keyClicks(tab.composer.edit, "And tomor")
    here.provider.go_on()
    await until(lambda: tab.session.waiting_calls)
    assert tab.composer.edit.hasFocus()
    click(tab, "allow_always")
    await ended(tab)
    assert here.preferences.settings.always_allowed == (("sky/weather", "1"),)


async def test_what_the_server_says_about_its_tool_is_there(here: World, tab: ChatTab) -> None:
    await ask(here, tab, call())
    click(tab, "describe_tool")
    layouts = [one.entry.layout for one in tab.transcript.page.placed if one.entry.layout is not None]
    assert "Does weather." in [label.text for layout in layouts for label in layout.labels]
    click(tab, "allow_here")
    await ended(tab)


async def test_a_call_that_waits_unseen_is_told(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async with window_with_chats(here) as window:
        desktop = Desktop()
        monkeypatch.setattr(QApplication, "alert", desktop.alert)
        monkeypatch.setattr(QApplication, "desktopFileName", lambda *_: APP_ID)
        monkeypatch.setattr(QApplication, "setBadgeNumber", lambda _app, number: desktop.set_badge(number))
        ReplyNotifications(here.context, window.tabs, desktop)
        await until(lambda: tab_of(window).session is not None)
        asked = tab_of(window)
        conversation = asked.session.conversation
        tool = here.toolbox.add("weather", weather, server="sky")
        here.library.set_options(conversation.id, replace(conversation.options, tools=(tool,)))
        here.provider._scripts = [(PAUSE, call(), CALLS), ("It rains.",)]
        asked.composer.set_text("Weather?")
        QTest.keyClick(asked.composer.edit, Qt.Key.Key_Return)
        await here.provider.paused()
        window.tabs.new_tab()
        here.provider.go_on()
        await until(lambda: desktop.shown)
        told = desktop.shown[conversation.id]
        assert (told.title, told.text) == ("Approval needed", "Weather?\nThe model asks to use weather of sky.")
        assert desktop.badge == 1
        window.tabs.activate(conversation.id)
        assert (desktop.shown, desktop.badge) == ({}, 0)
        asked.session.cancel()
        await until(lambda: not asked.session.running)


async def test_a_document_of_a_question_is_shown_as_it_was_read(here: World, tab: ChatTab) -> None:
    here.provider.script("Read.")
    text = await here.blobs.put(b"The text of the report.")
    report = Attachment(
        AttachmentKind.DOCUMENT, "report.pdf", "application/pdf", 9, "d" * 64, text_sha256=text, letters=23, pages=2
    )
    tab.session.send("Read this.", (report,))
    await ended(tab)
    click(tab, "open_document")
    preview = tab.findChild(DocumentPreview)
    assert preview is not None
    await until(lambda: preview.text.toPlainText() == "The text of the report.")
    assert not preview.way.isVisible()
    preview.reject()
