"""A quick question on a real screen with a window manager: above the others, hidden, back at its place, continued."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from desk import Desk, MakeDesk
from PySide6.QtCore import QPoint
from PySide6.QtGui import QClipboard, QGuiApplication, QImage

from desktop_chat.app.single_instance import SingleInstance
from desktop_chat.core.connections import DEMO_NAME
from desktop_chat.core.open_request import OpenRequest
from desktop_chat.ui.quick.quick_tab import QuickTab

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(shutil.which("xdotool") is None, reason="needs xdotool")


async def run(*words: str) -> str:
    done = await asyncio.to_thread(
        subprocess.run, words, capture_output=True, text=True, cwd=ROOT, timeout=30, check=True
    )
    return done.stdout.strip()


async def keys(*names: str) -> None:
    """Press keys on the X server's keyboard: they reach whatever window has the focus."""
    for name in names:
        await run("xdotool", "key", name)


async def asked_for(desk: Desk, *words: str) -> QuickTab:
    """Start the program again with --quick, and wait until one can write."""
    await run(sys.executable, "-m", "desktop_chat", "--data-dir", str(desk.data_dir), "--quick", *words)
    window = desk.application.quick.window
    await desk.until(lambda: window.tab is not None and window.tab.session and window.tab.composer.edit.hasFocus())
    assert window.tab is not None
    return window.tab


async def test_a_quick_question_from_another_program_to_a_tab(make_desk: MakeDesk, data_dir: Path) -> None:
    (data_dir / "settings.toml").write_text('language = "en"\nscheme = "light"\n')
    desk, instance = make_desk(), SingleInstance(data_dir)
    assert instance.acquire()
    instance.listen()
    await desk.open()
    instance.received.connect(desk.application.open_request)
    tab = await asked_for(desk, "--demo")
    window = desk.application.quick.window
    assert window.isActiveWindow()
    assert "_NET_WM_STATE_ABOVE" in await run("xprop", "-id", str(int(window.winId())), "_NET_WM_STATE")

    await run("xdotool", "type", "hello")
    await desk.until(lambda: tab.composer.text == "hello")
    await keys("Return")
    await desk.until(lambda: tab.session.running and tab.transcript.isVisible())
    window.move(QPoint(90, 110))
    await desk.until(lambda: window.pos() == QPoint(90, 110))
    await keys("Escape")
    await desk.until(lambda: not window.isVisible() and desk.window.isActiveWindow())
    assert tab.session.running, "the reply goes on"
    assert await asked_for(desk) is tab, "the same conversation, to see its reply"
    await desk.until(lambda: window.pos() == QPoint(90, 110), "its place")
    desk.screenshot("quick-window")

    session = tab.session
    await keys("ctrl+Return")
    await desk.until(lambda: desk.window.isActiveWindow() and desk.window.tabs.current_id == session.conversation_id)
    await desk.until(lambda: desk.tab.session is session)
    assert not window.isVisible()
    await desk.answered()
    assert session.path[-1].text
    instance.release()


async def test_what_is_selected_elsewhere_is_put_in_by_one_key(desk: Desk) -> None:
    desk.application.quick.open(OpenRequest(connection=DEMO_NAME))
    window = desk.application.quick.window
    await desk.until(lambda: window.tab.session and window.tab.composer.edit.hasFocus())
    owner = await asyncio.create_subprocess_exec(sys.executable, "-c", SELECTS, stdout=asyncio.subprocess.PIPE)
    await owner.stdout.readline()
    clipboard = QGuiApplication.clipboard()
    await desk.until(lambda: clipboard.text(QClipboard.Mode.Selection) == "of another program")
    await keys("ctrl+shift+v")
    await desk.until(lambda: window.tab.composer.text == "of another program")
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(0x3060C0)
    clipboard.setImage(image)
    await keys("ctrl+shift+v")
    composer = window.tab.composer
    await desk.until(lambda: composer.has_attachments and len(composer.attachments.files.ready) == 1, "the screenshot")
    assert composer.attached[0].width == 64, "what was copied last, although a text is still selected"
    assert composer.text == "of another program"
    assert window.height() >= window.tab.composer.sizeHint().height(), "nothing is cut off"
    desk.screenshot("quick-window-attachment")
    owner.kill()
    await owner.wait()


SELECTS = """
import sys
from PySide6.QtGui import QClipboard, QGuiApplication
app = QGuiApplication([])
app.clipboard().setText("of another program", QClipboard.Mode.Selection)
print("selected", flush=True)
app.exec()
"""
