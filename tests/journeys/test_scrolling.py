"""Reading a long answer in the real window: a real wheel, real keys, zoom, and the reading settings."""

from __future__ import annotations

import shutil

import pytest
from desk import Desk
from mouse import Mouse
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop_chat.core.entities import Connection
from desktop_chat.ui.settings.setting_rows import Choice
from desktop_chat.ui.settings.settings_dialog import SettingsDialog
from desktop_chat.ui.transcript.view import TranscriptView

on_x11 = pytest.mark.skipif(
    QGuiApplication.platformName() not in {"", "xcb"} or shutil.which("xdotool") is None, reason="needs X11 and xdotool"
)


async def long_talk(desk: Desk, connection: Connection) -> TranscriptView:
    """Ask until there is a lot to read."""
    tab = await desk.with_model(connection, "paragraphs")
    view = tab.transcript
    while view.scroller.total() < 4 * view.viewport().height():
        desk.ask("Tell me more")
        await desk.answered(tab)
        await desk.until(lambda: view.at_end and not view.model.row(view.model.rowCount() - 1).running, "the answer")
    return view


def notch(view: TranscriptView) -> int:
    return view.document.render_style.text.pitch * QApplication.wheelScrollLines()


def above_end(view: TranscriptView) -> int | None:
    """Return how far the view is above the end, measured by the actual content."""
    return view.scroller.way_to_end(view.viewport().height(), 100_000)


@on_x11
async def test_the_real_wheel_glides_by_whole_notches_and_detaches_from_the_end(
    desk: Desk, connection: Connection
) -> None:
    view = await long_talk(desk, connection)
    mouse = Mouse(view.viewport())
    await mouse.point_at_it()
    for _ in range(3):
        await mouse.turn_wheel(1)
    await desk.until(lambda: not view.smooth_scroll.active and above_end(view) == 3 * notch(view), "three notches")
    assert not view.at_end
    await mouse.turn_wheel(-8)
    await desk.until(lambda: view.at_end and not view.smooth_scroll.active, "the end")


@on_x11
async def test_the_real_wheel_with_ctrl_zooms_and_keeps_the_line(desk: Desk, connection: Connection) -> None:
    view = await long_talk(desk, connection)
    view.page.scroll_by(-700)
    anchor = view.scroller.anchor
    mouse = Mouse(view.viewport())
    await mouse.point_at_it()
    preferences = desk.application.preferences
    await mouse.turn_wheel(1, ctrl=True)
    await desk.until(lambda: preferences.settings.zoom == 1.1, "larger")
    assert view.scroller.anchor[0] == anchor[0]
    await mouse.turn_wheel(-1, ctrl=True)
    await desk.until(lambda: preferences.settings.zoom == 1.0, "as it was")
    assert view.scroller.anchor == anchor


async def test_keys_scroll_through_a_long_answer(desk: Desk, connection: Connection) -> None:
    view = await long_talk(desk, connection)
    view.setFocus()
    page = view.viewport().height() - 40
    desk.press(Qt.Key.Key_PageUp)
    desk.press(Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    await desk.until(lambda: not view.smooth_scroll.active, "two pages")
    assert above_end(view) == 2 * page
    desk.press(Qt.Key.Key_Space)
    desk.press(Qt.Key.Key_PageDown)
    await desk.until(lambda: view.at_end and not view.smooth_scroll.active, "the end again")
    desk.control(Qt.Key.Key_Home)
    await desk.until(lambda: view.scroller.value() == 0, "the beginning")
    desk.press(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    await desk.until(lambda: not view.smooth_scroll.active, "the answer")
    assert view.scroller.anchor[0].place == 1
    desk.control(Qt.Key.Key_End)
    await desk.until(lambda: view.at_end, "the end")


async def test_reading_settings_apply_to_all_tabs_and_after_a_restart(desk: Desk, connection: Connection) -> None:
    view = await long_talk(desk, connection)
    await desk.new_tab()
    desk.window.open_settings("reading")
    dialog = desk.window.findChild(SettingsDialog)
    assert dialog is not None
    page = dialog.reading
    for setting, value in (("reading_width", 640), ("text_font", "DejaVu Serif"), ("smooth_scrolling", "off")):
        box = page.findChild(Choice, setting)
        assert box is not None
        box.setCurrentIndex(box.findData(value))
        box.activated.emit(box.currentIndex())
    dialog.close()
    desk.window.tabs.activate(desk.window.tabs.ids[-2])
    await desk.until(view.isVisible)
    await desk.until(lambda: view.document.width == desk.tab.composer.width() == 640, "narrow lines")
    assert view.document.render_style.text.font.families()[0] == "DejaVu Serif"
    await desk.close()
    await desk.open()
    settings = desk.application.preferences.settings
    assert (settings.reading_width, settings.text_font, settings.smooth_scrolling) == (640, "DejaVu Serif", "off")
    await desk.until(lambda: desk.tab.transcript.document.width == 640, "narrow lines again")
