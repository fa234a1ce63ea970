"""The keyboard in the transcript: Tab moves through the controls of all messages, keeping the focus visible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from live_model import LiveModel
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from scrolling import scroll_to_message

from desktop_chat.core.deltas import TextDelta
from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.core.events import MessageAdded, ReplyDelta, ReplyEnded
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.transcript.blocks.control_painter import ControlRef
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.view import TranscriptView

TALL = "Words.\n\n" * 40


def conversation(*texts: str) -> list[Message]:
    roles = (Role.USER, Role.ASSISTANT)
    return [
        Message(f"m{n}", "c", f"m{n - 1}" if n else None, roles[n % 2], text, Status.COMPLETE, 1.7e9, model="test-1")
        for n, text in enumerate(texts)
    ]


Show = Callable[..., TranscriptView]


@pytest.fixture
def show(qapp: QApplication, qtbot: QtBot) -> Show:
    """A transcript between two fields."""
    theme = Theme(qapp)
    theme.set_scheme("light")
    theme.set_motion("off")
    windows = []

    def made(*texts: str) -> TranscriptView:
        window = QWidget()
        qtbot.addWidget(window)
        windows.append(window)
        rows = QVBoxLayout(window)
        view = TranscriptView(theme, ErrorWords())
        for widget in (QLineEdit("before"), view, QLineEdit("after")):
            rows.addWidget(widget)
        view.set_model(LiveModel(conversation(*texts), parent=view))
        window.resize(700, 500)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        view.setFocus()
        return view

    return made


def tab(view: TranscriptView, *, back: bool = False) -> ControlRef | None:
    QTest.keyClick(view, Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab)
    return view.hit_tester.focused


def ring(view: TranscriptView) -> QRectF:
    """Return the focus ring's rectangle in the viewport."""
    for one in view.page.placed:
        message_id = view.model.row(one.spot.place).message.id
        for rect in view.hit_tester.focused_rects(message_id, one.entry):
            return rect.translated(view.page.column_x, one.y)
    raise AssertionError("there is no ring in view")


def is_seen(view: TranscriptView) -> bool:
    rect = ring(view)
    return rect.top() >= 0 and rect.bottom() <= view.viewport().height()


def stops(view: TranscriptView, *, back: bool = False) -> list[tuple[str, str]]:
    """Tab until the focus leaves; collect the rings."""
    found = []
    while (ref := tab(view, back=back)) is not None:
        assert is_seen(view)
        found.append((ref.message_id, ref.name))
    return found


def test_tab_moves_through_all_messages_and_out(show: Show) -> None:
    view = show("q", f"[one](https://a.b)\n\n{TALL}[two](https://a.b) [two](https://a.b)", "q", TALL)
    scroll_to_message(view, 0)
    question = [("m0", "copy"), ("m0", "edit"), ("m0", "more")]
    there = stops(view)
    assert there == [
        *question,
        *[("m1", "link")] * 3, ("m1", "copy"), ("m1", "regenerate"), ("m1", "more"),
        ("m2", "copy"), ("m2", "edit"), ("m2", "more"),
        ("m3", "copy"), ("m3", "regenerate"), ("m3", "more"),
    ]  # fmt: skip
    focused = QApplication.focusWidget()
    assert isinstance(focused, QLineEdit)
    assert focused.text() == "after"
    view.setFocus()
    assert stops(view, back=True) == there[::-1]
    focused = QApplication.focusWidget()
    assert isinstance(focused, QLineEdit)
    assert focused.text() == "before"


def test_tab_enters_at_the_visible_part(show: Show) -> None:
    view = show(*[f"{n}\n\n{TALL}" for n in range(20)])
    scroll_to_message(view, 10)
    ref = tab(view)
    assert ref is not None
    assert (ref.message_id, ref.name) == ("m10", "copy")
    view.hit_tester.leave_focus()
    scroll_to_message(view, 11)
    view.page.scroll_by(300)
    assert view.hit_tester.focus_chain.in_view() == []
    ref = tab(view)
    assert ref is not None
    assert (ref.message_id, ref.name) == ("m11", "copy")
    assert is_seen(view)


def test_ten_thousand_messages_are_not_laid_out_for_it(show: Show) -> None:
    view = show(*[TALL] * 10_000)
    for _ in range(30):
        assert tab(view, back=True) is not None
    assert len(view.document._items) <= 130
    assert len(view.document._layouts) <= 300


def test_a_long_message_without_links_is_skipped(show: Show, qtbot: QtBot) -> None:
    view = show("q", "Just words.\n\n" * 3_000)
    qtbot.waitUntil(lambda: not view.document.long)  # it is split in iterations of its own, and then shown
    qtbot.waitUntil(lambda: bool(view.page.placed))
    scroll_to_message(view, 0)
    for _ in range(4):
        ref = tab(view)
    assert ref is not None
    assert (ref.message_id, ref.name) == ("m1", "copy")
    laid_out = [one for one in view.document.item(1).entries if one.layout is not None]
    assert len(laid_out) < 100


