"""The focus is shown to those who move it with the keyboard, and not to those who click."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator

import pytest
from chat_world import World, until, world
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop_chat.ui.style.focus_rings import FocusRings
from desktop_chat.ui.style.theme import Theme


class Form(QWidget):
    """A line and two buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.line, self.first, self.second = QLineEdit(), QPushButton("one"), QPushButton("two")
        rows = QVBoxLayout(self)
        for widget in (self.line, self.first, self.second):
            rows.addWidget(widget)


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp) as here:
        yield here


@pytest.fixture
async def form(here: World) -> Form:
    form = here.show(Form())
    await until(form.isActiveWindow)
    QTest.mouseClick(form.line, Qt.MouseButton.LeftButton)
    return form


def ringed(form: Form) -> list[QPushButton]:
    return [button for button in (form.first, form.second) if button.property("ring")]


async def test_tab_shows_where_the_focus_is(form: Form) -> None:
    QTest.keyClick(form.line, Qt.Key.Key_Tab)
    assert ringed(form) == [form.first]
    QTest.keyClick(form.first, Qt.Key.Key_Tab)
    assert ringed(form) == [form.second]
    QTest.keyClick(form.second, Qt.Key.Key_Backtab)
    assert ringed(form) == [form.first]


async def test_a_click_shows_nothing(form: Form) -> None:
    QTest.mouseClick(form.first, Qt.MouseButton.LeftButton)
    assert form.first.hasFocus()
    assert ringed(form) == []


async def test_a_click_ends_what_the_keyboard_began(form: Form) -> None:
    QTest.keyClick(form.line, Qt.Key.Key_Tab)
    QTest.mouseClick(form.second, Qt.MouseButton.LeftButton)
    assert ringed(form) == []
    form.first.setFocus()
    assert ringed(form) == []
    QTest.keyClick(form.first, Qt.Key.Key_Tab)
    assert ringed(form) == [form.second]


async def test_what_the_program_focuses_is_quiet_until_the_keyboard_is_used(form: Form) -> None:
    form.first.setFocus()
    assert ringed(form) == []


async def test_a_default_button_says_what_enter_does(form: Form) -> None:
    form.second.setDefault(True)
    form.second.setFocus()
    assert ringed(form) == [form.second]


def test_one_shows_the_focus_for_all_themes_and_outlives_them(qapp: QApplication) -> None:
    for _ in range(2):
        Theme(qapp)
        gc.collect()
    assert len(qapp.findChildren(FocusRings)) == 1
