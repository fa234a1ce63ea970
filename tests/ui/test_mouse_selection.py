"""Text is selected as readers expect: by mouse and keys, by characters, words and blocks, past every edge."""

from __future__ import annotations

from functools import partial

import pytest
from page_world import LEFT, NONE, Open, Page
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from scrolling import scroll_to_message

from desktop_chat.core.deltas import TextDelta
from desktop_chat.core.entities import Status
from desktop_chat.core.events import ReplyDelta
from desktop_chat.ui.transcript.selection.drag_out import DragOut

_Key = Qt.Key
LONG_LINE = "x = " + " + ".join(f"part_{number}" for number in range(30))
MANY = "\n\n".join(f"Paragraph {number} has a few words." for number in range(60))


@pytest.fixture
def show(qapp: QApplication, qtbot: QtBot) -> Open:
    return partial(Page, qapp, qtbot)


def test_a_double_click_selects_a_chinese_word(show: Open) -> None:
    page = show("好", "我们今天去公园玩")
    QTest.mouseDClick(page.view.viewport(), LEFT, NONE, page.point("今"))
    assert page.letters == "今天"
    QTest.mouseDClick(page.view.viewport(), LEFT, NONE, page.point("天", along=0.9))
    assert page.letters == "今天"


def test_dragging_after_a_double_click_selects_words_in_both_directions(show: Open) -> None:
    page = show("q", "one two three four five")
    page.double_press(page.point("three"))
    assert page.letters == "three"
    QTest.mouseMove(page.view.viewport(), page.point("four", along=0.6))
    assert page.letters == "three four"
    QTest.mouseMove(page.view.viewport(), page.point("two", along=0.6))
    assert page.letters == "two three"
    QTest.mouseRelease(page.view.viewport(), LEFT, NONE, page.point("two"))
    assert page.letters == "two three"


def test_a_third_click_selects_the_block_and_dragging_selects_more(show: Open) -> None:
    code = "\n".join(f"line {number}" for number in range(100))
    page = show("q", f"First block\n\nSecond block\n\n```\n{code}\n```\n\nLast one")
    scroll_to_message(page.view, 0)
    port, at = page.view.viewport(), page.point("Second")
    QTest.mouseDClick(port, LEFT, NONE, at)
    page.drag(at, page.point("First"), let_go=False)
    assert page.copied == "First block\n\nSecond block"
    QTest.mouseMove(port, page.point("line 3"))
    QTest.mouseRelease(port, LEFT, NONE, page.point("line 3"))
    assert page.copied == f"Second block\n\n```\n{code}\n```"


def test_shift_click_selects_up_to_there(show: Open) -> None:
    page = show("q", "one two three\n\nfour five")
    page.click(page.point("two"))
    page.click(page.point("five"), shift=True)
    assert page.letters == "two three\n\nfour "
    page.click(page.point("one"), shift=True)
    assert page.letters == "one "


def test_dragging_repaints_what_changed_and_leaves_no_artifacts(show: Open) -> None:
    table = "| one | two |\n|---|---|\n| " + "many words " * 20 + " | few |\n"
    page = show("q", f"First **bold** words\n\n- item\n\n{table}\n\n```\nx = 1\ny = 2\n```\n\n> quoted\n\nlast words")
    page.view.resize(700, 1_000)
    scroll_to_message(page.view, 0)
    QApplication.processEvents()
    port = page.view.viewport()
    words = ["two", "item", "few", "quoted", "y = 2", "many", "First", "last", "bold", "x = 1"]
    page.drag(page.point("many"), let_go=False)
    for word in words:
        QTest.mouseMove(port, page.point(word))
        QApplication.processEvents()
        seen = page.view.screen().grabWindow(page.view.winId()).toImage()
        port.repaint()
        assert seen == page.view.screen().grabWindow(page.view.winId()).toImage(), word
    QTest.mouseRelease(port, LEFT, NONE, page.point("x = 1"))


def test_dragging_beyond_the_edge_scrolls_until_released(show: Open, qtbot: QtBot) -> None:
    page = show("q", MANY)
    scroll_to_message(page.view, 0)
    port = page.view.viewport()
    page.drag(page.point("Paragraph 2"), QPoint(200, port.height() + 90), let_go=False)
    qtbot.waitUntil(lambda: "Paragraph 30" in page.letters)
    QTest.mouseRelease(port, LEFT, NONE, QPoint(200, port.height() + 90))
    assert page.letters.startswith("Paragraph 2")
    before = page.view.scroller.anchor
    QTest.qWait(40)
    assert page.view.scroller.anchor == before


def test_dragging_in_wide_code_scrolls_it_horizontally(show: Open, qtbot: QtBot) -> None:
    page = show("q", f"```python\n{LONG_LINE}\n```")
    start = page.point("x = ")
    page.drag(start, QPoint(page.view.viewport().width() - 2, start.y()), let_go=False)
    qtbot.waitUntil(lambda: "part_29" in page.letters)
    QTest.mouseRelease(page.view.viewport(), LEFT, NONE, start)


@pytest.mark.parametrize(
    ("key", "control", "selected"),
    [
        (_Key.Key_Right, False, "t"),
        (_Key.Key_Right, True, "two "),
        (_Key.Key_Left, False, " "),
        (_Key.Key_Left, True, "one "),
        (_Key.Key_End, False, "two three"),
        (_Key.Key_Home, False, "one "),
        (_Key.Key_Down, True, "two three"),
        (_Key.Key_Up, True, "one "),
        (_Key.Key_End, True, "two three\n\nlast block"),
        (_Key.Key_Home, True, "question\n\none "),
        (_Key.Key_Down, False, "two three\n\nlast"),
        (_Key.Key_PageDown, False, "two three\n\nlast block"),
        (_Key.Key_PageUp, False, "question\n\none "),
    ],
)
def test_shift_and_keys_extend(show: Open, key: _Key, control: bool, selected: str) -> None:
    page = show("question", "one two three\n\nlast block")
    page.click(page.point("two"))
    page.key(key, control=control)
    assert page.letters.startswith(selected) if key == _Key.Key_Down and not control else page.letters == selected


