"""A reference leads to its footnote and back, by mouse and keyboard, and neither opens anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from live_model import LiveModel
from page_world import on_screen
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from scrolling import jump_to_end, scroll_to_message

from desktop_chat.core.deltas import TextDelta
from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.core.events import MessageAdded, ReplyDelta, ReplyEnded
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.transcript.blocks.node_layout import NOTE_BACK
from desktop_chat.ui.transcript.blocks.text_box import NOTE
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.selection.copying import layout_text
from desktop_chat.ui.transcript.view import TranscriptView

FAR = "Water boils[^a] at 100 degrees.\n\n" + "A paragraph.\n\n" * 60 + "[^a]: At <b>sea level</b> only.\n"
NEAR = "Water boils[^a][^b] at 100 degrees.\n\n[^b]: Second.\n[^a]: At sea level only.\n"
MANY = """One[^1] two[^b][^1].

- an item[^b]

[^b]: Some *words*
    and more
[^1]: A paragraph

    and another
[^c]:
    - a list

After[^c].
"""

Show = Callable[[str], TranscriptView]


@pytest.fixture
def show(qapp: QApplication, qtbot: QtBot) -> Show:
    theme = Theme(qapp)
    theme.set_scheme("light")

    def made(text: str) -> TranscriptView:
        reply = Message("m0", "c", None, Role.ASSISTANT, text, Status.COMPLETE, 1_700_000_000.0, model="test-1")
        model = LiveModel([reply])
        return on_screen(theme, qtbot, model)

    return made


def entries(view: TranscriptView) -> list[BlockEntry]:
    return [one.entry for one in view.page.placed if isinstance(one.entry, BlockEntry)]


def words(view: TranscriptView) -> str:
    return "\n".join([layout_text(entry.layout) for entry in entries(view) if entry.layout is not None])


def point_of(view: TranscriptView, name: str, number: int = 0) -> QPoint:
    """Return the middle of a control on screen."""
    target = [target for target in view.hit_tester.focus_chain.in_view() if target.control.name == name][number]
    return (target.control.rects[0].center() + QPointF(view.page.column_x, target.placed.y)).toPoint()


def click(view: TranscriptView, point: QPoint) -> None:
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    view.smooth_scroll.finish()


def test_a_click_goes_to_the_footnote_and_back(show: Show) -> None:
    view = show(FAR)
    opened, asked = QSignalSpy(view.link_activated), QSignalSpy(view.action_triggered)
    scroll_to_message(view, 0)
    before = view.scroll_place()
    click(view, point_of(view, NOTE))
    assert "At <b>sea level</b> only." in words(view)
    assert "Water boils" not in words(view)
    assert view.hit_tester.focused is not None
    assert view.hit_tester.focused.name == NOTE_BACK
    click(view, point_of(view, NOTE_BACK))
    assert view.hit_tester.focused.name == NOTE
    assert view.scroll_place() == before
    assert opened.count() == asked.count() == 0


def test_a_visible_footnote_does_not_scroll(show: Show) -> None:
    view = show(NEAR)
    before = [one.y for one in view.page.placed]
    click(view, point_of(view, NOTE, 1))
    assert [one.y for one in view.page.placed] == before
    assert view.hit_tester.focused is not None
    assert (view.hit_tester.focused.name, view.hit_tester.focused.value) == (NOTE_BACK, "b")


def test_the_keyboard_goes_there_and_back(show: Show) -> None:
    view = show(FAR)
    scroll_to_message(view, 0)
    view.setFocus()
    while view.hit_tester.focused is None or view.hit_tester.focused.name != NOTE:
        assert view.hit_tester.move_focus(forward=True)
    QTest.keyClick(view, Qt.Key.Key_Return)
    view.smooth_scroll.finish()
    assert view.hit_tester.focused.name == NOTE_BACK
    assert "sea level" in words(view)
    QTest.keyClick(view, Qt.Key.Key_Return)
    view.smooth_scroll.finish()
    assert view.hit_tester.focused.name == NOTE
    assert "Water boils" in words(view)


def test_the_way_back_works_without_having_come(show: Show) -> None:
    view = show(FAR)
    jump_to_end(view)
    click(view, point_of(view, NOTE_BACK))
    assert "Water boils" in words(view)
    assert view.hit_tester.focused is not None
    assert view.hit_tester.focused.name == NOTE


def test_a_tip_shows_the_start_of_the_footnote_without_markup(show: Show) -> None:
    view = show(FAR)
    scroll_to_message(view, 0)
    hovered = QSignalSpy(view.link_hovered)
    at = QPointF(point_of(view, NOTE))
    view.hit_tester.hover(at)
    assert view.hit_tester.tip_at(at) == "<p>At &lt;b&gt;sea level&lt;/b&gt; only.</p>"
    assert hovered.count() == 0


def test_copies_have_the_number_in_brackets(show: Show) -> None:
    view = show(NEAR)
    assert words(view) == "Water boils[1][2] at 100 degrees.\n[2] Second.\n[1] At sea level only."
    view.page.select_all()
    view.clipboard.put_selection(markdown=True)
    assert QGuiApplication.clipboard().text() == NEAR


@pytest.mark.parametrize("step", [1, 5, 40])
def test_a_streamed_view_looks_like_an_opened_one(show: Show, step: int) -> None:
    streamed = show("Question")
    reply = Message("m1", "c", "m0", Role.ASSISTANT, "", Status.RUNNING, 1_700_000_000.0, model="test-1")
    streamed.model.on_event(MessageAdded(reply))
    for start in range(0, len(MANY), step):
        streamed.model.on_event(ReplyDelta("m1", TextDelta(MANY[start : start + step])))
        streamed.model.tell()
        streamed.viewport().grab()
    finished = replace(reply, text=MANY, status=Status.COMPLETE)
    streamed.model.on_event(ReplyEnded(finished))
    opened = show("Question")
    opened.model.show_path([streamed.model.row(0).message, finished])
    assert streamed.viewport().grab().toImage() == opened.viewport().grab().toImage()


def test_numbers_appear_with_their_footnotes(show: Show) -> None:
    view = show("Question")
    reply = Message("m1", "c", "m0", Role.ASSISTANT, "", Status.RUNNING, 1_700_000_000.0, model="test-1")
    view.model.on_event(MessageAdded(reply))
    seen = []
    for piece in ("One[^x] two[^y].\n\n", "[^y]: Y", " and more.\n", "[^x]: X"):
        view.model.on_event(ReplyDelta("m1", TextDelta(piece)))
        view.model.tell()
        seen.append(words(view).splitlines()[1])
    assert seen == ["One[^x] two[^y].", "One[^x] two[1].", "One[^x] two[1].", "One[1] two[2]."]
