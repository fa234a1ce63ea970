"""Focus rings are shown when focus moves with the keyboard, and not when clicking."""

from __future__ import annotations

import gc

import pytest
from chat_world import World, until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop_chat.ui.style.focus_rings import FocusRings
from desktop_chat.ui.style.theme import Theme


class Form(QWidget):
    """A line edit and two buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.line, self.first, self.second = QLineEdit(), QPushButton("one"), QPushButton("two")
        rows = QVBoxLayout(self)
        for widget in (self.line, self.first, self.second):
            rows.addWidget(widget)


@pytest.fixture
async def form(here: World) -> Form:
    form = here.show(Form())
    await until(form.isActiveWindow)
    QTest.mouseClick(form.line, Qt.MouseButton.LeftButton)
    return form


def ringed(form: Form) -> list[QPushButton]:
    return [button for button in (form.first, form.second) if button.property("ring")]


async def test_tab_shows_the_focus_ring(form: Form) -> None:
    QTest.keyClick(form.line, Qt.Key.Key_Tab)
    assert ringed(form) == [form.first]
    QTest.keyClick(form.first, Qt.Key.Key_Tab)
    assert ringed(form) == [form.second]
    QTest.keyClick(form.second, Qt.Key.Key_Backtab)
    assert ringed(form) == [form.first]


async def test_a_click_shows_no_ring(form: Form) -> None:
    QTest.mouseClick(form.first, Qt.MouseButton.LeftButton)
    assert form.first.hasFocus()
    assert ringed(form) == []


async def test_a_click_hides_the_ring(form: Form) -> None:
    QTest.keyClick(form.line, Qt.Key.Key_Tab)
    QTest.mouseClick(form.second, Qt.MouseButton.LeftButton)
    assert ringed(form) == []
    form.first.setFocus()
    assert ringed(form) == []
    QTest.keyClick(form.first, Qt.Key.Key_Tab)
    assert ringed(form) == [form.second]


async def test_programmatic_focus_shows_no_ring_until_the_keyboard_is_used(form: Form) -> None:
    form.first.setFocus()
    assert ringed(form) == []


async def test_a_default_button_shows_what_enter_does(form: Form) -> None:
    form.second.setDefault(True)
    form.second.setFocus()
    assert ringed(form) == [form.second]


def test_one_ring_serves_all_themes_and_outlives_them(qapp: QApplication) -> None:
    for _ in range(2):
        Theme(qapp)
        gc.collect()
    assert len(qapp.findChildren(FocusRings)) == 1
