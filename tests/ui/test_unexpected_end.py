"""After a run that ended unexpectedly or left a damaged file, the window says so and offers the next step."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from chat_world import until
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from window_world import Shell, ShellMaker, control, shells

from desktop_chat.core.errors import SettingsError
from desktop_chat.core.reports import DatabaseRecovered, UnexpectedExit
from desktop_chat.core.settings import SettingsProblem
from desktop_chat.ui.dialogs.crash import UnexpectedExitDialog
from desktop_chat.ui.dialogs.restore import RestoreDialog
from desktop_chat.ui.window.report_notice import CLOSE, REPORT, RESTORE, ReportNotice, actions_for, words_for

REPORT_TEXT = "Desktop Chat 1.0\n\nFatal Python error: Segmentation fault"


@pytest.fixture
async def maker(qapp: QApplication) -> AsyncIterator[ShellMaker]:
    async with shells(qapp) as maker:
        yield maker


def notices(shell: Shell) -> list[ReportNotice]:
    return [notice for notice in shell.window.findChildren(ReportNotice) if notice.isVisible()]


def test_which_notices_are_shown(qapp: QApplication) -> None:
    end = UnexpectedExit(REPORT_TEXT, 1)
    assert words_for(end).startswith("Desktop Chat quit unexpectedly last time.")
    assert [action for action, _ in actions_for(end)] == [REPORT, CLOSE]
    assert [action for action, _ in actions_for(UnexpectedExit(replies=2))] == [CLOSE]
    assert "2" in words_for(UnexpectedExit(replies=2))
    assert [action for action, _ in actions_for(DatabaseRecovered("a.db", 4))] == [RESTORE, CLOSE]
    assert "4 conversation" in words_for(DatabaseRecovered("a.db", 4))
    assert "Nothing could be recovered" in words_for(DatabaseRecovered("a.db"))


async def test_the_report_is_shown_and_can_be_copied(maker: ShellMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    shell = await maker.open()
    shell.window.tell(UnexpectedExit(REPORT_TEXT, 1))
    [notice] = notices(shell)
    QTest.mouseClick(notice.button(REPORT), Qt.MouseButton.LeftButton)
    dialog = shell.window.findChild(UnexpectedExitDialog)
    assert dialog.details.toPlainText() == REPORT_TEXT
    assert dialog.details.isReadOnly()
    dialog.copy_button.click()
    assert QApplication.clipboard().text() == REPORT_TEXT
    dialog.folder_button.click()
    assert opened == [str(maker.here.context.log_folder)]
    assert notices(shell) == [], "it was seen"
    dialog.close_button.click()


async def test_damage_leads_to_the_snapshots(maker: ShellMaker) -> None:
    shell = await maker.open()
    shell.window.tell(DatabaseRecovered("history.broken.db", 3))
    [notice] = notices(shell)
    QTest.mouseClick(notice.button(RESTORE), Qt.MouseButton.LeftButton)
    dialog = shell.window.findChild(RestoreDialog)
    assert dialog.isVisible()
    dialog.close()


async def test_the_settings_lead_there_too(maker: ShellMaker) -> None:
    shell = await maker.open()
    shell.window.open_settings("data")
    page = shell.window._dialogs._settings.data
    page.restore_button.click()
    page.restore_button.click()
    [dialog] = shell.window.findChildren(RestoreDialog)
    control(page, "snapshots").chosen.emit("weekly")
    control(page, "warn_of_keys").chosen.emit(False)
    settings = maker.here.preferences.settings
    assert (settings.snapshots, settings.warn_of_keys) == ("weekly", False)
    assert control(page, "snapshots").currentData() == "weekly"
    dialog.close()


async def test_many_notices_leave_room_for_the_conversation(maker: ShellMaker) -> None:
    maker.here.theme.set_zoom(2.0)
    shell = await maker.open()
    shell.window.resize(900, 520)
    for report in (
        DatabaseRecovered("history.broken.db", 3),
        UnexpectedExit("report", 2),
        SettingsProblem("settings.toml", set_aside="settings.broken.toml"),
        SettingsError("no permission"),
    ):
        shell.window.tell(report)
    shown = notices(shell)
    assert len(shown) == 4

    def below_each_other() -> bool:
        edges = [(n.geometry().top(), n.geometry().bottom()) for n in shown]
        return all(end < begin for (_, end), (begin, _) in pairwise(edges))

    await until(below_each_other)
    assert all(notice.height() >= notice.minimumSizeHint().height() for notice in shown)
    top = shell.tabs.mapTo(shell.window, QPoint()).y()
    assert 0 < top < shell.window.height() * 0.45
    shown[-1].button(CLOSE).setFocus(Qt.FocusReason.TabFocusReason)
    for notice in shown:
        notice.button(CLOSE).click()
    await until(lambda: shell.tabs.mapTo(shell.window, QPoint()).y() == 0)
