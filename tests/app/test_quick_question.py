"""Started for a quick question: only its window shows, and the program ends with it once nothing runs."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from whole_program import Start, until

from desktop_chat.app.application import Application
from desktop_chat.app.arguments import Arguments, parse
from desktop_chat.app.start_request import request_of
from desktop_chat.core.connections import DEMO_NAME
from desktop_chat.core.open_request import QUICK_WINDOW, OpenRequest
from desktop_chat.ui.quick.quick_tab import QuickTab


def running(application: Application) -> asyncio.Task[int]:
    return asyncio.create_task(application.run(when_open=lambda: None, when_closing=lambda: None), name="run")


async def opened(application: Application) -> QuickTab:
    await until(lambda: application._opening is not None and application._opening.done())
    tab = application.quick.window.tab
    assert tab is not None
    await until(lambda: tab.session is not None)
    return tab


def test_the_command_line_asks_for_the_quick_window() -> None:
    arguments = parse(["--quick", "why?"])
    assert arguments == Arguments(prompt="why?", quick=True)
    assert request_of(arguments) == OpenRequest(prompt="why?", window=QUICK_WINDOW)


async def test_only_the_quick_window_shows_and_the_program_ends_with_it(start: Start) -> None:
    task = running(application := start(quick=True, prompt="why?"))
    tab = await opened(application)
    assert application.quick.window.isVisible()
    assert not application.window.isVisible()
    assert tab.composer.text == "why?"
    application.quick.window.hide()
    assert await task == 0


async def test_it_ends_only_after_the_reply(start: Start) -> None:
    task = running(application := start(quick=True, demo=True))
    tab = await opened(application)
    assert application.connections.named(DEMO_NAME) is not None
    QTest.keyClicks(tab.composer.edit, "hello")
    QTest.keyClick(tab.composer.edit, Qt.Key.Key_Return)
    await until(lambda: tab.session.running)
    application.quick.window.hide()
    await asyncio.sleep(0.05)
    assert not task.done()
    tab.session.cancel()
    assert await task == 0


async def test_continuing_shows_the_main_window_with_the_tabs_of_before(start: Start, data_dir: Path) -> None:
    first = start()
    await first.open()
    kept_id = first.window.tabs.current_id
    first.library.set_draft(kept_id, "of before")
    await first.close()
    task = running(application := start(quick=True, demo=True))
    tab = await opened(application)
    QTest.keyClicks(tab.composer.edit, "a thought")
    QTest.keyClick(tab.composer.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert application.window.isVisible()
    assert not application.quick.window.isVisible()
    assert application.window.tabs.ids == [kept_id, tab.conversation_id]
    main = application.window.tabs.current
    await until(lambda: main.session is not None)
    assert main.composer.text == "a thought"
    assert not task.done()
    application.window.close()
    assert await task == 0


async def test_what_was_open_is_kept_by_a_start_that_never_showed_it(start: Start) -> None:
    first = start()
    await first.open()
    kept_id = first.window.tabs.current_id
    first.library.set_draft(kept_id, "of before")
    first.window.resize(800, 600)
    await first.close()
    task = running(application := start(quick=True))
    await opened(application)
    application.quick.window.move(70, 80)
    application.quick.window.hide()
    assert await task == 0
    third = start()
    assert third._left.tabs[0].conversation_id == kept_id
    assert (third._left.width, third._left.height) == (800, 600)
    assert third._left.quick_geometry


async def test_a_later_start_and_a_command_open_it_in_a_running_program(start: Start) -> None:
    application = start()
    await application.open()
    application.open_request(OpenRequest(prompt="hello", window=QUICK_WINDOW))
    window = application.quick.window
    assert window.isVisible()
    assert window.tab.composer.text == "hello"
    window.hide()
    application.window._actions["quick_question"].trigger()
    assert window.isVisible()
    assert len(application.window.tabs.ids) == 1
