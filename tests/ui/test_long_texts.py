"""A long message is split in slices before it is shown, and then looks as if it had been split at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from page_world import on_screen
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from scrolling import scroll_to_message

from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.transcript import long_places, long_texts
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.transcript.view import TranscriptView

SECTION = (
    "## A heading\n\nWords with **bold** and `code`.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> quoted\n\n"
)
LONG = SECTION * 900
Show = Callable[..., TranscriptView]


def message(number: int, text: str, role: Role = Role.ASSISTANT) -> Message:
    return Message(f"m{number}", "c", None, role, text, Status.COMPLETE, 1_700_000_000.0, model="test-1")


@pytest.fixture
def show(qapp: QApplication, qtbot: QtBot) -> Show:
    theme = Theme(qapp)

    def made(*messages: Message) -> TranscriptView:
        return on_screen(theme, qtbot, TranscriptModel(messages))

    return made


def image(view: TranscriptView) -> QImage:
    return view.viewport().grab().toImage()


def texts(view: TranscriptView, place: int) -> str:
    answer = view.document.item(place).answer
    return "".join(block.before + block.source for block in answer.blocks) + answer.rest


def test_it_is_split_in_slices_and_looks_the_same(show: Show, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_texts, "_SLICE_S", 0.0)
    sliced = show(message(0, "hi", Role.USER), message(1, LONG))
    assert sliced.page.placed == []
    slices = 0
    while not sliced.page.placed:
        qtbot.wait(1)
        slices += 1
    assert slices > 20
    assert texts(sliced, 1) == LONG
    monkeypatch.setattr(long_places, "_LONG", 10**9)
    monkeypatch.setattr(long_places, "_LONG_LINES", 10**9)
    whole = show(message(0, "hi", Role.USER), message(1, LONG))
    assert whole.page.placed
    assert image(sliced) == image(whole)
    kinds = [[block.kind for block in view.document.item(1).answer.blocks] for view in (sliced, whole)]
    assert kinds[0] == kinds[1]


def test_an_invisible_message_is_not_split(show: Show, qtbot: QtBot) -> None:
    view = show(message(0, LONG), *[message(number, "short " * 200) for number in range(1, 9)])
    assert view.page.placed
    assert view.document.long == {0}
    scroll_to_message(view, 8)
    qtbot.wait(5)
    assert view.document.long == {0}
    scroll_to_message(view, 0)
    qtbot.waitUntil(lambda: view.page.placed[0].spot.place == 0)  # in an iteration after the splitting
    assert not view.document.long


def test_reading_below_keeps_the_line(show: Show, qtbot: QtBot) -> None:
    view = show(message(0, LONG), message(1, "a question", Role.USER), message(2, "short " * 900))
    scroll_to_message(view, 2)
    assert view.page.placed, "what is out of view holds nothing back"
    qtbot.waitUntil(lambda: not view.document.long)
    before = {(one.spot.place, one.entry.key): one.y for one in view.page.placed}
    view.page.scroll_by(-120)
    moved = {one.y - before[key] for one in view.page.placed if (key := (one.spot.place, one.entry.key)) in before}
    assert moved == {120}


def test_a_hidden_view_splits_nothing(show: Show, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_texts, "_SLICE_S", 0.0)
    view = show(message(0, LONG))
    qtbot.wait(1)
    view.hide()
    qtbot.wait(5)
    assert view.document.long == {0}
    view.show()
    qtbot.waitUntil(lambda: bool(view.page.placed))
    assert texts(view, 0) == LONG


def test_requesting_it_at_once_gives_all_of_it(show: Show) -> None:
    view = show(message(0, LONG))
    assert view.page.placed == []
    assert texts(view, 0) == LONG
    view.page.show_changes()
    assert view.page.placed


def test_a_short_text_of_very_many_lines_is_split_in_slices_too(show: Show, qtbot: QtBot) -> None:
    view = show(message(0, "short", Role.USER), message(1, "```\n" + "\n" * 10_000 + "```\n\nend"))
    assert view.document.long == {1}
    qtbot.waitUntil(lambda: bool(view.page.placed))
    assert not view.document.long


def test_the_lines_of_messages_are_counted_only_where_somebody_looks() -> None:
    texts = ["short", "\n" * 2_500, "word " * 600, "\n" * 2_500, "word " * 10_000]
    read: list[int] = []

    def text_at(place: int) -> str:
        read.append(place)
        return texts[place]

    places = long_places.LongPlaces([len(text) for text in texts], text_at)
    assert (bool(places), read) == (True, [])
    assert [place in places for place in (0, 1, 1, 2, 2, 4)] == [False, True, True, False, False, True]
    assert read == [1, 2]
    for place in (1, 3, 4):
        places.discard(place)
    assert not places
    assert 3 not in places
    assert read == [1, 2], "what was split is not counted"
