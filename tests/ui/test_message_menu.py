"""What surrounds a message and can be done with it: its bubble, its statistics, its menu."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from chat_world import LOCAL, OPENAI, World, until, world
from live_model import LiveModel
from page_world import Open, Page, on_screen, said
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop_chat.core.entities import ChatOptions, Timing, Usage
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.transcript.entries import HEADER
from desktop_chat.ui.transcript.view import TranscriptView

LONG = "A question with so many words that no bubble could hold them in one line. " * 3
REPLY = replace(said(1, "Fine."), timing=Timing(0.4, None, 2.0), usage=Usage(10, 32))


@pytest.fixture
def show(qapp: QApplication, qtbot: QtBot) -> Iterator[Open]:
    pages: list[Page] = []

    def made(*texts: str, running: bool = False) -> Page:
        pages.append(Page(qapp, qtbot, *texts, running=running))
        return pages[-1]

    yield made
    for page in pages:
        page.theme.deleteLater()


def card_of(page: Page, words: str) -> tuple[float, float]:
    """Return the left and right edges of the bubble around some words."""
    layout = page.block(words).entry.layout
    assert layout is not None
    return layout.shapes[0].rect.left(), layout.shapes[0].rect.right()


# --- the bubble of a question -----------------------------------------------------------------------------------------


def test_a_bubble_is_as_wide_as_its_text_and_right_aligned(show: Open) -> None:
    page = show("Hi", "Hello", "A somewhat longer question", "Fine", LONG)
    page.view.resize(700, 1_000)
    width = page.view.document.width
    short, longer, longest = (card_of(page, words) for words in ("Hi", "somewhat", "no bubble"))
    assert short[1] == longer[1] == longest[1] == width
    assert short[0] > longer[0] > longest[0] > 0
    box = page.block("Hi").entry.layout.boxes[0]  # type: ignore[union-attr]
    pad = box.x - short[0]
    assert abs((width - pad) - (box.x + box.natural_width)) <= 2, "the same distance on both sides"
    assert box.layout.lineCount() == 1


def test_a_bubble_of_a_right_to_left_script_is_no_wider_than_its_text(show: Open) -> None:
    page = show("مرحبا، كيف حالك؟", "ok", "- سلام\n- شكرا", "ok")
    left, right = card_of(page, "مرحبا")
    box = page.block("مرحبا").entry.layout.boxes[0]  # type: ignore[union-attr]
    assert box.layout.lineCount() == 1
    assert right - left < 2 * box.natural_width
    line = box.layout.lineAt(0).naturalTextRect()
    assert left < box.x + line.left() < box.x + line.right() < right
    listed = card_of(page, "شكرا")
    assert listed[1] - listed[0] == round(page.view.document.width * 0.85), "what is indented from the right takes all"


def test_all_paragraphs_of_a_question_share_one_bubble(show: Open) -> None:
    page = show("Short\n\nA paragraph that is longer\n\n> quoted", "ok")
    edges = {card_of(page, words) for words in ("Short", "paragraph", "quoted")}
    assert len(edges) == 1
    assert all(page.block(words).entry.layout.boxes[0].layout.lineCount() == 1 for words in ("Short", "paragraph"))  # type: ignore[union-attr]


def test_code_and_very_long_questions_use_the_widest_bubble(show: Open) -> None:
    page = show("```\nx\n```", "ok")
    most = round(page.view.document.width * 0.85)
    left, right = card_of(page, "x")
    assert right - left == most
    page = show("word\n\n" * 20, "ok")
    assert card_of(page, "word")[0] == page.view.document.width - most


def test_a_narrow_column_is_fully_used(show: Open) -> None:
    page = show(LONG, "ok")
    page.view.resize(380, 500)
    left, right = card_of(page, "no bubble")
    assert right - left > 0.9 * page.view.document.width


def test_a_scroll_bar_is_visible_only_if_something_scrolls(show: Open) -> None:
    page = show("Hi", "Hello")
    bar = page.view.verticalScrollBar()
    blank = bar.grab().toImage()
    long = show("Hi", "Hello\n\n" * 100).view.verticalScrollBar()
    assert bar.maximum() == 0
    assert long.grab().toImage().convertToFormat(blank.format()) != blank
    ground = blank.pixelColor(0, 0)
    assert all(blank.pixelColor(x, y) == ground for x in range(blank.width()) for y in range(0, blank.height(), 5))


# --- statistics and versions ------------------------------------------------------------------------------------------


def words_shown(view: TranscriptView, theme: Theme) -> bool:
    """Return whether anything is painted in the place of the last message's statistics."""
    footer = view.page.placed[-1]
    label = footer.entry.layout.labels[0]  # type: ignore[union-attr]
    image = view.viewport().grab().toImage()
    ground = QColor(theme.palette.background)
    line = round(footer.y + label.y + label.height / 2)
    across = range(round(view.page.column_x + label.x), round(view.page.column_x + label.x + label.natural_width))
    return any(image.pixelColor(x, y) != ground for x in across for y in range(line - 4, line + 4))


