"""Sources below a reply: citations and list entries link to them, and nobody is misled about the target."""

from __future__ import annotations

from dataclasses import replace

import pytest
from live_model import LiveModel
from page_world import Page, on_screen, said
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_chat.core.deltas import SourcesDelta, TextDelta
from desktop_chat.core.entities import Message, Source, Status, Usage
from desktop_chat.core.events import ReplyDelta, ReplyEnded
from desktop_chat.ui.transcript.blocks.block_layout import Control
from desktop_chat.ui.transcript.view import TranscriptView
from desktop_chat.ui.transcript.viewport.scroller import Placed

TIDE, MOON = Source("https://example.org/tide", "Tide"), Source("https://moon.example/x", "google.com")
MANY = tuple(Source(f"https://example.org/{number}", f"Title {number}") for number in range(1, 13))


def shown(qapp: QApplication, qtbot: QtBot, reply: Message) -> TranscriptView:
    page = Page(qapp, qtbot, "q")
    return on_screen(page.theme, qtbot, LiveModel([said(0, "q"), reply]))


def controls(view: TranscriptView, name: str) -> list[tuple[Placed, Control]]:
    return [(one, control) for one in view.page.placed for control in one.entry.controls() if control.name == name]


def click(view: TranscriptView, placed: Placed, control: Control) -> None:
    at = control.rects[0].center() + QPointF(view.page.column_x, placed.y)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at.toPoint())


def words(view: TranscriptView) -> list[str]:
    return [label.text for one in view.page.placed if one.entry.layout for label in one.entry.layout.labels]


def text_links(view: TranscriptView) -> list[str]:
    layouts = [one.entry.layout for one in view.page.placed if one.entry.layout is not None]
    return [control.value for layout in layouts for control, _, _ in layout.link_controls({})]


def test_each_source_has_a_link_with_its_host(qapp: QApplication, qtbot: QtBot) -> None:
    view = shown(qapp, qtbot, replace(said(1, "Tides[1][2]."), sources=(TIDE, MOON)))
    assert {"Sources", "1", "Tide", "example.org", "2", "google.com", "moon.example"} <= set(words(view))
    pressed = QSignalSpy(view.link_activated)
    for placed, control in controls(view, "link"):
        click(view, placed, control)
    assert [pressed.at(number)[0] for number in range(pressed.count())] == [TIDE.url, MOON.url]
    assert [control.spoken for _, control in controls(view, "link")] == ["Source 1: Tide", "Source 2: google.com"]
    assert [control.label for _, control in controls(view, "link")] == [TIDE.url, MOON.url]  # the tooltip
    assert text_links(view) == [TIDE.url, MOON.url]


def test_a_long_list_is_folded(qapp: QApplication, qtbot: QtBot) -> None:
    view = shown(qapp, qtbot, replace(said(1, "Short."), sources=MANY))
    assert len(controls(view, "link")) == 4
    toggle = controls(view, "toggle_sources")[0]
    assert toggle[1].label == "Show all 12 source(s)"
    click(view, *toggle)
    view.scroller.follow_end()
    view.page.show_changes()
    item = view.document.item(1)
    assert item.shows_all_sources
    listed = next(entry for entry in item.entries if any(c.name == "toggle_sources" for c in entry.controls()))
    assert len([c for c in listed.controls() if c.name == "link"]) == 12
    click(view, *controls(view, "toggle_sources")[0])
    assert len(controls(view, "link")) == 4


def test_numbers_become_links_when_their_sources_arrive(qapp: QApplication, qtbot: QtBot) -> None:
    page = Page(qapp, qtbot, "q", running=True)
    view = page.view
    for delta in (TextDelta("Tides[1]"), TextDelta(" and\n\n`[2]`")):
        view.model.on_event(ReplyDelta("m1", delta))
        view.model.tell()
    assert text_links(view) == []
    view.model.on_event(ReplyDelta("m1", SourcesDelta((TIDE,))))
    view.model.tell()
    assert text_links(view) == [TIDE.url]
    for delta in (TextDelta("\n\nMoon[2]"), SourcesDelta((TIDE, MOON)), TextDelta(" grows")):
        view.model.on_event(ReplyDelta("m1", delta))
        view.model.tell()
    assert text_links(view) == [TIDE.url, MOON.url]
    assert "Sources" not in words(view)  # text growing above would push it down
    ended = replace(said(1, "Tides[1] and\n\n`[2]`\n\nMoon[2] grows"), sources=(TIDE, MOON))
    view.model.on_event(ReplyEnded(ended))
    assert "Sources" in words(view)
    assert text_links(view) == [TIDE.url, MOON.url]


def test_the_sources_of_a_continued_reply_keep_their_numbers(qapp: QApplication, qtbot: QtBot) -> None:
    page = Page(qapp, qtbot, "q")
    begun = replace(said(1, "Tides[1]", Status.RUNNING), sources=(TIDE,))
    view = on_screen(page.theme, qtbot, LiveModel([said(0, "q"), begun]))
    for delta in (SourcesDelta((MOON, TIDE)), TextDelta(" Moon[2]")):
        view.model.on_event(ReplyDelta("m1", delta))
    view.model.tell()
    assert text_links(view) == [TIDE.url, MOON.url]


@pytest.mark.parametrize(
    ("usage", "tip"),
    [
        (None, ""),
        (
            Usage(1900, 187, 40, 1500),
            "Prompt: 1900 token(s)\nCached: 1500 token(s)\nReasoning: 40 token(s)\nReply: 187 token(s)",
        ),
        (Usage(None, 1), "Reply: 1 token(s)"),
        (Usage(19, 13, 0, 0), "Prompt: 19 token(s)\nReply: 13 token(s)"),
    ],
)  # fmt: skip
def test_tooltips_of_numbers_say_more(qapp: QApplication, qtbot: QtBot, usage: Usage | None, tip: str) -> None:
    view = shown(qapp, qtbot, replace(said(1, "Hello"), usage=usage))
    found = controls(view, "numbers")
    assert [control.label for _, control in found] == ([tip] if tip else [])
    for placed, control in found:
        at = control.rects[0].center() + QPointF(view.page.column_x, placed.y)
        assert view.hit_tester.tip_at(at) == tip
        assert view.hit_tester.target_at(at) is None  # nothing to click
