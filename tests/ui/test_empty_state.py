"""The page of a new conversation: its suggestions are a click away, and fit the connection."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from chat_world import DEMO, OPENAI, World, until, world
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from desktop_chat.core.entities import ChatOptions, Connection, Message, Role, Status
from desktop_chat.services.demo.demo_replies import TRIGGERS
from desktop_chat.ui.chat.empty_state import _DEMO_STARTERS, EmptyState
from desktop_chat.ui.chat.tab import ChatTab

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp, (OPENAI,)) as made:
        yield made


async def opened(here: World, connection: Connection) -> ChatTab:
    tab = here.show(ChatTab(here.context, here.library.create(ChatOptions(connection.id, "test")).id))
    await until(tab.isActiveWindow)
    await tab.load()
    return tab


async def test_a_suggestion_goes_into_the_composer_and_is_not_sent(here: World) -> None:
    tab = await opened(here, OPENAI)
    shown = [button for button in tab.empty.buttons if button.isVisible()]
    assert [button.text() for button in shown][:2] == ["Explain something", "Summarize text"]
    QTest.mouseClick(shown[0], LEFT)
    assert tab.composer.text == "Explain in simple terms: "
    assert tab.composer.edit.hasFocus()
    assert tab.session is not None
    assert tab.session.path == ()
    tab.close_view()


async def test_a_conversation_with_messages_does_not_make_the_page_until_it_is_empty(here: World) -> None:
    conversation_id = here.library.create(ChatOptions(OPENAI.id, "test")).id
    question = Message("q", conversation_id, None, Role.USER, "Hello?", Status.COMPLETE, 1.0)
    here.library.record_message(conversation_id, question.id, question.text)
    here.write_behind.note_message(question)
    tab = here.show(ChatTab(here.context, conversation_id))
    await tab.load()
    assert tab.pages.currentWidget() is tab.transcript
    assert tab.findChildren(EmptyState) == []
    assert tab.session is not None
    tab.session.delete(question.id)
    await until(lambda: tab.findChildren(EmptyState) == [tab.pages.currentWidget()])
    QTest.mouseClick(next(button for button in tab.empty.buttons if button.isVisible()), LEFT)
    assert tab.composer.text == "Explain in simple terms: "
    tab.close_view()


async def test_the_demo_suggests_what_it_can_answer(here: World) -> None:
    here.provider.script("| a table |")
    tab = await opened(here, DEMO)
    shown = [button for button in tab.empty.buttons if button.isVisible()]
    assert len(shown) == 6
    QTest.mouseClick(shown[0], LEFT)
    session = tab.session
    assert session is not None
    await until(lambda: session.path and not session.running)
    assert [message.text for message in session.path] == ["Show me a table", "| a table |"]
    tab.close_view()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_each_of_the_demos_suggestions_has_its_own_answer(here: World, language: str) -> None:
    here.languages.set_language(language)
    questions = [text().casefold() for _, _, text in _DEMO_STARTERS]
    kinds = [next(k for k, words in TRIGGERS.items() if any(w in question for w in words)) for question in questions]
    assert kinds == ["table", "code", "reasoning", "long", "cut", "error"]


async def test_each_button_has_a_text_with_every_connection(here: World) -> None:
    """Assistive technology would find a hidden button without a name."""
    tab = await opened(here, OPENAI)
    page = tab.empty
    for demo, number in ((False, 4), (True, 6), (False, 4)):
        page.show_for(demo=demo, notice="")
        await until(lambda number=number: len(page.findChildren(QPushButton)) == number)
        assert all(button.text() and button.isVisible() for button in page.findChildren(QPushButton))
        assert len({button.geometry().topLeft().toTuple() for button in page.buttons}) == number
    tab.close_view()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize(("size", "zoom"), [((590, 530), 1.5), ((420, 400), 1.5), ((1000, 750), 1.0)])
async def test_nothing_is_cut_off_or_covered_in_a_small_window(
    here: World, language: str, size: tuple[int, int], zoom: float
) -> None:
    """Regression: at zoom 1.5 in a window of 900 x 600, buttons overlapped and extended beyond the page."""
    here.languages.set_language(language)
    tab = await opened(here, DEMO)
    here.theme.set_zoom(zoom)
    tab.resize(*size)
    page = tab.empty
    await until(lambda: page.widget().width() == page.viewport().width())
    places = [button.geometry() for button in page.buttons]
    for number, (button, place) in enumerate(zip(page.buttons, places, strict=True)):
        left = button.mapTo(page.viewport(), button.rect().topLeft()).x()
        assert left >= 0
        assert left + place.width() <= page.viewport().width()
        assert place.width() >= button.sizeHint().width()
        assert place.height() >= button.sizeHint().height()
        assert not any(place.intersects(other) for other in places[number + 1 :])
    middles = [widget.mapTo(tab, widget.rect().center()).x() for widget in (page._title, tab.composer)]
    assert abs(middles[0] - middles[1]) <= 1, "one middle for the page and the composer"
    tab.close_view()