def test_the_statistics_of_a_reply_are_shown_on_hover_or_always(qapp: QApplication, qtbot: QtBot) -> None:
    theme = Theme(qapp)
    theme.set_scheme("light")
    view = on_screen(theme, qtbot, LiveModel([said(0, "q"), REPLY]))
    footer = view.page.placed[-1].entry.layout
    assert footer is not None
    assert "32 token" in footer.labels[0].text
    assert "test-1" not in footer.labels[0].text, "the model is named once, above the reply"
    assert not words_shown(view, theme)
    view.hit_tester.hover(QPointF(view.page.column_x + 5, view.page.placed[-1].y + 5))
    assert words_shown(view, theme)
    view.hit_tester.hover(None)
    assert not words_shown(view, theme)
    theme.set_timings(shown=True)
    view._restyle()
    assert words_shown(view, theme)
    theme.deleteLater()


def test_the_version_arrows_are_next_to_the_time(qapp: QApplication, qtbot: QtBot) -> None:
    theme = Theme(qapp)
    model = LiveModel([said(0, "q"), REPLY], alternatives=lambda m: ("x", m, "y"))
    view = on_screen(theme, qtbot, model)
    heads = [one.entry.layout for one in view.page.placed if one.entry.key == HEADER]
    for layout, at_right in zip(heads, (True, False), strict=True):
        assert layout is not None
        time = next(label for label in layout.labels if ":" in label.text)
        place = next(label for label in layout.labels if label.text == "2/3")
        arrows = [control for control in layout.controls if control.name in {"previous", "next"}]
        assert [control.enabled for control in arrows] == [True, True]
        assert (place.x < time.x) is at_right
    theme.deleteLater()


# --- the menu ---------------------------------------------------------------------------------------------------------


def open_menu(page: Page, words: str) -> QMenu:
    at = page.point(words)
    page.view.hit_tester.open_context_menu(QPointF(at), page.view.viewport().mapToGlobal(at))
    (menu,) = page.view.findChildren(QMenu)
    return menu


def pick(menu: QMenu, words: str) -> None:
    next(action for action in menu.actions() if action.text() == words).trigger()
    menu.close()
    QApplication.sendPostedEvents(menu, QEvent.Type.DeferredDelete.value)


def enabled(menu: QMenu) -> dict[str, bool]:
    return {action.text(): action.isEnabled() for action in menu.actions() if not action.isSeparator()}


def test_a_right_click_offers_the_actions_of_a_message(show: Open) -> None:
    page = show("The **question**", "The answer")
    menu = open_menu(page, "question")
    copying = ["Copy", "Copy as Markdown", "Copy as rich text", "Quote in composer"]
    assert list(enabled(menu)) == [*copying, "Edit", "Export...", "Delete", "Select all"]
    pick(menu, "Copy")
    assert QGuiApplication.clipboard().text() == "The question"
    pick(open_menu(page, "question"), "Copy as Markdown")
    assert QGuiApplication.clipboard().text() == "The **question**"
    triggered = QSignalSpy(page.view.action_triggered)
    pick(open_menu(page, "answer"), "Regenerate with...")
    assert triggered.at(0) == ["regenerate_with", "m1"]


def test_while_a_reply_runs_nothing_that_changes_the_path_is_offered(show: Open) -> None:
    page = show("question", "answer", "next", running=True)
    offered = enabled(open_menu(page, "question"))
    assert (offered["Copy"], offered["Edit"]) == (True, False)
    page.view.findChildren(QMenu)[0].close()


def test_a_quote_is_the_selection_or_the_whole_message(show: Open) -> None:
    page = show("question", "One two\n\nthree")
    quoted = QSignalSpy(page.view.quote_requested)
    pick(open_menu(page, "One"), "Quote in composer")
    assert quoted.at(0) == ["One two\n\nthree"]
    page.drag(page.point("One"), page.point("two"))
    pick(open_menu(page, "One"), "Quote in composer")
    assert quoted.at(1) == ["One "]


