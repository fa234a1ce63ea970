"""Uses the real window like a user, with the demo, and reports the result: proof that an installation works."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from desktop_chat.core.entities import Message, Status
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.window.main_window import MainWindow

LIMIT_S = 60.0
FIRST_PROMPT = "Show me a table and some code in Markdown"
SECOND_PROMPT = "Write something long"
SEEN_BEFORE_STOP = 400
"""Characters of the second reply to wait for before clicking Stop."""


class SelfTestFailed(Exception):
    """A step failed; the message says which."""


async def run_self_test(window: MainWindow, screenshot: Path | None) -> int:
    """Chat with the demo in the window's current tab and return the exit code: 0, or 1 when a step failed."""
    _say(f"Opened a real window on platform {QGuiApplication.platformName()!r}.")
    try:
        async with asyncio.timeout(LIMIT_S):
            await _chat(window)
    except (SelfTestFailed, TimeoutError) as error:
        _say(f"FAILED: {str(error) or f'no end after {LIMIT_S:.0f} s'}")
        return 1
    finally:
        _save_image(window, screenshot)
    _say("All steps passed.")
    return 0


async def _chat(window: MainWindow) -> None:
    tab = await _loaded_tab(window)
    first = await _ask(tab, FIRST_PROMPT, _has_ended(tab))
    _expect(first.status is Status.COMPLETE and bool(first.text), f"the first reply ended as {first.status}")
    _say(f"The first reply was streamed to its end: {len(first.text)} characters.")
    await _ask(tab, SECOND_PROMPT, lambda: _seen(tab) >= SEEN_BEFORE_STOP)
    stop = next(button for button in tab.findChildren(QToolButton) if button.accessibleName() == tr("Stop"))
    _expect(stop.isVisible() and stop.isEnabled(), "there is no Stop to click")
    QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    await _until(_has_ended(tab))
    second = _last(tab)
    _expect(second.status is Status.CANCELLED, f"the stopped reply ended as {second.status}")
    _expect(len(second.text) >= SEEN_BEFORE_STOP, "the stopped reply lost its text")
    _say(f"The second reply was stopped halfway, and its {len(second.text)} characters were kept.")


async def _ask(tab: ChatTab, prompt: str, until: Callable[[], bool]) -> Message:
    """Type a prompt into the composer key by key, send it with Enter, and wait."""
    edit = tab.composer.edit
    edit.setFocus()
    for letter in prompt:
        QTest.keyClicks(edit, letter)
        await asyncio.sleep(0.01)
    _expect(tab.composer.text == prompt, "the composer does not contain the typed text")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    _say(f"Typed and sent: {prompt!r}.")
    await asyncio.sleep(0.1)
    await _until(until)
    return _last(tab)


async def _loaded_tab(window: MainWindow) -> ChatTab:
    await _until(lambda: window.tabs.current is not None and window.tabs.current.session is not None)
    tab = window.tabs.current
    assert tab is not None  # noqa: S101  (just awaited)
    return tab


def _has_ended(tab: ChatTab) -> Callable[[], bool]:
    return lambda: tab.session is not None and not tab.session.running


def _last(tab: ChatTab) -> Message:
    assert tab.session is not None  # noqa: S101  (the tab is loaded)
    return tab.session.path[-1]


def _seen(tab: ChatTab) -> int:
    """Return how many characters of the running reply are in the transcript."""
    message = tab.transcript.model.message(_last(tab).id)
    return len(message.text) if message is not None else 0


async def _until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110  (observes the window from outside, like a user)
        await asyncio.sleep(0.02)


def _expect(condition: bool, complaint: str) -> None:
    if not condition:
        raise SelfTestFailed(complaint)


def _save_image(window: MainWindow, file: Path | None) -> None:
    if file is None:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    if window.grab().save(str(file), "PNG"):
        _say(f"Screenshot saved to {file.absolute()}.")
    else:
        _say(f"The screenshot could not be saved to {file.absolute()}.")


def _say(line: str) -> None:
    if sys.stdout is not None:
        print(line, flush=True)  # noqa: T201
