"""The window executes its commands, remembers its geometry, and closes only when allowed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from chat_world import until
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QScrollArea, QToolButton
from window_world import Shell, ShellMaker, kept, shells

from desktop_chat import HOME_PAGE, __version__
from desktop_chat.core.errors import SettingsError, StoreLocked
from desktop_chat.core.installation import Installation, InstalledFrom
from desktop_chat.core.open_request import OpenRequest
from desktop_chat.core.reports import DatabaseRecovered, NewerVersion, UnexpectedExit
from desktop_chat.core.settings import ZOOM_STEPS, SettingsProblem
from desktop_chat.core.workspace import OpenTab, Workspace
from desktop_chat.ui.commands import help_lines
from desktop_chat.ui.dialogs.about import LIBRARIES, AboutDialog, installation_words, installed
from desktop_chat.ui.dialogs.crash import CrashDialog
from desktop_chat.ui.dialogs.shortcuts import ShortcutsDialog
from desktop_chat.ui.settings.settings_dialog import SettingsDialog
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.window.report_notice import CLOSE, DOWNLOAD, Report, ReportNotice, words_for

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
async def maker(qapp: QApplication) -> AsyncIterator[ShellMaker]:
    async with shells(qapp) as maker:
        yield maker


def press(shell: Shell, key: Qt.Key, modifiers: Qt.KeyboardModifier = CTRL) -> None:
    QTest.keyClick(QApplication.focusWidget() or shell.window, key, modifiers)


async def test_the_names_that_automation_relies_on(maker: ShellMaker) -> None:
    shell = await maker.open()
    assert shell.window.windowTitle() == "Desktop Chat"
    assert shell.window.accessibleName() == "Desktop Chat"
    buttons = [button for button in shell.window.findChildren(QToolButton) if button.isVisible()]
    names = [button.accessibleName() or button.text() for button in buttons]
    assert "New tab" in names
    assert "Menu" in names
    assert all(names)


async def test_closing_asks_and_waits_until_it_is_allowed(maker: ShellMaker) -> None:
    shell = await maker.open()
    asked = QSignalSpy(shell.window.close_requested)
    press(shell, Qt.Key.Key_Q)
    assert asked.count() == 1
    assert shell.window.isVisible()
    shell.window.finish()
    assert shell.current.notes[-1] == "draft"
    shell.window.allow_close()
    shell.window.close()
    assert not shell.window.isVisible()


async def test_its_geometry_is_restored(maker: ShellMaker) -> None:
    first = await maker.open()
    first.window.resize(760, 560)
    first.window._splitter.moveSplitter(230, 1)
    changed = QSignalSpy(first.window.workspace_changed)
    press(first, Qt.Key.Key_B)
    assert changed.count() > 0
    workspace = first.window.workspace()
    assert (workspace.sidebar_width, workspace.sidebar_shown) == (230, False)
    second = await maker.open(workspace)
    assert second.window.size() == first.window.size()
    assert not second.window.sidebar.isVisible()
    assert second.tabs.strip.toggle.isVisible()
    press(second, Qt.Key.Key_B)
    assert second.window.sidebar.isVisible()
    assert second.window.sidebar.width() == 230


async def test_a_damaged_geometry_is_ignored(maker: ShellMaker) -> None:
    shell = await maker.open(Workspace(geometry="no base64!", active=7))
    assert shell.window.width() >= 640


async def test_the_size_is_restored_if_the_geometry_cannot_be_used(maker: ShellMaker) -> None:
    first = await maker.open()
    first.window.resize(730, 510)
    left = first.window.workspace()
    second = await maker.open(replace(left, geometry=""))
    assert second.window.size() == QSize(730, 510)
    third = await maker.open(replace(left, geometry="", width=90_000, height=90_000))
    room = third.window.screen().availableSize()
    assert third.window.width() <= room.width()
    assert third.window.height() < room.height(), "with its title"


async def test_dialogs_fit_the_screen_at_every_zoom(maker: ShellMaker) -> None:
    shell = await maker.open()
    maker.here.preferences.update(zoom=3.0)
    maker.here.theme.set_zoom(3.0)
    shell.window.open_settings("general")
    (dialog,) = shell.window.findChildren(SettingsDialog)
    room = dialog.screen().availableSize()
    assert dialog.width() <= room.width()
    assert dialog.height() <= room.height()
    dialog.close()


async def test_zoom_goes_by_steps_and_back(maker: ShellMaker) -> None:
    shell = await maker.open()
    preferences = maker.here.preferences
    press(shell, Qt.Key.Key_Plus)
    press(shell, Qt.Key.Key_Equal)
    assert preferences.settings.zoom == 1.25
    press(shell, Qt.Key.Key_0)
    press(shell, Qt.Key.Key_Minus)
    assert preferences.settings.zoom == 0.9
    for _ in ZOOM_STEPS:
        press(shell, Qt.Key.Key_Minus)
    assert preferences.settings.zoom == ZOOM_STEPS[0]


async def test_the_layout_holds_at_every_zoom(maker: ShellMaker) -> None:
    shell = await maker.open(kept(*(maker.add(f"number {n}") for n in range(6))))
    for zoom in (0.5, 1.5, 3.0):
        maker.here.theme.set_zoom(zoom)
        bar = shell.tabs.strip.bar
        assert bar.tabRect(0).width() >= maker.here.theme.px(100)
        shell.window.grab()


async def test_escape_stops_only_streaming_replies(maker: ShellMaker) -> None:
    shell = await maker.open()
    press(shell, Qt.Key.Key_Escape, PLAIN)
    assert "stop" not in shell.current.notes
    shell.current.state_changed.emit(TabState.STREAMING)
    press(shell, Qt.Key.Key_Escape, PLAIN)
    assert shell.current.notes.count("stop") == 1


async def test_keys_reach_the_conversation_from_anywhere(maker: ShellMaker) -> None:
    shell = await maker.open()
    shell.window.sidebar.focus_search()
    press(shell, Qt.Key.Key_L)
    assert QApplication.focusWidget() is shell.current.edit
    press(shell, Qt.Key.Key_C, CTRL | SHIFT)
    assert shell.current.notes[-1] == "copy"
    press(shell, Qt.Key.Key_R, CTRL | SHIFT)
    assert shell.current.notes[-1] == "regenerate"
    shell.window._actions["summarise"].trigger()
    assert shell.current.notes[-1] == "summarise"


async def test_f2_renames_what_has_the_focus(maker: ShellMaker) -> None:
    one = maker.add("one")
    shell = await maker.open(Workspace(tabs=(OpenTab(one),)))
    press(shell, Qt.Key.Key_F2, PLAIN)
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    assert line.selectedText() == "one"
    QTest.keyClicks(line, "two")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert maker.conversation(one).title == "two"
    shell.window.sidebar.conversations.setFocus()
    press(shell, Qt.Key.Key_F2, PLAIN)
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    assert shell.window.sidebar.isAncestorOf(line)
    QTest.keyClick(line, Qt.Key.Key_Escape)


async def test_hiding_the_sidebar_keeps_the_focus_elsewhere(maker: ShellMaker) -> None:
    shell = await maker.open()
    shell.window.sidebar.focus_search()
    press(shell, Qt.Key.Key_B)
    assert shell.window.sidebar.isHidden()
    assert QApplication.focusWidget() is shell.current.edit


async def test_a_new_reading_position_is_saved(maker: ShellMaker) -> None:
    shell = await maker.open()
    changes = QSignalSpy(shell.window.workspace_changed)
    shell.current.scrolled.emit()
    assert changes.count() == 1


async def test_searching_shows_the_sidebar(maker: ShellMaker) -> None:
    shell = await maker.open(Workspace(sidebar_shown=False))
    press(shell, Qt.Key.Key_F, CTRL | SHIFT)
    assert shell.window.sidebar.isVisible()
    assert QApplication.focusWidget() is shell.window.sidebar._field


async def test_f10_opens_the_menu(maker: ShellMaker) -> None:
    shell = await maker.open()
    press(shell, Qt.Key.Key_F10, PLAIN)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.activeAction().text() == "New tab"
    assert "Settings" in [entry.text() for entry in menu.actions()]
    menu.close()


async def test_another_start_opens_a_tab_with_its_prompt_unsent(maker: ShellMaker) -> None:
    shell = await maker.open()
    shell.window.open_request(OpenRequest("A question", "demo (NO AI)"))
    await until(lambda: shell.current.edit.toPlainText() == "A question")
    options = maker.here.library[shell.tabs.current_id].options
    assert (options.connection_id, options.model) == ("demo", "demo")
    assert len(shell.titles) == 1, "in place of the blank tab"
    maker.here.library.set_draft(shell.tabs.current_id, "A question")
    shell.window.open_request(OpenRequest(model="some-model"))
    assert maker.here.library[shell.tabs.current_id].options.model == "some-model"
    assert len(shell.titles) == 2
    shell.window.open_request(OpenRequest("x", "nobody"))
    assert "nobody" in shell.window.toast.accessibleName()


async def test_another_start_that_asks_for_nothing_shows_the_window_as_it_is(maker: ShellMaker) -> None:
    shell = await maker.open()
    before = shell.tabs.current_id
    maker.here.library.set_draft(before, "half a question")
    shell.window.showMinimized()
    shell.window.open_request(OpenRequest(activation="token"))
    assert (shell.tabs.current_id, len(shell.titles)) == (before, 1)
    assert not shell.window.isMinimized()


async def test_what_a_link_filled_in_is_marked(maker: ShellMaker) -> None:
    shell = await maker.open()
    shell.window.open_request(OpenRequest("Wire money", from_link=True))
    assert "link" in shell.current.notes
    maker.here.library.set_draft(shell.tabs.current_id, "something")
    shell.window.open_request(OpenRequest(model="gpt-x", from_link=True, is_cut=True))
    assert "cut link" in shell.current.notes


async def test_a_link_that_fills_in_nothing_begins_a_conversation_without_a_mark(maker: ShellMaker) -> None:
    shell = await maker.open()
    maker.here.library.set_draft(shell.tabs.current_id, "half a question")
    shell.window.open_request(OpenRequest(from_link=True))
    assert len(shell.titles) == 2
    assert not any("link" in note for note in shell.current.notes)


async def test_a_connection_is_found_by_its_id_too_and_an_unknown_one_leaves_the_model_alone(maker: ShellMaker) -> None:
    shell = await maker.open()
    shell.window.open_request(OpenRequest("x", "demo", from_link=True))
    assert maker.here.library[shell.tabs.current_id].options.connection_id == "demo"
    maker.here.library.set_draft(shell.tabs.current_id, "something")
    shell.window.open_request(OpenRequest("x", "elsewhere", "expensive-model", from_link=True))
    assert maker.here.library[shell.tabs.current_id].options.model != "expensive-model"


async def test_the_toast_disappears_but_not_while_it_has_the_focus(maker: ShellMaker) -> None:
    shell = await maker.open()
    toast = shell.window.toast
    toast.say("Something")
    assert QApplication.focusWidget() is shell.current.edit
    toast._close.setFocus()
    toast._timer.timeout.emit()
    assert toast.isVisible()
    shell.current.edit.setFocus()
    toast._timer.timeout.emit()
    assert not toast.isVisible()


async def test_a_notice_stays_until_closed_and_is_announced_once(maker: ShellMaker) -> None:
    shell = await maker.open()

    def top_of_tabs() -> int:
        return shell.tabs.mapTo(shell.window, QPoint()).y()

    shell.window.tell(DatabaseRecovered("history.broken.db", 3))
    shell.window.tell(DatabaseRecovered("history.broken.db", 3))
    [notice] = shell.window.findChildren(ReportNotice)
    await until(lambda: notice.isVisible() and top_of_tabs() > notice.height())
    notice.button(CLOSE).click()
    assert not notice.isVisible()
    await until(lambda: top_of_tabs() == 0)


@pytest.mark.parametrize(
    "report",
    [
        StoreLocked(),
        DatabaseRecovered("history.broken.db"),
        DatabaseRecovered("history.broken.db", 2),
        UnexpectedExit("report"),
        UnexpectedExit(replies=2),
        SettingsProblem("settings.toml", set_aside="settings.broken.toml"),
        SettingsProblem("settings.toml", members=("zoom",)),
        SettingsProblem("settings.toml", detail="no permission"),
        SettingsError("no permission"),
    ],
)
def test_every_notice_says_what_it_is_about(qapp: QApplication, report: Report) -> None:
    words = words_for(report)
    assert words.endswith(".")
    assert "{" not in words


async def test_shortcuts_page_lists_every_command(maker: ShellMaker) -> None:
    shell = await maker.open()
    press(shell, Qt.Key.Key_F1, PLAIN)
    dialog = shell.window.findChild(ShortcutsDialog)
    shown = {label.text() for label in dialog.findChildren(QLabel)}
    assert {words for _group, lines in help_lines("enter") for words, _keys in lines} <= shown
    heard = {label.accessibleName() for label in dialog.findChildren(QLabel)}
    assert "New tab: Ctrl+T, Ctrl+N" in heard, "a screen reader says a command with its keys"
    shell.window._dialogs.shortcuts()
    assert len(shell.window.findChildren(ShortcutsDialog)) == 1
    dialog.close()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("zoom", [1.0, 2.0])
async def test_shortcuts_page_cuts_no_keys(maker: ShellMaker, language: str, zoom: float) -> None:
    shell = await maker.open()
    maker.here.preferences.update(language=language, zoom=zoom)
    press(shell, Qt.Key.Key_F1, PLAIN)
    dialog = shell.window.findChild(ShortcutsDialog)
    await until(dialog.isVisible)
    area = dialog.findChild(QScrollArea)
    assert area is not None
    assert area.widget().width() <= area.viewport().width()
    dialog.resize(dialog.width() * 2 // 3, dialog.height())
    assert area.widget().width() <= area.viewport().width(), "on a small screen words wrap instead"
    dialog.close()


async def test_about_names_versions_and_licences(maker: ShellMaker) -> None:
    shell = await maker.open()
    shell.window._dialogs.about()
    dialog = shell.window.findChild(AboutDialog)
    dialog.copy_button.click()
    copied = QApplication.clipboard().text()
    assert "PySide6-Essentials 6" in copied
    assert f"Desktop Chat {__version__} (source)" in copied
    assert "Qt platform offscreen" in copied
    assert "Screen " in copied
    assert str(Path.home()) not in copied
    assert all(installed(name) for name, _licence in LIBRARIES)
    assert installed("no-such-distribution") == ""
    dialog.close()


@pytest.mark.parametrize("kind", InstalledFrom)
def test_about_says_where_this_copy_came_from(kind: InstalledFrom) -> None:
    words = installation_words(Installation(kind, "0123456789abcdef", "2026-11-29"))
    assert "commit 0123456789 (2026-11-29)" in words
    assert words.startswith(installation_words(Installation(kind)))


async def test_about_names_the_folder_with_the_licences(maker: ShellMaker) -> None:
    shell = await maker.open()
    maker.here.installation = Installation(
        InstalledFrom.DEB, "0123456789abcdef", "2026-11-29", licences="/usr/lib/desktop-chat/licences"
    )
    shell.window._dialogs.about()
    dialog = shell.window.findChild(AboutDialog)
    shown = " ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())
    assert "Debian package" in shown
    assert "/usr/lib/desktop-chat/licences" in shown
    dialog.close()


async def test_a_newer_version_is_told_of_quietly_and_leads_to_its_page(
    maker: ShellMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    shell = await maker.open()
    shell.window.tell(NewerVersion("99.1.2"))
    notice = shell.window.findChild(ReportNotice)
    assert f"99.1.2 is available. You have {__version__}." in notice.text
    notice.action_triggered.emit(DOWNLOAD)
    assert opened == [f"{HOME_PAGE}/releases"]


async def test_a_bug_is_reported_once_and_can_be_copied(maker: ShellMaker) -> None:
    shell = await maker.open()
    shell.window.show_crash("ValueError: first")
    shell.window.show_crash("ValueError: second")
    dialogs = shell.window.findChildren(CrashDialog)
    assert len(dialogs) == 1
    dialogs[0].copy_button.click()
    assert QApplication.clipboard().text() == "ValueError: first"
    dialogs[0].close_button.click()
    assert shell.window.isVisible()
    assert shell.window.isEnabled()


async def test_the_window_switches_to_chinese_at_runtime(maker: ShellMaker) -> None:
    shell = await maker.open(kept(maker.add("one")))
    before = replace(shell.window.workspace())
    maker.here.languages.set_language("zh_CN")
    QApplication.processEvents()
    assert shell.window.windowTitle() == "Desktop Chat"
    maker.here.languages.set_language("en")
    QApplication.processEvents()
    assert shell.window.workspace().tabs == before.tabs