# --- in a conversation ------------------------------------------------------------------------------------------------


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp, (OPENAI, LOCAL)) as made:
        yield made


async def opened(here: World) -> ChatTab:
    conversation = here.library.create(ChatOptions(OPENAI.id, "gpt-5.5"))
    tab = here.show(ChatTab(here.context, conversation.id))
    await tab.load()
    return tab


async def ask(tab: ChatTab, text: str) -> None:
    tab.composer.set_text(text)
    QTest.keyClick(tab.composer.edit, Qt.Key.Key_Return)
    await settled(tab)


async def settled(tab: ChatTab) -> None:
    session = tab.session
    assert session is not None
    await until(lambda: not session.running)


async def closed(tab: ChatTab) -> None:
    tab.close_view()


async def test_a_quote_is_appended_to_the_composer_in_one_undo_step(here: World) -> None:
    tab = await opened(here)
    tab.composer.set_text("About this:")
    tab.transcript.quote_requested.emit("one\n\ntwo")
    assert tab.composer.text == "About this:\n\n> one\n>\n> two\n\n"
    assert tab.composer.edit.textCursor().atEnd()
    tab.composer.edit.undo()
    assert tab.composer.text == "About this:"
    await closed(tab)


async def test_a_reply_from_another_model_does_not_change_the_conversations_model(here: World) -> None:
    tab = await opened(here)
    here.provider.script("first")
    here.provider.script("second")
    await ask(tab, "hi")
    session = tab.session
    assert session is not None
    tab.transcript.action_triggered.emit("regenerate_with", session.path[-1].id)
    assert tab.page.popups is not None
    picker = tab.page.popups._picker
    await until(lambda: any(row.model == "small" for row in picker.rows()))
    QTest.keyClicks(picker.search, "small")
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    await settled(tab)
    assert (session.path[-1].text, session.path[-1].model) == ("second", "small")
    assert len(session.alternatives(session.path[-1].id)) == 2
    assert session.conversation.options.model == "gpt-5.5"
    await closed(tab)


async def test_the_question_being_edited_is_outlined(here: World) -> None:
    tab = await opened(here)
    here.provider.script("fine")
    await ask(tab, "hi")
    session = tab.session
    assert session is not None
    before = tab.transcript.viewport().grab().toImage()
    tab.transcript.action_triggered.emit("edit", session.path[0].id)
    assert tab.transcript.painter.edited_message == session.path[0].id
    assert tab.transcript.viewport().grab().toImage() != before
    QTest.keyClick(tab.composer.edit, Qt.Key.Key_Escape)
    assert tab.transcript.painter.edited_message == ""
    await closed(tab)


async def test_a_deleted_message_can_be_restored(here: World) -> None:
    tab = await opened(here)
    here.provider.script("fine")
    await ask(tab, "hi")
    session = tab.session
    assert session is not None
    tab.transcript.action_triggered.emit("delete", session.path[0].id)
    assert session.path == ()
    assert tab.pages.currentWidget() is tab.empty
    words, undo = here.navigator.undone[0]
    assert words == "2 messages deleted."
    undo()
    assert [m.text for m in session.path] == ["hi", "fine"]
    assert tab.pages.currentWidget() is tab.transcript
    await closed(tab)


async def test_a_deleted_message_can_be_restored_after_its_tab_was_closed(here: World) -> None:
    """Regression: undo used the model of the closed tab, and nothing was restored."""
    tab = await opened(here)
    conversation_id = tab.session.conversation_id  # type: ignore[union-attr]
    here.provider.script("fine")
    await ask(tab, "hi")
    tab.transcript.action_triggered.emit("delete", tab.session.path[1].id)  # type: ignore[union-attr]
    _, undo = here.navigator.undone[0]
    await closed(tab)
    here.shown.remove(tab)
    tab.deleteLater()
    QApplication.sendPostedEvents(tab, QEvent.Type.DeferredDelete.value)
    assert not isValid(tab)
    again = here.show(ChatTab(here.context, conversation_id))
    await again.load()
    assert again.session is not None
    assert [m.text for m in again.session.path] == ["hi"]
    undo()
    await until(lambda: again.session and len(again.session.path) == 2)
    assert [m.text for m in again.session.path] == ["hi", "fine"]
    assert again.pages.currentWidget() is again.transcript
    await closed(again)
