"""The whole program after a run that hung or crashed while it showed a conversation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from whole_program import Start, until

from desktop_chat.app.application import Application
from desktop_chat.core import crash_guard
from desktop_chat.core.entities import ChatOptions, Message, Role, Status
from desktop_chat.services.paths import Paths


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash_guard, "SETTLED_S", 0.01)


def record(data_dir: Path) -> dict[str, object]:
    return json.loads(Paths(data_dir).shown_tab_file.read_text())


async def first_run(start: Start, data_dir: Path) -> str:
    """Leave a conversation in an open tab; return its id."""
    application = start()
    await application.open()
    conversation = application.library.create(ChatOptions())
    for number, text in enumerate(("a question", "an answer")):
        role, parent = (Role.ASSISTANT, "m0") if number else (Role.USER, None)
        said = Message(f"m{number}", conversation.id, parent, role, text, Status.COMPLETE, 1.0)
        application.write_behind.note_message(said)
    application.library.show_path(conversation.id, "m1")
    await application.write_behind.flush()
    application.window.tabs.open(conversation.id)
    await until(lambda: record(data_dir) == {"conversation": conversation.id, "opening": False, "suspects": []})
    await application.close()
    return conversation.id


async def second_run(start: Start) -> Application:
    application = start()
    await application.open()
    return application


async def test_after_a_clean_exit_nothing_is_suspect(start: Start, data_dir: Path) -> None:
    await first_run(start, data_dir)
    assert record(data_dir) == {"conversation": "", "opening": False, "suspects": []}
    application = await second_run(start)
    tab = application.window.tabs.current
    assert tab is not None
    await until(lambda: tab.session is not None)


@pytest.mark.parametrize("how", ["killed while it was opened", "crashed"])
async def test_a_conversation_that_crashed_waits_for_the_user(how: str, start: Start, data_dir: Path) -> None:
    shown = await first_run(start, data_dir)
    died_at_once = how == "killed while it was opened"
    left = {"conversation": shown, "opening": died_at_once, "suspects": []}
    Paths(data_dir).shown_tab_file.write_text(json.dumps(left))
    if not died_at_once:
        Paths(data_dir).crash_file.write_text("Fatal Python error: Segmentation fault\n")
    application = await second_run(start)
    tab = application.window.tabs.current
    assert application.window.tabs.current_id == shown
    assert tab is not None
    await until(lambda: tab.pages.currentWidget() is tab._suspect)
    QTest.mouseClick(tab._suspect.card.open_button, Qt.MouseButton.LeftButton)
    await until(lambda: tab.session is not None)
    await until(lambda: record(data_dir) == {"conversation": shown, "opening": False, "suspects": []})


async def test_a_kill_alone_makes_nothing_suspect(start: Start, data_dir: Path) -> None:
    shown = await first_run(start, data_dir)
    left = {"conversation": shown, "opening": False, "suspects": []}
    Paths(data_dir).shown_tab_file.write_text(json.dumps(left))
    application = await second_run(start)
    tab = application.window.tabs.current
    assert tab is not None
    await until(lambda: tab.session is not None)


@pytest.mark.parametrize("odd", ["", "[]", '{"conversation": 3}', '{"suspects": "abc"}', '{"suspects": [1]}'])
async def test_an_invalid_record_is_ignored(odd: str, start: Start, data_dir: Path) -> None:
    await first_run(start, data_dir)
    Paths(data_dir).shown_tab_file.write_text(odd)
    application = await second_run(start)
    tab = application.window.tabs.current
    assert tab is not None
    await until(lambda: tab.session is not None)


async def test_the_window_is_watched_while_open(start: Start, data_dir: Path) -> None:
    application = await second_run(start)
    assert application._heartbeat.timer.isActive()
    beaten = application._heartbeat.watch
    assert beaten is not None
    application._heartbeat.timer.timeout.emit()
    await application.close()
    assert not application._heartbeat.timer.isActive()