def test_enter_and_space_press_the_focused_control(show: Show) -> None:
    view = show("q", "[one](https://a.b/1) and [two](https://a.b/2)")
    scroll_to_message(view, 0)
    activated = QSignalSpy(view.link_activated)
    for _ in range(4):
        tab(view)
    QTest.keyClick(view, Qt.Key.Key_Return)
    tab(view)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert [activated.at(n) for n in range(activated.count())] == [["https://a.b/1", "one"], ["https://a.b/2", "two"]]


def test_left_and_right_scroll_the_code_of_the_focused_control(show: Show) -> None:
    view = show("q", "```py\n" + "x" * 400 + "\n```")
    scroll_to_message(view, 0)
    while (ref := tab(view)) is not None and ref.key != 0:
        pass
    assert ref is not None
    entry = next(one.entry for one in view.page.placed if one.spot.place == 1 and one.entry.key == 0)
    assert isinstance(entry, BlockEntry)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Right)
    right = entry.code.offset[0]
    assert right > 0
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert entry.code.offset[0] == right / 2
    for _ in range(200):
        QTest.keyClick(view, Qt.Key.Key_Right)
    assert entry.layout is not None
    assert entry.code.offset[0] == entry.layout.panes[0].hidden_width


def test_moving_from_message_to_message_leaves_a_mark(show: Show) -> None:
    view = show("q", "answer", "q", "answer")
    QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    place = view.model.place_of(view.hit_tester.current_message)
    assert place is not None
    placed = next(one for one in view.page.placed if one.spot.place == place)
    accent = view.document.render_style.colour("accent").rgb()

    def mark() -> int:
        image = view.viewport().grab().toImage()
        at = QPoint(view.page.column_x - view.document.render_style.px(13), placed.y + placed.entry.height // 2)
        return image.pixel(at * image.devicePixelRatio())

    assert mark() == accent
    tab(view)
    assert mark() != accent


def test_keyboard_selection_starts_at_the_message(show: Show) -> None:
    view = show("q", "answer")
    view.hit_tester.go_to_message("m1")
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.copier.text(markdown=False) == "an"


def test_the_menu_key_opens_the_menu_at_the_focus(show: Show, qtbot: QtBot) -> None:
    view = show("q", "[one](https://a.b/1)")
    scroll_to_message(view, 0)
    for _ in range(4):
        tab(view)
    point = QPoint(0, 0)
    QApplication.sendEvent(view, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, point, point))
    menu = view.findChild(QMenu)
    assert "Copy link" in [action.text() for action in menu.actions()]
    assert view.mapFromGlobal(menu.pos()).y() > 0
    menu.close()
    qtbot.waitUntil(lambda: view.findChild(QMenu) is None)
    view.hit_tester.go_to_message("m1")
    QTest.keyClick(view, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    assert [action.text() for action in view.findChild(QMenu).actions()][:2] == ["Copy", "Copy as Markdown"]
    view.findChild(QMenu).close()


def test_entering_by_tab_focuses_a_control_at_once(show: Show) -> None:
    view = show("q", "answer")
    before = next(field for field in view.window().findChildren(QLineEdit) if field.text() == "before")
    before.setFocus()
    QTest.keyClick(before, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is view
    assert view.hit_tester.focused is not None
    assert (view.hit_tester.focused.message_id, view.hit_tester.focused.name) == ("m0", "copy")
    assert is_seen(view)


def test_the_button_of_code_keeps_the_focus_while_the_code_grows(show: Show) -> None:
    view = show("q")
    model = view.model
    model.on_event(MessageAdded(replace(conversation("q", "")[1], status=Status.RUNNING)))
    model.on_event(ReplyDelta("m1", TextDelta("```py\nx = 1\n")))
    model.tell()
    while (ref := tab(view)) is not None and ref.name != "copy_code":
        pass
    assert ref is not None
    model.on_event(ReplyDelta("m1", TextDelta("y = 2\n")))
    model.tell()
    assert is_seen(view)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert QApplication.clipboard().text() == "x = 1\ny = 2"
    assert tab(view, back=True) is not None
    view.clipboard._unsay()
    view.clipboard._timer.stop()
    model.on_event(ReplyEnded(conversation("q", "```py\nx = 1\ny = 2\n```")[1]))


def test_left_and_right_scroll_a_wide_table(show: Show) -> None:
    row = "|".join(f"heading{n}" for n in range(30))
    view = show("q", f"|{row}|\n|{'|'.join(['---'] * 30)}|\n|{row}|")
    while (ref := tab(view)) is not None and ref.name != "copy_table":
        pass
    entry = next(one.entry for one in view.page.placed if one.spot.place == 1 and one.entry.key == 0)
    assert isinstance(entry, BlockEntry)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert entry.code.offset[0] > 0
    assert view.hit_tester.focused == ref


def test_a_link_outside_the_visible_part_of_its_table_is_scrolled_to(show: Show) -> None:
    row = "|".join(f"heading{n}" for n in range(30))
    view = show("q", f"|{row}|\n|{'|'.join(['---'] * 30)}|\n|{'|'.join(['cell'] * 29)}|[far](https://a.b)|")
    while (ref := tab(view)) is not None and ref.name != "link":
        pass
    assert ref is not None
    assert is_seen(view)
    assert ring(view).right() <= view.viewport().width()
