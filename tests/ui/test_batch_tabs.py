"""Batches have tabs of their own: several beside chats, with their state in the strip, kept over a restart."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from batch_server import BatchServer
from chat_world import until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from test_batch_page import RealProviders, table
from test_reply_notifications import Desktop
from window_world import Shell, ShellMaker, shells

from desktop_chat.core.batch_job import BatchJob
from desktop_chat.core.entities import Connection
from desktop_chat.core.ports import Notification
from desktop_chat.core.workspace import OpenTab, Workspace
from desktop_chat.services.provider.openai_provider import OpenAIProvider
from desktop_chat.services.provider.sdk import Sdk
from desktop_chat.services.settings_values import workspace_from
from desktop_chat.ui.batch.batch_page import BatchPage
from desktop_chat.ui.widgets.async_dialog import Question
from desktop_chat.ui.window.reply_notifications import ReplyNotifications


@pytest.fixture
async def server() -> AsyncIterator[BatchServer]:
    server = BatchServer()
    await server.start()
    yield server
    await server.aclose()


@pytest.fixture
async def maker(qapp: QApplication, server: BatchServer) -> AsyncIterator[ShellMaker]:
    connection = Connection("c", "Mine", server.base_url, default_model="m")
    provider = OpenAIProvider(connection, "", Sdk())
    async with shells(qapp) as maker:
        maker.here.preferences.put_connection(connection)
        object.__setattr__(maker.here.context, "providers", RealProviders(provider))
        yield maker
        await maker.here.context.batch_runs.aclose()
        await provider.aclose()


def new_batch(shell: Shell) -> BatchPage:
    shell.window._actions["batch"].trigger()
    return batch(shell)


def batch(shell: Shell) -> BatchPage:
    return shell.window.findChildren(BatchPage)[-1]


def marks(shell: Shell) -> list[str]:
    bar = shell.tabs.strip.bar
    return [bar.accessibleTabName(place) for place in range(bar.count())]


async def begin(shell: Shell, path: Path) -> BatchPage:
    page = new_batch(shell)
    page.form.set_source(path)
    page.form.template.setPlainText("{text}")
    page.form.connection.setCurrentIndex(page.form.connection.findData("c"))
    page.form.model.setText("m")
    await until(page.start_button.isEnabled)
    page.start_button.click()
    await until(lambda: page.is_running)
    return page


def in_folder(folder: Path, *texts: str) -> Path:
    folder.mkdir()
    return table(folder, *texts)


async def test_batches_run_beside_chats_with_their_state_in_the_strip(
    maker: ShellMaker, tmp_path: Path, server: BatchServer
) -> None:
    chat = maker.add("a chat")
    server.delay_s = 60
    shell = await maker.open(Workspace(tabs=(OpenTab(chat),)))
    first = await begin(shell, in_folder(tmp_path / "a", "one", "two"))
    second = await begin(shell, in_folder(tmp_path / "b", "bad", "four"))
    assert marks(shell) == ["a chat", "0% in.csv, running", "0% in.csv, running"]
    assert shell.tabs.current is None
    await until(lambda: len(server.bodies) == 4)
    shell.tabs.activate(chat)
    first.stop()
    second.stop()
    await until(lambda: marks(shell) == ["a chat", "in.csv, finished", "in.csv, finished"])
    server.delay_s = 0
    for page in (first, second):
        page.start_button.click()
    await until(lambda: marks(shell) == ["a chat", "in.csv, finished", "in.csv, failed"])
    shell.tabs.step(1)
    assert marks(shell)[1] == "in.csv"


def told_to(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Desktop:
    desktop = Desktop()
    monkeypatch.setattr(QApplication, "alert", desktop.alert)
    ReplyNotifications(shell.tabs._context, shell.tabs, desktop)
    return desktop


async def test_a_batch_that_ends_unseen_is_told_until_its_tab_is_shown_or_closed(
    maker: ShellMaker, tmp_path: Path, server: BatchServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = maker.add("a chat")
    shell = await maker.open(Workspace(tabs=(OpenTab(chat),)))
    desktop = told_to(shell, monkeypatch)
    server.delay_s = 60
    page = await begin(shell, in_folder(tmp_path / "a", "one", "bad"))
    tab = shell.tabs.current_id
    await until(lambda: len(server.bodies) == 2)
    shell.tabs.activate(chat)
    page.stop()
    await until(lambda: not page.is_running)
    assert desktop.shown == {}, "what the user stopped is no news"
    server.delay_s = 0
    page.start_button.click()
    await until(lambda: desktop.shown and not page.is_running)
    words = f"in.csv\n{page.state.text()}"
    assert "1 row answered, 1 row failed" in words
    assert desktop.shown[tab] == Notification(tab, "", "Batch finished", words, "Open", is_failure=True)
    assert desktop.alerts == [shell.window]
    shell.tabs.activate(tab)
    assert desktop.shown == {}
    shell.tabs.activate(chat)
    page.again.setChecked(True)
    await until(page.start_button.isEnabled)
    page.start_button.click()
    await until(lambda: desktop.shown)
    shell.tabs.close_tab(tab)
    assert desktop.shown == {}


@pytest.mark.parametrize(("wanted", "told"), [("all", {"Batch finished"}), ("failed", set()), ("off", set())])
async def test_the_setting_for_replies_holds_for_batches(
    maker: ShellMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str, told: set[str]
) -> None:
    maker.here.preferences.update(notifications=wanted)
    chat = maker.add("a chat")
    shell = await maker.open(Workspace(tabs=(OpenTab(chat),)))
    desktop = told_to(shell, monkeypatch)
    page = await begin(shell, in_folder(tmp_path / "a", "one"))
    shell.tabs.activate(chat)
    await until(lambda: not page.is_running)
    assert {each.title for each in desktop.shown.values()} == told


async def test_a_batch_that_is_watched_is_no_news_and_one_that_ends_early_is_called_so(
    maker: ShellMaker, tmp_path: Path, server: BatchServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = maker.add("a chat")
    shell = await maker.open(Workspace(tabs=(OpenTab(chat),)))
    desktop = told_to(shell, monkeypatch)
    page = await begin(shell, in_folder(tmp_path / "a", "one"))
    await until(lambda: not page.is_running)
    assert desktop.shown == {}
    server.delay_s = 60
    page = await begin(shell, in_folder(tmp_path / "b", "key"))
    await until(lambda: len(server.bodies) == 2)
    shell.tabs.activate(chat)
    page.stop()
    await until(lambda: not page.is_running)
    server.delay_s = 0
    page.start_button.click()
    await until(lambda: desktop.shown)
    (notification,) = desktop.shown.values()
    assert (notification.title, notification.is_failure) == ("Batch ended early", True)
    assert notification.text.startswith("in.csv\nThe batch stopped: ")


async def test_a_new_batch_takes_the_place_of_a_blank_tab_and_cannot_be_renamed(maker: ShellMaker) -> None:
    shell = await maker.open()
    shell.window._actions["batch"].trigger()
    assert shell.titles == ["Batch"]
    bar = shell.tabs.strip.bar
    QTest.mouseDClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(0).center())
    shell.window._actions["rename"].trigger()
    assert shell.titles == ["Batch"]
    bar.menu_requested.emit(shell.tabs.current_id, bar.mapToGlobal(bar.rect().center()))
    menu = shell.window.findChildren(QMenu)[-1]
    assert [entry.isEnabled() for entry in menu.actions() if not entry.isSeparator()] == [False, True, False, False]
    menu.close()
    shell.tabs.close_tab(shell.tabs.current_id)
    assert shell.tabs.closed_tabs() == (), "there was nothing in it"


async def test_closing_a_running_batch_asks_and_reopening_goes_on(
    maker: ShellMaker, tmp_path: Path, server: BatchServer
) -> None:
    shell = await maker.open()
    page = await begin(shell, table(tmp_path, "one"))
    await until(lambda: not page.is_running)
    server.delay_s = 60
    (tmp_path / "in.csv").write_text("text\none\ntwo\n")
    page.start_button.setEnabled(True)
    page.start_button.click()
    await until(lambda: len(server.bodies) == 2)
    tab = shell.tabs.current_id
    for answer in (Question.reject, Question.accept):
        shell.window._actions["close_tab"].trigger()
        await until(lambda: shell.window.findChildren(Question))
        assert tab in shell.tabs.ids
        answer(shell.window.findChildren(Question)[0])
        await until(lambda: not shell.window.findChildren(Question))
    await until(lambda: tab not in shell.tabs.ids)
    await maker.here.context.batch_runs.aclose()
    server.delay_s = 0
    shell.window._actions["reopen_tab"].trigger()
    again = batch(shell)
    await until(lambda: "1 row answered, 1 row not asked yet" in again.state.text())
    assert again.start_button.text() == "Continue"
    again.start_button.click()
    await until(lambda: "2 rows answered" in again.state.text())
    assert server.asked == {"one": 1, "two": 1}


async def test_a_restart_brings_back_what_was_done_and_goes_on(
    maker: ShellMaker, tmp_path: Path, server: BatchServer
) -> None:
    shell = await maker.open()
    page = await begin(shell, table(tmp_path, "one", "bad", "three"))
    await until(lambda: not page.is_running)
    (tmp_path / "in-answers.jsonl").write_bytes(
        b"".join((tmp_path / "in-answers.jsonl").read_bytes().splitlines(keepends=True)[:2])
    )
    kept, wrong = workspace_from(json.loads(json.dumps(asdict(shell.window.workspace()))))
    assert wrong == []
    assert kept.tabs == shell.window.workspace().tabs
    await shell.aclose()
    maker.opened.remove(shell)
    asked = server.asked.total()
    shell = await maker.open(kept)
    assert shell.titles == ["in.csv"]
    page = batch(shell)
    await until(lambda: "1 row not asked yet" in page.state.text())
    assert page.rows.isVisible()
    assert server.asked.total() == asked, "nothing is asked before Continue"
    QTest.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    await until(lambda: "not asked yet" not in page.state.text() and not page.is_running)
    assert "1 row failed" in page.state.text()
    assert server.asked.total() <= asked + 1
    page.view_button.click()
    assert page.form.template.toPlainText() == "{text}"


async def test_the_end_of_the_window_stops_what_runs(maker: ShellMaker, tmp_path: Path, server: BatchServer) -> None:
    server.delay_s = 60
    shell = await maker.open()
    page = await begin(shell, table(tmp_path, "one"))
    await until(lambda: server.bodies)
    shell.window.finish()
    async with asyncio.timeout(server.delay_s / 2):
        await maker.here.context.batch_runs.aclose()
    assert shell.window.workspace().tabs[0].batch == replace(page.form.job(), id=shell.tabs.current_id)


async def test_esc_stops_a_batch(maker: ShellMaker, tmp_path: Path, server: BatchServer) -> None:
    server.delay_s = 60
    shell = await maker.open()
    page = await begin(shell, table(tmp_path, "one"))
    await until(lambda: server.bodies)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    await until(lambda: not page.is_running)
    assert "1 row not asked yet" in page.state.text()


async def test_a_new_batch_begins_with_the_limits_of_the_last(maker: ShellMaker, tmp_path: Path) -> None:
    shell = await maker.open()
    page = new_batch(shell)
    page.form.at_once.setValue(3)
    page.form.per_minute.setValue(600)
    page.form.retries.setValue(1)
    page.form.streaming.setChecked(False)
    page.form.set_source(table(tmp_path, "one"))
    page.form.template.setPlainText("{text}")
    page.form.connection.setCurrentIndex(page.form.connection.findData("c"))
    page.form.model.setText("m")
    await until(page.start_button.isEnabled)
    page.start_button.click()
    await until(lambda: "1 row answered" in page.state.text() and not page.is_running)
    job = new_batch(shell).form.job()
    empty = BatchJob(job.id, connection_id="c", model="m", streaming=False, at_once=3, per_minute=600.0, retries=1)
    assert job == empty
