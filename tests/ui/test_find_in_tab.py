"""Find in a tab: opened with its keys from anywhere in the window, and closed with Esc wherever the focus is."""

from __future__ import annotations

from chat_world import World, until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_chat.ui.chat.find_bar import FindBar
from desktop_chat.ui.chat.tab import ChatTab

Key = Qt.Key


async def asked(here: World, tab: ChatTab) -> None:
    here.provider.script("A needle, and another needle.")
    QTest.keyClicks(tab.composer.edit, "where?")
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    assert tab.session is not None
    session = tab.session
    await until(lambda: session.path and not session.running)


async def test_find_is_unavailable_before_the_first_question(tab: ChatTab) -> None:
    tab.finding.open()
    assert not tab.finding.is_open
    tab.finding.step(True)
    assert not tab.finding.bar.isVisible()


async def test_esc_closes_it_from_the_transcript_too(here: World, tab: ChatTab) -> None:
    tab.focus_composer()
    await asked(here, tab)
    tab.finding.open()
    QTest.keyClicks(tab.finding.bar.line, "needle")
    await until(lambda: tab.finding.bar.tally.text() == "1 of 2")
    tab.transcript.setFocus()
    QTest.keyClick(tab.transcript, Key.Key_Escape)
    assert not tab.finding.is_open
    assert tab.transcript.copier.text(markdown=False) == "needle"
    assert QApplication.focusWidget() is tab.composer.edit


async def test_the_next_hit_reopens_a_closed_bar(here: World, tab: ChatTab) -> None:
    tab.focus_composer()
    await asked(here, tab)
    tab.finding.open()
    QTest.keyClicks(tab.finding.bar.line, "needle")
    QTest.keyClick(tab.finding.bar.line, Key.Key_Escape)
    tab.finding.step(True)
    await until(lambda: tab.finding.bar.tally.text() == "1 of 2")
    tab.finding.step(True)
    await until(lambda: tab.finding.bar.tally.text() == "2 of 2")
    QTest.mouseClick(tab.finding.bar.previous_button, Qt.MouseButton.LeftButton)
    await until(lambda: tab.finding.bar.tally.text() == "1 of 2")
    QTest.mouseClick(tab.finding.bar.close_button, Qt.MouseButton.LeftButton)
    assert not tab.finding.is_open


async def test_a_narrow_bar_leaves_its_room_to_the_query(here: World) -> None:
    """Regression: at zoom 1.5 in a window of 900 x 600, "Python" was cut off next to room reserved for the count."""
    bar = here.show(FindBar(here.theme))
    bar.resize(393, 48)
    bar.line.setText("Python")
    bar.tell(1, 1, complete=True)
    await until(lambda: bar.line.width() > bar.line.fontMetrics().horizontalAdvance("Python") + here.theme.px(40))
    narrow = bar.tally.width()
    bar.resize(600, 48)
    await until(lambda: bar.tally.width() > narrow)
