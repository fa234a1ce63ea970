"""The tray's icon says what runs and leads to it; closing only hides a window that can be brought back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from chat_world import OPENAI, World, until
from fakes import PAUSE
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QWidget
from window_world import Shell, ShellMaker, control, shells

from desktop_chat.core.entities import ChatOptions, Conversation
from desktop_chat.core.global_keys import GLOBAL_KEYS, ShortcutRefused
from desktop_chat.ui.commands import GLOBAL_KEY_TEXTS
from desktop_chat.ui.settings import general_page
from desktop_chat.ui.settings.general_page import GeneralPage
from desktop_chat.ui.window import tray as tray_module
from desktop_chat.ui.window.report_notice import words_for
from desktop_chat.ui.window.tray import RECENT, Tray

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)  # the offscreen platform has none


@pytest.fixture
def a_tray(monkeypatch: pytest.MonkeyPatch) -> None:
    """A desktop with a tray."""
    for module in (tray_module, general_page):
        monkeypatch.setattr(module, "has_tray", lambda: True)


@pytest.fixture
def tray(here: World, a_tray: None) -> Tray:
    here.preferences.update(tray="icon")
    return Tray(here.context, here.show(QWidget()))


@pytest.fixture
async def maker(qapp: QApplication) -> AsyncIterator[ShellMaker]:
    async with shells(qapp) as maker:
        yield maker


def words_in(tray: Tray) -> list[str]:
    tray._menu.aboutToShow.emit()
    return [action.text() for action in tray._menu.actions() if not action.isSeparator()]


def named(here: World, title: str) -> Conversation:
    conversation = here.library.create(ChatOptions())
    here.library.rename(conversation.id, title)
    return conversation


async def test_it_shows_whether_replies_are_running(here: World, tray: Tray) -> None:
    assert tray.is_shown
    assert tray._icon.toolTip() == "Desktop Chat"
    at_rest = tray._icon.icon().pixmap(32, 32).toImage()
    here.provider.script("Half an ", PAUSE, "answer")
    view = here.context.sessions.view(here.library.create(ChatOptions(connection_id=OPENAI.id, model="gpt-5.5")).id)
    session = await view.load()
    session.send("hi")
    assert tray._icon.toolTip() == "Desktop Chat: 1 reply running"
    assert tray._icon.icon().pixmap(32, 32).toImage() != at_rest
    await here.provider.paused()
    here.provider.go_on()
    await until(lambda: not session.running)
    assert tray._icon.toolTip() == "Desktop Chat"
    assert tray._icon.icon().pixmap(32, 32).toImage() == at_rest
    view.close()


async def test_its_menu_leads_to_recent_conversations_and_to_quit(here: World, tray: Tray) -> None:
    made = [named(here, f"No. {number} & more") for number in range(RECENT + 1)]
    words = words_in(tray)
    assert words[:3] == ["Show Desktop Chat", "New tab", "Quick question"]
    assert len(words) == 3 + RECENT + 1
    assert words[-1] == "Quit"
    assert words[3].endswith("&& more")
    tray._menu.actions()[4].trigger()
    assert here.navigator.opened[0][0] in {one.id for one in made}
    asked = [QSignalSpy(signal) for signal in (tray.new_requested, tray.quick_requested, tray.quit_requested)]
    for action in (tray._menu.actions()[1], tray._menu.actions()[2], tray._menu.actions()[-1]):
        action.trigger()
    assert [spy.count() for spy in asked] == [1, 1, 1]


def test_it_follows_the_setting(here: World, tray: Tray) -> None:
    assert not tray.keeps_window
    here.preferences.update(tray="close")
    assert tray.keeps_window
    here.preferences.update(tray="off")
    assert not tray.is_shown
    assert not tray.keeps_window


def test_without_a_tray_closing_is_closing(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tray_module, "has_tray", lambda: False)
    here.preferences.update(tray="close")
    assert not Tray(here.context, here.show(QWidget())).keeps_window


async def test_closing_hides_the_window_if_the_person_chose_that_and_quit_quits(
    maker: ShellMaker, a_tray: None
) -> None:
    shell = await maker.open()
    asked, tray = QSignalSpy(shell.window.close_requested), Tray(maker.here.context, shell.window)
    shell.window.hides_instead = lambda: tray.keeps_window
    maker.here.preferences.update(tray="close")
    shell.window.close()
    assert (shell.window.isVisible(), asked.count()) == (False, 0)
    shell.window.come_forward()
    assert shell.window.isVisible()
    assert len(shell.tabs.ids) == 1
    shell.window._actions["quit"].trigger()
    assert asked.count() == 1
    maker.here.preferences.update(tray="icon")
    shell.window.close()
    assert (shell.window.isVisible(), asked.count()) == (True, 2)


async def test_the_settings_say_what_this_desktop_has(maker: ShellMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    shell = await maker.open()
    shell.window.open_settings("general")
    page = shell.window.findChild(GeneralPage)
    assert "no tray" in control(page, "tray").accessibleDescription()
    assert "desktop-chat --quick" in control(page, "quick_key").accessibleDescription()
    choice = control(page, "quick_key")
    choice.setCurrentIndex(1)
    choice.activated.emit(1)
    assert maker.here.preferences.settings.quick_key == GLOBAL_KEYS[0]


def test_every_key_is_written_for_people() -> None:
    assert tuple(GLOBAL_KEY_TEXTS) == GLOBAL_KEYS
    assert [text.lower().replace("+", "_") for text in GLOBAL_KEY_TEXTS.values()] == list(GLOBAL_KEYS)


async def test_a_refused_key_is_reported_with_a_remedy(maker: ShellMaker) -> None:
    shell: Shell = await maker.open()
    shell.window.tell(ShortcutRefused(is_taken=True))
    assert "Another program" in words_for(ShortcutRefused(is_taken=True))
    assert "desktop-chat --quick" in words_for(ShortcutRefused(is_taken=False))
