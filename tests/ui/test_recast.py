"""Text that turns out to be reasoning moves there on screen; a reply of only reasoning is shown and explained."""

from __future__ import annotations

from dataclasses import replace

import pytest
from live_model import LiveModel
from page_world import Page, on_screen, said
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_chat.core.deltas import FinishDelta, ReasoningDelta, RecastDelta, TextDelta
from desktop_chat.core.entities import Status
from desktop_chat.core.events import ReplyDelta, ReplyEnded
from desktop_chat.core.reply import Reply
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.selection.copying import layout_text
from desktop_chat.ui.transcript.view import TranscriptView

STEPS = [
    [TextDelta("They ask for "), TextDelta("two plus two.\n\n- four\n")],
    [RecastDelta(), TextDelta("The answer "), TextDelta("is **4**, and this is a longer text than the reasoning was.")],
    [TextDelta("\n\nAnd more.")],
]


def texts(view: TranscriptView) -> list[str]:
    return [
        layout_text(one.entry.layout)
        for one in view.page.placed
        if isinstance(one.entry, BlockEntry) and one.entry.layout
    ]


def labels(view: TranscriptView) -> str:
    return " ".join(label.text for one in view.page.placed if one.entry.layout for label in one.entry.layout.labels)


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("unfolded", [True, False])
def test_a_stream_with_reasoning_in_its_text_looks_like_its_end(
    qapp: QApplication, qtbot: QtBot, *, unfolded: bool, at_once: bool
) -> None:
    page = Page(qapp, qtbot, "q", running=True)
    view, row = page.view, page.view.model.row(1)
    view.document.item(1).unfolded = unfolded
    reply = Reply(row.message)
    for number, step in enumerate(STEPS):
        for delta in step:
            reply.take(delta)
            view.model.on_event(ReplyDelta(row.message.id, delta))
        if not at_once or number == len(STEPS) - 1:
            view.model.tell()
        if number == 0 and not at_once:
            assert "They ask for two plus two." in texts(view)
    reply.take(FinishDelta("stop"))
    ended = reply.ended(None, cancelled=False)
    assert (ended.reasoning, ended.text[:10]) == ("They ask for two plus two.\n\n- four\n", "The answer")
    live = texts(view)
    view.model.on_event(ReplyEnded(ended))
    assert texts(view) == live
    opened = on_screen(page.theme, qtbot, LiveModel([view.model.row(0).message, ended]))
    opened.document.item(1).unfolded = unfolded
    opened.resync(1)
    assert texts(opened) == live
    assert ("They ask for two plus two." in live) is unfolded


def test_only_the_new_part_of_a_continued_reply_moves(qapp: QApplication, qtbot: QtBot) -> None:
    page = Page(qapp, qtbot, "q", running=True)
    model = LiveModel([said(0, "q"), replace(said(1, "Before. ", Status.RUNNING), reasoning="Hm. ")])
    view = on_screen(page.theme, qtbot, model)
    for delta in (TextDelta("So.\n"), RecastDelta(), TextDelta("After.")):
        model.on_event(ReplyDelta(model.row(1).message.id, delta))
    model.tell()
    shown = model.message(model.row(1).message.id)
    assert shown is not None
    assert (shown.reasoning, shown.text) == ("Hm. So.\n", "Before. After.")
    assert texts(view) == ["q", "Before. After."]


def test_a_reply_of_only_reasoning_shows_it_and_says_so(qapp: QApplication, qtbot: QtBot) -> None:
    page = Page(qapp, qtbot, "q", running=True)
    view, row = page.view, page.view.model.row(1)
    reply = Reply(row.message)
    for delta in (ReasoningDelta("The capital is Paris."), FinishDelta("stop")):
        reply.take(delta)
        view.model.on_event(ReplyDelta(row.message.id, delta))
    view.model.tell()
    assert texts(view) == ["q"]
    ended = reply.ended(None, cancelled=False)
    assert ended.status is Status.COMPLETE
    view.model.on_event(ReplyEnded(ended))
    assert texts(view) == ["q", "The capital is Paris."]
    assert "The model sent reasoning but no answer." in labels(view)
    toggle = next(one for one in view.page.placed if any(c.name == "toggle_reasoning" for c in one.entry.controls()))
    at = toggle.entry.controls()[0].rects[0].center() + QPointF(view.page.column_x, toggle.y)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert texts(view) == ["q"]
    view.resync(1)
    assert texts(view) == ["q"]  # it stays folded once the user folds it


def test_an_unknown_finish_reason_is_shown_in_the_footer(qapp: QApplication, qtbot: QtBot) -> None:
    page = Page(qapp, qtbot, "q")
    ended = replace(said(1, "Hello"), finish_reason="a_new\x1b_word")
    view = on_screen(page.theme, qtbot, LiveModel([said(0, "q"), ended]))
    assert "Finish reason: a_new_word" in labels(view)


def test_a_finished_reply_waiting_for_its_usage_looks_finished(qapp: QApplication, qtbot: QtBot) -> None:
    page = Page(qapp, qtbot, "q", running=True)
    now = [10.0]
    model = LiveModel([said(0, "q"), said(1, "", Status.RUNNING)], clock=lambda: now[0])
    view = on_screen(page.theme, qtbot, model)
    for delta in (TextDelta("Hello"), FinishDelta("stop")):
        model.on_event(ReplyDelta("m1", delta))
    model.tell()
    now[0] += 3.5
    view.resync(1)
    assert "No data" not in labels(view)
    assert view.page.caret_entry() is None
    model.on_event(ReplyDelta("m1", TextDelta(", more")))
    model.tell()
    now[0] += 3.5
    view.resync(1)
    assert "No data for 3 s" in labels(view)
    assert view.page.caret_entry() is not None


def test_folded_reasoning_causes_no_frames(qapp: QApplication, qtbot: QtBot) -> None:
    page = Page(qapp, qtbot, "q", running=True)
    view = page.view
    for delta in (ReasoningDelta("They ask this."), TextDelta("Hello")):
        view.model.on_event(ReplyDelta("m1", delta))
        view.model.tell()
    assert not view.document.item(1).behind
    assert not view.sync._more.isActive()
    view.document.item(1).unfolded = True
    view.resync(1)
    assert "They ask this." in texts(view)
