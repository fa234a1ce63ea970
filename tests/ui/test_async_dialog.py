"""Questions are awaited; every way of closing one has a defined answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget
from shiboken6 import isValid

from desktop_chat.ui.widgets.async_dialog import Question, ask, confirm
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window


async def shown(window: QWidget) -> Question:
    """Return the current question."""
    await asyncio.sleep(0)
    (question,) = window.findChildren(Question)
    assert question.isVisible()
    return question


def button(question: Question, text: str) -> QPushButton:
    return next(button for button in question.findChildren(QPushButton) if button.text() == text)


def press(key: Qt.Key) -> Callable[[QtBot, Question], None]:
    return lambda qtbot, question: qtbot.keyClick(question, key)


def click(text: str) -> Callable[[QtBot, Question], None]:
    return lambda _qtbot, question: button(question, text).click()


@pytest.mark.parametrize(
    ("act", "danger", "agreed"),
    [
        (click("Delete"), True, True),
        (click("Delete"), False, True),
        (click("Cancel"), True, False),
        (press(Qt.Key.Key_Escape), False, False),
        (press(Qt.Key.Key_Return), False, True),
        (press(Qt.Key.Key_Return), True, False),
        (lambda _qtbot, question: question.close(), False, False),
    ],
    ids=["yes to danger", "yes", "cancel", "escape", "enter", "enter is never dangerous", "closed"],
)
async def test_every_way_of_closing_is_an_answer(
    window: QWidget, qtbot: QtBot, act: Callable[[QtBot, Question], None], danger: bool, agreed: bool
) -> None:
    asked = asyncio.create_task(confirm(window, "Delete it?", "It is gone then.", "Delete", danger=danger), name="ask")
    question = await shown(window)
    assert "It is gone then." in [label.text() for label in question.findChildren(QLabel)]
    act(qtbot, question)
    assert await asked is agreed


async def test_the_window_stays_responsive_while_it_asks(window: QWidget, qtbot: QtBot) -> None:
    asked = asyncio.create_task(confirm(window, "Sure?", "Really.", "Yes"), name="ask")
    question = await shown(window)
    for _ in range(3):
        await asyncio.sleep(0)
    assert not asked.done()
    question.accept()
    assert await asked


async def test_a_cancelled_task_closes_its_question(window: QWidget, qtbot: QtBot) -> None:
    asked = asyncio.create_task(confirm(window, "Sure?", "Really.", "Yes"), name="ask")
    question = await shown(window)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert not isValid(question)


async def test_closing_the_parent_means_no(qtbot: QtBot) -> None:
    window = QWidget()
    window.show()
    asked = asyncio.create_task(confirm(window, "Sure?", "Really.", "Yes"), name="ask")
    await shown(window)
    window.close()
    window.deleteLater()
    assert await asked is False


async def test_any_dialog_can_be_awaited(qtbot: QtBot) -> None:
    dialog = QDialog()
    asked = asyncio.create_task(ask(dialog), name="ask")
    await asyncio.sleep(0)
    assert dialog.isVisible()
    dialog.done(7)
    assert await asked == 7


async def test_enter_and_escape_belong_to_the_input_method_while_it_composes(qtbot: QtBot) -> None:
    dialog = QDialog()
    line = ImeLineEdit(parent=dialog)
    asked = asyncio.create_task(ask(dialog), name="ask")
    await asyncio.sleep(0)
    QApplication.sendEvent(line, QInputMethodEvent("ni hao", []))
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    committed = QInputMethodEvent("", [])
    committed.setCommitString("你好")
    QApplication.sendEvent(line, committed)
    assert line.text() == "你好"
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert await asked == QDialog.DialogCode.Rejected


async def test_an_open_question_changes_its_language(window: QWidget, qtbot: QtBot) -> None:
    asked = asyncio.create_task(confirm(window, "Sure?", "Really.", "Yes"), name="ask")
    question = await shown(window)
    cancel = button(question, "Cancel")
    cancel.setText("")
    QApplication.sendEvent(question, QEvent(QEvent.Type.LanguageChange))
    assert cancel.text() == "Cancel"
    cancel.click()
    assert await asked is False


def test_a_question_is_no_higher_than_its_text_needs(qtbot: QtBot) -> None:
    question = Question(None, "Open this link?", "Open")
    question.add_text("https://docs.python.example/3/library/functions.html#iter")
    qtbot.addWidget(question)
    question.show()
    layout = question.layout()
    assert layout is not None
    assert question.height() == layout.totalHeightForWidth(question.width())
