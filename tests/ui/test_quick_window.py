"""The quick window: a question and its reply in a small window, hidden without an end, continued as a tab."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from chat_world import DEMO, OPENAI, World, until
from fakes import PAUSE
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication

from desktop_chat.core.entities import ChatOptions, Status
from desktop_chat.core.workspace import Workspace
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.commands import help_lines
from desktop_chat.ui.quick.quick_tab import QuickTab
from desktop_chat.ui.quick.quick_window import KEPT_S, QuickWindow

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def window(here: World, clock: Clock) -> AsyncIterator[QuickWindow]:
    """The quick window, opened for a question."""
    here.preferences.update(default_connection_id=OPENAI.id, default_model="gpt-5.5")
    window = QuickWindow(here.context, Workspace(), clock)
    here.shown.append(window)
    await opened(window)
    yield window
    window.hide()
    if window.tab is not None:
        window.tab.close_view()


async def opened(window: QuickWindow, prompt: str = "") -> QuickTab:
    window.open(prompt=prompt)
    await until(lambda: tab_of(window).session is not None and window.focusWidget() is tab_of(window).composer.edit)
    return tab_of(window)


def tab_of(window: QuickWindow) -> QuickTab:
    assert window.tab is not None
    return window.tab


def press(window: QuickWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = window.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifiers)


def ask(window: QuickWindow, text: str) -> None:
    QTest.keyClicks(tab_of(window).composer.edit, text)
    press(window, Qt.Key.Key_Return)


async def replying(here: World, window: QuickWindow) -> QuickTab:
    here.provider.script("Half an ", PAUSE, "answer")
    ask(window, "hi")
    await here.provider.paused()
    return tab_of(window)


def test_it_is_above_all_others_and_begins_with_a_composer_alone(window: QuickWindow) -> None:
    assert window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert not tab_of(window).pages.isVisible()
    assert window.height() < 220
    assert window.windowTitle() == "Quick question"


async def test_a_reply_streams_in_place_and_the_conversation_is_an_ordinary_one(
    here: World, window: QuickWindow
) -> None:
    tab = await replying(here, window)
    assert tab.transcript.isVisible()
    assert window.height() > 400
    assert [one.id for one in here.library.shown()] == [tab.conversation_id]
    here.provider.go_on()
    await until(lambda: not tab.session.running)
    assert tab.session.path[-1].text == "Half an answer"


async def test_escape_hides_and_the_reply_goes_on(here: World, window: QuickWindow) -> None:
    tab = await replying(here, window)
    hidden = QSignalSpy(window.hidden)
    press(window, Qt.Key.Key_Escape)
    assert (window.isVisible(), hidden.count()) == (False, 1)
    here.provider.go_on()
    await until(lambda: not tab.session.running)
    assert tab.session.path[-1].status is Status.COMPLETE
    assert await opened(window) is tab, "an unseen reply is shown, however late"


async def test_its_own_key_stops_a_reply_and_keeps_the_text(here: World, window: QuickWindow) -> None:
    tab = await replying(here, window)
    assert "Shift+Esc" in tab.composer.stop_button.toolTip()
    press(window, Qt.Key.Key_Escape, SHIFT)
    await until(lambda: not tab.session.running)
    assert window.isVisible()
    assert (tab.session.path[-1].text, tab.session.path[-1].status) == ("Half an ", Status.CANCELLED)


async def test_a_running_reply_continues_in_the_main_window_as_the_same_session(
    here: World, window: QuickWindow
) -> None:
    tab = await replying(here, window)
    session = tab.session
    QTest.keyClicks(tab.composer.edit, "and then?")
    press(window, Qt.Key.Key_Return, CTRL)
    assert here.navigator.opened == [(tab.conversation_id, "", "")]
    assert not window.isVisible()
    assert window.tab is None
    main = here.show(ChatTab(here.context, session.conversation_id))
    await main.load()
    assert main.session is session
    assert session.running
    assert main.composer.text == "and then?"
    here.provider.go_on()
    await until(lambda: not session.running)
    main.close_view()


async def test_enter_sends_whatever_the_settings_say(here: World, window: QuickWindow) -> None:
    here.preferences.update(send_key="ctrl_enter")
    await replying(here, window)
    assert tab_of(window).composer.text == ""
    here.provider.go_on()


async def test_keys_belong_to_the_input_method_while_it_composes(here: World, window: QuickWindow) -> None:
    edit = tab_of(window).composer.edit
    QApplication.sendEvent(edit, QInputMethodEvent("ni hao", []))
    press(window, Qt.Key.Key_Return)
    press(window, Qt.Key.Key_Escape)
    press(window, Qt.Key.Key_Return, CTRL)
    assert window.isVisible()
    assert here.provider.prompts == []
    assert here.navigator.opened == []
    QApplication.sendEvent(edit, QInputMethodEvent())


async def test_one_key_puts_in_the_copied_text(window: QuickWindow) -> None:
    QGuiApplication.clipboard().setText("x = [1, 2]\nprint(x)")
    QTest.keyClicks(tab_of(window).composer.edit, "Explain: ")
    press(window, Qt.Key.Key_V, CTRL | SHIFT)
    assert tab_of(window).composer.text == "Explain: x = [1, 2]\nprint(x)"


async def test_a_read_conversation_stays_for_a_while_and_then_makes_room(
    here: World, window: QuickWindow, clock: Clock
) -> None:
    tab = await replying(here, window)
    here.provider.go_on()
    await until(lambda: not tab.session.running)
    press(window, Qt.Key.Key_Escape)
    clock.now += KEPT_S - 1
    assert await opened(window) is tab
    window.close()
    clock.now += KEPT_S + 1
    fresh = await opened(window)
    assert fresh is not tab
    assert not fresh.pages.isVisible()
    assert tab.conversation_id in here.library


async def test_what_is_written_stays_however_late(window: QuickWindow, clock: Clock, here: World) -> None:
    tab = tab_of(window)
    QTest.keyClicks(tab.composer.edit, "half a thought")
    press(window, Qt.Key.Key_Escape)
    assert here.library[tab.conversation_id].draft == "half a thought"
    clock.now += 2 * KEPT_S
    assert await opened(window) is tab
    other = await opened(window, "from elsewhere")
    assert (other.composer.text, tab.conversation_id in here.library) == ("from elsewhere", True)


async def test_another_question_leaves_the_running_reply_alone(here: World, window: QuickWindow) -> None:
    tab = await replying(here, window)
    session = tab.session
    press(window, Qt.Key.Key_N, CTRL)
    assert tab_of(window) is not tab
    here.provider.go_on()
    await until(lambda: not session.running)
    assert session.path[-1].status is Status.COMPLETE


async def test_a_blank_one_follows_what_was_used_last_and_what_is_asked_for(here: World, window: QuickWindow) -> None:
    tab = tab_of(window)
    here.preferences.update(default_model="small")
    await opened(window)
    assert here.library[tab.conversation_id].options.model == "small"
    window.open(ChatOptions(connection_id=DEMO.id, model="demo"))
    assert window.tab is tab
    assert here.library[tab.conversation_id].options.connection_id == DEMO.id


async def test_a_conversation_that_is_thrown_away_elsewhere_is_not_shown_any_more(
    here: World, window: QuickWindow
) -> None:
    tab = await replying(here, window)
    here.provider.go_on()
    await until(lambda: not tab.session.running)
    here.library.trash(tab.conversation_id)
    assert tab_of(window) is not tab
    fresh = tab_of(window)
    await until(lambda: fresh.session is not None)
    press(window, Qt.Key.Key_Escape)
    QTest.keyClicks(fresh.composer.edit, "a draft")
    fresh.keep_draft()
    await here.library.delete((fresh.conversation_id,))
    assert window.tab is None


async def test_a_list_of_models_has_room(window: QuickWindow) -> None:
    tab = tab_of(window)
    QTest.mouseClick(tab.composer.model_button, Qt.MouseButton.LeftButton)
    assert window.height() > 400


async def test_it_comes_back_where_and_as_large_as_it_was(here: World, window: QuickWindow) -> None:
    await replying(here, window)
    here.provider.go_on()
    window.setGeometry(40, 50, 520, 430)
    window.hide()
    second = QuickWindow(here.context, Workspace(**window.place))
    here.shown.append(second)
    await opened(second)
    assert (second.width(), second.height() < 220) == (520, True)
    assert second.pos() == window.pos()
    second._grow()
    assert second.height() == 430
    second.hide()
    tab_of(second).close_view()


async def test_its_words_follow_the_language(here: World, window: QuickWindow) -> None:
    here.languages.set_language("zh_CN")
    await until(lambda: window.windowTitle() == "快速提问")
    here.languages.set_language("en")
    await until(lambda: window.windowTitle() == "Quick question")


def test_the_help_lists_its_keys(qapp: QApplication) -> None:
    lines = next(lines for group, lines in help_lines("ctrl_enter") if group == "Quick question")
    assert ("Send", ["Enter"]) in lines
    assert ("Hide (the reply continues)", ["Esc"]) in lines
