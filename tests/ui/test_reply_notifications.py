"""The desktop tells of replies that end unseen, and no longer once somebody looks at them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from chat_world import OPENAI, World, until, world
from fakes import CUT, PAUSE
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from window_world import tab_of, window_with_chats

from desktop_chat import APP_ID
from desktop_chat.core.errors import AuthenticationFailed
from desktop_chat.core.ports import Notification
from desktop_chat.ui.window.main_window import MainWindow
from desktop_chat.ui.window.reply_notifications import ReplyNotifications


class Desktop:
    """Implements `core.ports.Notifier`, and records the attention that was asked for."""

    def __init__(self) -> None:
        self.shown: dict[str, Notification] = {}
        self.alerts: list[QWidget] = []
        self.badge = 0

    def show(self, notification: Notification) -> None:
        self.shown[notification.conversation_id] = notification

    def withdraw(self, conversation_id: str) -> None:
        self.shown.pop(conversation_id, None)

    def alert(self, window: QWidget, _duration: int = 0) -> None:
        self.alerts.append(window)

    def set_badge(self, number: int) -> None:
        self.badge = number


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp, (OPENAI,)) as here:
        yield here


@pytest.fixture
async def window(here: World) -> AsyncIterator[MainWindow]:
    async with window_with_chats(here) as window:
        yield window


@pytest.fixture
def desktop(here: World, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Desktop:
    desktop = Desktop()
    monkeypatch.setattr(QApplication, "alert", desktop.alert)
    monkeypatch.setattr(QApplication, "desktopFileName", lambda *_: APP_ID)
    monkeypatch.setattr(QApplication, "setBadgeNumber", lambda _app, number: desktop.set_badge(number))
    ReplyNotifications(here.context, window.tabs, desktop)
    return desktop


async def asked(here: World, window: MainWindow, question: str = "A question") -> str:
    """Ask in the current tab, and return its conversation while the reply waits for `go_on`."""
    await until(lambda: tab_of(window).session is not None)
    tab_of(window).composer.set_text(question)
    QTest.keyClick(tab_of(window).composer.edit, Qt.Key.Key_Return)
    await here.provider.paused()
    return window.tabs.current_id


async def ended(here: World, conversation_id: str) -> None:
    """Let the reply go on to its end."""
    session = here.context.sessions._open[conversation_id].session
    assert session is not None
    here.provider.go_on()
    await until(lambda: not session.running)


async def test_a_reply_that_is_watched_is_no_news(here: World, window: MainWindow, desktop: Desktop) -> None:
    here.provider.script("Yes", PAUSE)
    await ended(here, await asked(here, window))
    assert (desktop.shown, desktop.alerts, desktop.badge) == ({}, [], 0)


async def test_a_reply_in_a_hidden_tab_is_told_until_the_tab_is_shown(
    here: World, window: MainWindow, desktop: Desktop
) -> None:
    here.provider.script("A secret", PAUSE)
    conversation_id = await asked(here, window, "Which <one>?")
    reply_id = tab_of(window).session.path[-1].id
    window.tabs.new_tab()
    await ended(here, conversation_id)
    assert desktop.shown == {
        conversation_id: Notification(conversation_id, reply_id, "Reply finished", "Which <one>?", "Open"),
    }
    assert desktop.alerts == [window]
    assert desktop.badge == 1
    window.tabs.activate(conversation_id)
    assert (desktop.shown, desktop.badge) == ({}, 0)


async def test_a_reply_behind_another_program_is_told_until_the_window_is_used(
    here: World, window: MainWindow, desktop: Desktop
) -> None:
    here.provider.script("Yes", PAUSE)
    conversation_id = await asked(here, window)
    with_focus = QWidget()  # as another program has it: none of our conversations is in it
    with_focus.show()
    with_focus.activateWindow()
    await until(with_focus.isActiveWindow)
    await ended(here, conversation_id)
    assert set(desktop.shown) == {conversation_id}
    with_focus.close()
    window.activateWindow()
    await until(lambda: not desktop.shown)
    with_focus.deleteLater()


async def test_the_text_is_shown_only_where_the_person_allows_it(
    here: World, window: MainWindow, desktop: Desktop
) -> None:
    here.preferences.update(notification_text=True)
    here.provider.script("Long\n\n" + "word " * 100, PAUSE)
    conversation_id = await asked(here, window)
    window.tabs.new_tab()
    await ended(here, conversation_id)
    first, second = desktop.shown[conversation_id].text.split("\n")
    assert first == "A question"
    assert second.startswith("Long word word")
    assert len(second) == 201


@pytest.mark.parametrize(("wanted", "told"), [("all", "Reply failed"), ("failed", "Reply failed"), ("off", None)])
async def test_a_failure_is_told_with_its_reason(
    here: World, window: MainWindow, desktop: Desktop, wanted: str, told: str | None
) -> None:
    here.preferences.update(notifications=wanted)
    here.provider.script(PAUSE, AuthenticationFailed("the server's own words"))
    conversation_id = await asked(here, window)
    window.tabs.new_tab()
    await ended(here, conversation_id)
    shown = desktop.shown.get(conversation_id)
    assert (shown.title if shown else None) == told
    if shown is not None:
        assert shown.is_failure
        assert "key" in shown.text
        assert "own words" not in shown.text


async def test_an_interrupted_reply_is_called_so(here: World, window: MainWindow, desktop: Desktop) -> None:
    here.provider.script("Half", PAUSE, CUT)
    conversation_id = await asked(here, window)
    window.tabs.new_tab()
    await ended(here, conversation_id)
    assert desktop.shown[conversation_id].title == "Reply interrupted"


async def test_only_failures_are_told_where_that_is_chosen(here: World, window: MainWindow, desktop: Desktop) -> None:
    here.preferences.update(notifications="failed")
    here.provider.script("Yes", PAUSE)
    conversation_id = await asked(here, window)
    window.tabs.new_tab()
    await ended(here, conversation_id)
    assert desktop.shown == {}


async def test_a_stopped_reply_and_a_closed_tab_are_no_news(here: World, window: MainWindow, desktop: Desktop) -> None:
    here.provider.script("Half", PAUSE)
    conversation_id = await asked(here, window)
    session = here.context.sessions._open[conversation_id].session
    assert session is not None
    window.tabs.new_tab()
    window.tabs.close_tab(conversation_id)
    await until(lambda: not session.running)
    assert desktop.shown == {}


async def test_a_conversation_that_is_thrown_away_is_no_longer_told(
    here: World, window: MainWindow, desktop: Desktop
) -> None:
    here.provider.script("Yes", PAUSE)
    conversation_id = await asked(here, window)
    window.tabs.new_tab()
    await ended(here, conversation_id)
    here.library.trash(conversation_id)
    assert (desktop.shown, desktop.badge) == ({}, 0)
