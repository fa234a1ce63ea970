"""Find in a conversation at the real window, with the keyboard alone, in two languages, while a reply streams."""

from __future__ import annotations

from desk import Desk
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop_chat.core.entities import Connection, Status
from desktop_chat.ui.chat.find_bar import FindBar

ALT, SHIFT, CONTROL = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


def bar(desk: Desk) -> FindBar:
    return desk.tab.finding.bar


def found(desk: Desk) -> tuple[int, int]:
    """Return the number of the current hit, and how many there are."""
    finding = desk.tab.transcript.find_session
    assert finding is not None
    tally = finding.tally
    return tally.ordinal, tally.total


def selected(desk: Desk) -> str:
    return desk.tab.transcript.copier.text(markdown=False)


def focused_line(desk: Desk) -> QLineEdit:
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    assert line is bar(desk).line
    return line


async def test_words_are_found_while_they_stream(desk: Desk, connection: Connection) -> None:
    await desk.with_model(connection, "slow-text")
    desk.ask("How many words?")
    await desk.speaking(characters=120)
    desk.control(Qt.Key.Key_F)
    QTest.keyClicks(focused_line(desk), "WORD1")
    await desk.until(lambda: found(desk)[0] == 1, "the first hit is looked at")
    assert desk.tab.session.running
    assert not desk.tab.transcript.at_end, "who reads a hit is not carried off"
    before = found(desk)[1]
    await desk.until(lambda: found(desk)[1] > before, "new hits are counted")
    assert found(desk)[0] == 1
    desk.press(Qt.Key.Key_Return)
    await desk.until(lambda: found(desk)[0] == 2)
    desk.press(Qt.Key.Key_F3)
    await desk.until(lambda: found(desk)[0] == 3)
    desk.press(Qt.Key.Key_G, CONTROL, SHIFT)
    await desk.until(lambda: found(desk)[0] == 2)
    desk.press(Qt.Key.Key_W, ALT)
    await desk.until(lambda: found(desk) == (1, 1), "word1 alone is a whole word")
    desk.press(Qt.Key.Key_C, ALT)
    await desk.until(lambda: found(desk) == (0, 0))
    await desk.until(lambda: desk.sees("No results"))
    desk.press(Qt.Key.Key_C, ALT)
    await desk.until(lambda: found(desk) == (1, 1))
    desk.screenshot("finding")
    desk.press(Qt.Key.Key_Escape)
    assert not bar(desk).isVisible()
    assert desk.tab.session.running, "Esc closed the bar and did not stop the reply"
    assert selected(desk) == "word1"
    assert QApplication.focusWidget() is desk.tab.composer.edit
    desk.press(Qt.Key.Key_Escape)
    assert (await desk.answered()).status is Status.CANCELLED


async def test_chinese_is_found_while_it_streams(chinese_desk: Desk) -> None:
    desk = chinese_desk
    desk.click("开始演示")
    await desk.until(lambda: desk.sees("消息"))
    desk.ask("长")
    await desk.speaking(characters=80)
    desk.control(Qt.Key.Key_F)
    line = focused_line(desk)
    QApplication.sendEvent(line, QInputMethodEvent("de", []))
    desk.press(Qt.Key.Key_Escape)
    assert bar(desk).isVisible(), "what is being composed keeps its keys"
    written = QInputMethodEvent("", [])
    written.setCommitString("的")
    QApplication.sendEvent(line, written)
    await desk.until(lambda: found(desk)[1] > 0)
    desk.press(Qt.Key.Key_F3)
    await desk.until(lambda: found(desk)[0] > 0)
    ordinal, total = found(desk)
    await desk.until(lambda: found(desk)[1] > total, "new hits are counted")
    assert found(desk)[0] == ordinal
    desk.screenshot("finding-chinese")
    desk.press(Qt.Key.Key_Escape)
    assert selected(desk) == "的"
    assert desk.tab.session.running
