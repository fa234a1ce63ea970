"""Reading with a real mouse in the real window: words, selections across messages, dragging text, saving code."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import Desk
from mouse import Mouse
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLineEdit
from scrolling import scroll_to_message

from desktop_chat.core.entities import Connection, Status
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.selection.copying import layout_text
from desktop_chat.ui.transcript.view import TranscriptView
from desktop_chat.ui.transcript.viewport.scroller import Placed

QUESTION = "我们今天去公园玩\n\nTell me about this:\n\n```python\nprint('hello')\n```"


def placed(view: TranscriptView, words: str) -> Placed:
    return next(
        one
        for one in view.page.placed
        if isinstance(one.entry, BlockEntry) and one.entry.layout and words in layout_text(one.entry.layout)
    )


def letter(view: TranscriptView, words: str) -> QPoint:
    """Return the left half of the first character of some words on the screen."""
    one = placed(view, words)
    assert one.entry.layout is not None
    box = next(box for box in one.entry.layout.boxes if words in box.text)
    rect = box.rects(box.text.index(words), box.text.index(words) + 1)[0]
    return (QPointF(rect.left() + rect.width() / 4, rect.center().y()) + QPointF(view.page.column_x, one.y)).toPoint()


def control(view: TranscriptView, words: str, name: str) -> QPoint:
    one = placed(view, words)
    rect = next(control for control in one.entry.controls() if control.name == name).rects[0]
    return (rect.center() + QPointF(view.page.column_x, one.y)).toPoint()


@pytest.fixture
async def reading(desk: Desk, connection: Connection) -> Desk:
    """A question in two languages with code, and a very long reply."""
    await desk.with_model(connection, "slow-text")
    desk.ask(QUESTION)
    await desk.speaking(characters=20)
    return desk


async def test_a_word_is_selected_and_pasted_into_the_composer(reading: Desk) -> None:
    view, composer = reading.tab.transcript, reading.tab.composer
    mouse = Mouse(view.viewport())
    await mouse.double_click(letter(view, "今"))
    await reading.until(lambda: view.copier.text(markdown=True) == "今天")
    await reading.until(lambda: QGuiApplication.clipboard().text(QClipboard.Mode.Selection) == "今天")
    reading.control(Qt.Key.Key_C)
    composer.edit.setFocus()
    reading.control(Qt.Key.Key_V)
    assert composer.text == "今天"
    assert reading.tab.session.running


async def test_escape_first_stops_the_reply_then_clears_the_selection(reading: Desk) -> None:
    view = reading.tab.transcript
    await Mouse(view.viewport()).double_click(letter(view, "Tell"))
    await reading.until(lambda: view.copier.text(markdown=True) == "Tell")
    reading.press(Qt.Key.Key_Escape)
    assert (await reading.answered()).status is Status.CANCELLED
    assert view.copier.text(markdown=True) == "Tell"
    reading.press(Qt.Key.Key_Escape)
    assert view.copier.text(markdown=True) == ""


async def test_a_selection_across_messages_is_dragged_into_the_composer_while_the_reply_streams(reading: Desk) -> None:
    view, composer = reading.tab.transcript, reading.tab.composer
    scroll_to_message(view, 0)
    mouse = Mouse(view.viewport())
    await mouse.press(letter(view, "about"))
    await mouse.move(letter(view, "print"), letter(view, reading.last.text[:8]) + QPoint(60, 0))
    await mouse.let_go()
    await reading.until(lambda: "print('hello')" in view.copier.text(markdown=True))
    chosen, letters = view.copier.text(markdown=True), view.copier.text(markdown=False)
    assert chosen.startswith("about this:\n\n```python\n")
    before = len(reading.last.text)
    await mouse.press(letter(view, "print"))
    await mouse.move(letter(view, "print") + QPoint(30, 20))
    await mouse.on(composer.edit).move(QPoint(40, 10), QPoint(60, 12))
    await reading.until(lambda: len(reading.last.text) > before, "the reply stands still while something is dragged")
    reading.screenshot("dragging-out")
    await mouse.let_go()
    await reading.until(lambda: composer.text == letters, "nothing was dropped")
    assert view.copier.text(markdown=True) == chosen
    before = len(reading.last.text)
    await reading.until(lambda: len(reading.last.text) > before, "the reply stands still after the drag")
    await mouse.click(letter(view, "print"))
    await reading.until(lambda: view.copier.text(markdown=True) == "")


async def test_code_is_saved_as_a_file(reading: Desk, tmp_path: Path) -> None:
    view = reading.tab.transcript
    scroll_to_message(view, 0)
    await Mouse(view.viewport()).click(control(view, "print", "save_code"))
    await reading.until(lambda: view.findChild(QFileDialog) is not None, "no dialog came")
    dialog = view.findChild(QFileDialog)
    line = dialog.findChild(QLineEdit)
    assert line is not None
    assert line.text() == "snippet.py"
    line.setText(str(tmp_path / "hello.py"))
    reading.screenshot("saving-code")
    dialog.accept()
    await reading.until((tmp_path / "hello.py").exists, "nothing was saved")
    assert (tmp_path / "hello.py").read_text() == "print('hello')\n"
    assert reading.tab.session.running


async def test_a_real_mouse_selects_blocks_and_scrolls_past_the_edges(desk: Desk, connection: Connection) -> None:
    await desk.with_model(connection, "plain")
    wide = "x = " + " + ".join(f"part_{number}" for number in range(30))
    paragraphs = [f"Paragraph {number} of many." for number in range(60)]
    desk.tab.composer.edit.insertPlainText("\n\n".join([*paragraphs, f"```\n{wide}\n```", "Last one."]))
    desk.tab.composer.edit.setFocus()
    desk.press(Qt.Key.Key_Return)
    await desk.answered()
    view = desk.tab.transcript
    mouse = Mouse(view.viewport())
    await desk.until(lambda: placed(view, "Last one."))
    await mouse.triple_click(letter(view, "Last one."))
    await desk.until(lambda: view.copier.text(markdown=True) == "Last one.")
    await mouse.click(letter(view, "Paragraph 59"))
    await mouse.click(letter(view, "Last one."), shift=True)
    await desk.until(lambda: view.copier.text(markdown=True).startswith("Paragraph 59 of many.\n\n```"))
    await mouse.click(letter(view, "Paragraph 58"))
    start = letter(view, "x = ")
    await mouse.press(start)
    await mouse.move(start + QPoint(40, 0), QPoint(view.viewport().width() - 3, start.y()))
    await desk.until(
        lambda: "part_29" in view.copier.text(markdown=False), "the code does not come to meet the pointer"
    )
    await mouse.move(QPoint(view.viewport().width() // 2, -40))
    await desk.until(lambda: "Paragraph 20" in view.copier.text(markdown=True), "it does not scroll up")
    await mouse.let_go()
    assert not view.at_end
