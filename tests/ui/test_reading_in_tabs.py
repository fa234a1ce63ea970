"""Zoom, width and fonts in the real window: every open tab follows, and the line being read stays."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from chat_world import OPENAI, World, until, world
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from window_world import tab_of, window_with_chats

from desktop_chat.core.settings import Settings
from desktop_chat.ui.transcript.view import TranscriptView
from desktop_chat.ui.window.main_window import MainWindow

REPLY = "".join(f"Paragraph {n}. " + "Words of it that fill some lines of the column. " * 8 + "\n\n" for n in range(40))


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp, (OPENAI,)) as here:
        theme = here.theme

        def follow(settings: Settings) -> None:
            theme.set_zoom(settings.zoom)
            theme.set_column(settings.reading_width)
            theme.set_fonts(settings.text_font, settings.code_font)

        here.preferences.changed.add(follow)
        yield here


@pytest.fixture
async def window(here: World) -> AsyncIterator[MainWindow]:
    async with window_with_chats(here, 1_400, 800) as window:
        yield window


async def read(here: World, window: MainWindow) -> TranscriptView:
    """Ask, and scroll to the middle of the answer."""
    here.provider.script(REPLY)
    tab = tab_of(window)
    await until(lambda: tab.session is not None)
    tab.composer.set_text("A question")
    QTest.keyClick(tab.composer.edit, Qt.Key.Key_Return)
    view = tab.transcript
    await until(lambda: len(view.document) == 2 and not view.model.row(1).running and view.page.placed)
    await until(lambda: len(view.document.item(1).entries) > 40)
    view.page.scroll_by(-2_345)
    return view


def top_line(view: TranscriptView) -> tuple[int, range]:
    """Return the line at the top edge: its block, and its range of characters."""
    spot, offset = view.scroller.anchor
    entry = view.document.entry(spot)
    assert entry.layout is not None
    box = entry.layout.boxes[0]
    line = box.layout.lineAt(max(n for n, top in enumerate(box.tops) if box.y + top <= max(offset, box.y)))
    return entry.key, range(line.textStart(), line.textStart() + line.textLength())


def is_kept(view: TranscriptView, line: tuple[int, range]) -> bool:
    """Return whether the first character of a line is still in the line at the top edge."""
    key, letters = top_line(view)
    return key == line[0] and line[1].start in letters


def turn_with_ctrl(widget: QWidget, units: int) -> None:
    """Send a wheel event like the system does: if ignored, it goes to the parent."""
    window = widget.window()
    at = widget.mapTo(window, QPoint(50, 50))
    QTest.wheelEvent(
        window.windowHandle(), QPointF(at), QPoint(0, units), QPoint(), Qt.KeyboardModifier.ControlModifier
    )


async def test_zooming_with_the_wheel_keeps_the_line(here: World, window: MainWindow) -> None:
    view = await read(here, window)
    line, anchor, preferences = top_line(view), view.scroller.anchor, here.preferences
    turn_with_ctrl(view.viewport(), 120)
    await until(lambda: preferences.settings.zoom == 1.1)
    assert is_kept(view, line)
    for _ in range(8):
        turn_with_ctrl(view.viewport(), 15)
    await until(lambda: preferences.settings.zoom == 1.25)
    turn_with_ctrl(view.viewport(), -60)
    turn_with_ctrl(view.viewport(), -180)
    await until(lambda: preferences.settings.zoom == 1.0)
    assert view.scroller.anchor == anchor


async def test_pending_notches_make_one_change(here: World, window: MainWindow) -> None:
    heard: list[float] = []
    here.preferences.changed.add(lambda settings: heard.append(settings.zoom))

    async def turn(*units: int) -> None:
        for turned in units:
            at, turn = QPointF(50, 50), QPoint(0, turned)
            button, ctrl = Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier
            phase = Qt.ScrollPhase.NoScrollPhase
            QApplication.sendEvent(window, QWheelEvent(at, at, QPoint(), turn, button, ctrl, phase, False))
        await until(lambda: not window._zoom_wheel._soon.isActive())

    await turn(120, 120, 120, 120, 40)
    assert heard == [1.75]
    await turn(60)
    await turn(120, -120)
    assert heard == [1.75]
    await turn(-120)
    assert heard == [1.75, 1.5]


async def test_zooming_with_the_keys_keeps_the_line(here: World, window: MainWindow) -> None:
    view = await read(here, window)
    line = top_line(view)
    for _ in range(3):
        QTest.keyClick(tab_of(window).composer.edit, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert here.preferences.settings.zoom == 1.5
    assert is_kept(view, line)
    QTest.keyClick(tab_of(window).composer.edit, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert top_line(view) == line


async def test_every_tab_and_its_composer_take_the_width(here: World, window: MainWindow) -> None:
    first = await read(here, window)
    hidden = tab_of(window)
    window.tabs.new_tab()
    await until(lambda: tab_of(window) is not hidden and tab_of(window).session is not None)
    line = top_line(first)
    for width in (640, 760, 960, 0):
        here.preferences.update(reading_width=width)
        QApplication.processEvents()
        composer = tab_of(window).composer.width()
        assert composer == width if width else composer > 960
    here.preferences.update(reading_width=640, text_font="DejaVu Serif")
    assert first.document.render_style.text.font.families()[0] == "DejaVu Serif"
    window.tabs.activate(window.tabs.ids[0])
    await until(first.isVisible)
    QApplication.processEvents()
    assert first.document.width == hidden.composer.width() == 640
    assert is_kept(first, line)
