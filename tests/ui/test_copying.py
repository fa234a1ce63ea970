"""Copies are exact: whole messages byte for byte, whole blocks as their source, parts as visible text."""

from __future__ import annotations

import time
from functools import partial

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from page_world import Open, Page, said
from property_tests import examples
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from scrolling import scroll_to_message

from desktop_chat.ui.transcript.selection import clipboard as clipboard_module
from desktop_chat.ui.transcript.transcript_model import TranscriptModel

MARKS = st.sampled_from(
    ["# ", "**", "`", "```\n", "~~~\n", "- ", "1. ", "> ", "| a | b |\n|---|---|\n", "\n\n", "\n", "\r\n", "\r", "\t",
     "    ", "  \n", "[x]: /y\n", "[x]", "![i](u)", "$a$", "\\(x\\)", "[^1]", "\0", "\u2028", "\u2029", "\u200b",
     "\ufeff", "e\u0301", "\U0001f469\u200d\U0001f4bb", "مرحبا", "中文", "\U00020000", "word", "<b>", "***\n", "==\n"]
)  # fmt: skip
ANY_TEXT = st.lists(MARKS | st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=25).map("".join)


@pytest.fixture
def show(qapp: QApplication, qtbot: QtBot) -> Open:
    return partial(Page, qapp, qtbot)


@pytest.fixture
def page(show: Open) -> Page:
    return show("question", "answer")


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(question="\ufeffquestion", answer="\ufeff", thoughts="\ufeff# \0", unfolded=True)
@given(
    question=ANY_TEXT.filter(bool),
    answer=ANY_TEXT.filter(bool),
    thoughts=ANY_TEXT.filter(bool),
    unfolded=st.booleans(),
)
def test_a_copy_of_a_whole_message_is_its_source(
    page: Page, question: str, answer: str, thoughts: str, unfolded: bool
) -> None:
    view = page.view
    view.set_model(TranscriptModel([said(0, question), said(1, answer, reasoning=thoughts)], parent=view))
    view.document.item(1).unfolded = unfolded
    view.resync(1)
    for place, text in ((0, question), (1, answer)):
        view.clipboard.put_message(f"m{place}")
        assert clipboard() == text
    view.page.select_all()
    view.clipboard.put_selection()
    shown = f"{thoughts}\n\n{answer}" if unfolded else answer
    assert clipboard() == f"{question}\n\n{shown}"
    assert QGuiApplication.clipboard().mimeData().formats() == ["text/plain"]


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY_TEXT)
def test_selecting_all_of_a_message_gives_its_source_too(page: Page, answer: str) -> None:
    view = page.view
    text = f"First words.\n\n{answer}\n\nlast words"
    view.set_model(TranscriptModel([said(1, text)], parent=view))
    scroll_to_message(view, 0)
    page.click(page.point("First", along=0))
    page.key(Qt.Key.Key_End, control=True)
    assert page.copied == text


def test_whole_blocks_are_copied_as_source_and_parts_as_text(show: Open) -> None:
    page = show("q", "# A **bold** title\n\nSome *emphatic* words\n\n```py\nx = 1\n```\n\n- one\n- [x] two\n\nlast")
    scroll_to_message(page.view, 0)
    page.drag(page.point("emphatic"), page.point("one"))
    assert page.copied == "emphatic words\n\n```py\nx = 1\n```"
    page.drag(page.point("A bold", along=0), page.point("emphatic"))
    assert page.copied == "# A **bold** title\n\nSome "


def test_reasoning_is_copied_if_it_is_visible(show: Open) -> None:
    page = show("q", "a")
    page.view.set_model(TranscriptModel([said(1, "The *answer*", reasoning="A\n\n*thought*")], parent=page.view))
    page.view.document.item(0).unfolded = True
    page.view.resync(0)
    page.drag(page.point("thought", along=0), page.point("answer"))
    assert page.copied == "*thought*\n\nThe "


def test_copying_ten_thousand_messages_lays_nothing_out(show: Open) -> None:
    page = show("q", "a")
    text = "A paragraph of words, **bold** and `code`.\n\n- item one\n- item two\n\n```py\nprint(1)\n```\n" * 10
    page.view.set_model(TranscriptModel([said(number, text) for number in range(10_000)], parent=page.view))
    page.view.page.select_all()
    known = len(page.view.document._items)
    started = time.process_time()
    page.view.clipboard.put_selection()
    taken = time.process_time() - started
    assert len(page.view.document._items) == known
    assert len(clipboard()) > 8_000_000
    assert taken < 1.0, "copying what is known already is only joining it"
    page.view.clipboard.put("")
    QGuiApplication.clipboard().clear()


def test_very_large_copies_are_gathered_in_the_background(
    show: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard_module, "AT_ONCE", 100)
    page = show("q", "a")
    page.view.set_model(
        TranscriptModel([said(number, f"**word** {number}") for number in range(100)], parent=page.view)
    )
    page.view.page.select_all()
    copied = QSignalSpy(page.view.copied)
    page.view.clipboard.put_selection(markdown=False)
    assert copied.count() == 0
    qtbot.waitUntil(lambda: copied.count() == 1)
    assert clipboard() == "\n\n".join(f"word {number}" for number in range(100))
    assert page.view.clipboard.plain_text().startswith("**word** 0")
