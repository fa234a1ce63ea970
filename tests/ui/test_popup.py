"""A popup floats over its window: next to its button, completely visible, and closed by the usual means."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_chat.ui.style.elevation import shadow_reach
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.widgets.popup import Popup

Key = Qt.Key


class Scene:
    """A window with a field above a button that opens a popup with two fields."""

    def __init__(self, app: QApplication, qtbot: QtBot) -> None:
        self.theme = Theme(app)
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.field, self.button = QLineEdit(), QPushButton("open")
        column = QVBoxLayout(self.window)
        column.addWidget(self.field)
        column.addStretch()
        column.addWidget(self.button)
        self.popup = Popup(self.theme, self.button)
        self.first, self.second = QLineEdit(), QLineEdit()
        inside = QVBoxLayout(self.popup)
        inside.addWidget(self.first)
        inside.addWidget(self.second)
        self.button.clicked.connect(self.open)
        self.window.resize(500, 400)
        self.window.show()
        self.window.activateWindow()
        self.field.setFocus()
        qtbot.waitUntil(self.field.hasFocus)
        self.closed = QSignalSpy(self.popup.closed)

    def open(self) -> None:
        self.popup.open_at(self.button)
        self.first.setFocus()


@pytest.fixture
def scene(qapp: QApplication, qtbot: QtBot) -> Iterator[Scene]:
    made = Scene(qapp, qtbot)
    yield made
    made.popup.close()
    made.theme.deleteLater()


def test_it_floats_above_its_button_inside_the_window(scene: Scene) -> None:
    scene.open()
    card = scene.popup._card.translated(scene.popup.pos())
    assert card.bottom() < scene.button.y()
    assert scene.window.rect().contains(card)
    assert not scene.popup.isWindow(), "so that it has its shadow everywhere, and screen readers find it"
    assert scene.first.mapTo(scene.popup, QPoint(0, 0)).x() >= shadow_reach(scene.theme)


def test_it_fits_into_a_smaller_window(scene: Scene) -> None:
    scene.theme.set_zoom(2.0)
    scene.popup.wanted_size = lambda: scene.window.size() * 2  # type: ignore[method-assign]
    scene.open()
    for width, height in ((500, 400), (360, 260)):
        scene.window.resize(width, height)
        assert scene.window.rect().contains(scene.popup._card.translated(scene.popup.pos()))


def test_escape_closes_it_and_nothing_else(scene: Scene) -> None:
    stop = QShortcut(QKeySequence(Key.Key_Escape), scene.window)
    stopped = QSignalSpy(stop.activated)
    scene.open()
    QTest.keyClick(scene.first, Key.Key_Escape)
    assert (scene.popup.isVisible(), scene.closed.count(), stopped.count()) == (False, 1, 0)
    assert scene.field.hasFocus(), "the keyboard is back where it was"
    QTest.keyClick(scene.field, Key.Key_Escape)
    assert stopped.count() == 1


def test_a_click_elsewhere_closes_it(scene: Scene) -> None:
    scene.open()
    QTest.mouseClick(scene.second, Qt.MouseButton.LeftButton)
    assert scene.popup.isVisible()
    QTest.mouseClick(scene.window, Qt.MouseButton.LeftButton, pos=QPoint(450, 200))
    assert not scene.popup.isVisible()
    scene.open()
    QTest.mouseClick(scene.popup, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert not scene.popup.isVisible(), "its shadow is not a part of it"


def test_its_button_closes_it_again(scene: Scene) -> None:
    QTest.mouseClick(scene.button, Qt.MouseButton.LeftButton)
    assert scene.popup.isVisible()
    QTest.mouseClick(scene.button, Qt.MouseButton.LeftButton)
    assert not scene.popup.isVisible()


def test_tab_cycles_inside_and_focus_elsewhere_closes_it(scene: Scene) -> None:
    scene.open()
    visited = []
    for forward in (True, True, False):
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Tab if forward else Key.Key_Backtab)
        visited.append(QApplication.focusWidget())
    assert visited == [scene.second, scene.first, scene.second]
    scene.field.setFocus()
    assert not scene.popup.isVisible()
    assert scene.field.hasFocus()


def test_it_closes_with_its_owner(scene: Scene, qtbot: QtBot) -> None:
    scene.open()
    gone = QSignalSpy(scene.popup.destroyed)
    scene.button.deleteLater()
    qtbot.waitUntil(lambda: gone.count() == 1)
    scene.popup = Popup(scene.theme, scene.window)