def test_a_keyboard_selection_is_kept_visible(show: Open) -> None:
    page = show("q", MANY)
    scroll_to_message(page.view, 0)
    page.click(page.point("Paragraph 2"))
    for _ in range(40):
        page.key(_Key.Key_Down)
    assert page.block("Paragraph 42 ").y < page.view.viewport().height()
    page.key(_Key.Key_Home, control=True)
    assert page.block("Paragraph 0 ").y >= 0
    page.key(_Key.Key_PageDown)
    page.key(_Key.Key_PageDown)
    assert "Paragraph 5 " in page.letters
    assert "Paragraph 50 " not in page.letters


def test_the_keys_follow_a_long_line_of_code(show: Open) -> None:
    page = show("q", f"```python\n{LONG_LINE}\n```")
    page.click(page.point("x = "))
    entry = page.entry("part_3")
    page.key(_Key.Key_End)
    assert page.letters.endswith("part_29")
    assert entry.code.offset[0] > 100
    page.key(_Key.Key_Home)
    assert entry.code.offset[0] == 0


def test_up_and_down_keep_their_column_through_short_lines(show: Open) -> None:
    page = show("q", "```\nabcdefgh\nab\nabcdefgh\n```")
    page.click(page.point("gh"))
    page.key(_Key.Key_Down)
    page.key(_Key.Key_Down)
    assert page.letters == "gh\nab\nabcdef"


def test_the_keyboard_alone_selects_from_the_first_visible_character(show: Open) -> None:
    page = show("question", "the answer")
    page.key(_Key.Key_Right, control=True)
    assert page.letters == "question"
    page.key(_Key.Key_Escape, shift=False)
    page.view.selection.clear()
    page.view.hit_tester.current_message = "m1"
    page.key(_Key.Key_End)
    assert page.letters == "the answer"


def test_select_all_and_one_step_back_omits_the_last_character(show: Open) -> None:
    page = show("question", "the answer")
    page.key(_Key.Key_A, shift=False, control=True)
    assert page.copied == "question\n\nthe answer"
    page.key(_Key.Key_Left)
    assert page.letters == "question\n\nthe answe"


def test_escape_only_clears_the_selection(show: Open) -> None:
    page = show("question", "the answer")
    page.view.page.select_all()
    page.key(_Key.Key_Escape, shift=False)
    assert page.copied == ""


def test_a_selection_survives_text_below_and_another_width(show: Open) -> None:
    page = show("question", "the answer", running=False)
    page.drag(page.point("question"), page.point("answer"))
    chosen = page.letters
    page.view.resize(420, 400)
    page.theme.set_zoom(1.4)
    assert page.letters == chosen == "question\n\nthe "


def test_a_selection_survives_streaming(show: Open) -> None:
    page = show("question", running=True)
    page.view.model.on_event(ReplyDelta("m1", TextDelta("Some **first** words")))
    page.view.model.tell()
    page.drag(page.point("question"), page.point("first"))
    for number in range(30):
        page.view.model.on_event(ReplyDelta("m1", TextDelta(f" and more\n\n{number}")))
        page.view.model.tell()
    assert page.letters == "question\n\nSome "
    assert page.view.model.row(1).message.status is Status.RUNNING
    page.view.hide()


def test_a_click_on_the_selection_clears_it_on_release(show: Open) -> None:
    page = show("question", "the answer")
    port = page.view.viewport()
    page.drag(page.point("the"), page.point("answer"))
    at = page.point("he")
    QTest.mousePress(port, LEFT, NONE, at)
    assert page.letters == "the "
    QTest.mouseRelease(port, LEFT, NONE, at)
    assert page.letters == ""


def test_the_pointer_is_an_arrow_over_draggable_text(show: Open) -> None:
    page = show("question", "the answer")
    QTest.mouseMove(page.view.viewport(), page.point("the"))
    assert page.view.viewport().cursor().shape() is Qt.CursorShape.IBeamCursor
    page.drag(page.point("the"), page.point("answer"))
    QTest.mouseMove(page.view.viewport(), page.point("he"))
    assert page.view.viewport().cursor().shape() is Qt.CursorShape.ArrowCursor


def test_dragging_the_selection_carries_its_text(show: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    carried: list[QMimeData] = []
    monkeypatch.setattr(DragOut, "_drag", lambda self: carried.append(self.mime_data()))
    page = show("question", "the **answer**\n\nof all")
    page.drag(page.point("question"), page.point("all"))
    page.drag(page.point("the"), page.point("the") + QPoint(30, 5))
    assert [data.text() for data in carried] == ["question\n\nthe answer\n\nof "]
    assert bytes(carried[0].data("text/markdown").data()).decode() == "question\n\nthe **answer**\n\nof "
    assert set(carried[0].formats()) == {"text/plain", "text/markdown"}
    assert page.letters == "question\n\nthe answer\n\nof "


def test_a_drag_shows_the_first_words(show: Open) -> None:
    page = show("question", "the answer")
    short, long = (
        DragOut(page.view.page, page.view.clipboard)._image(text) for text in ("few", "very many words " * 40)
    )
    assert short.width() < long.width() <= page.view.document.render_style.px(310)
    assert short.height() == long.height()
