"""A text that seems to contain a key is sent only if the user agrees, and is never changed or lost."""

from __future__ import annotations

import pytest
from chat_world import World, until
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_chat.ui.chat.secret_guard import NEVER_AGAIN, SecretBar
from desktop_chat.ui.chat.send_guard import BACK, SEND
from desktop_chat.ui.chat.tab import ChatTab

TEXT = "Why is sk-proj-0123456789abcdef refused?"
Key = Qt.Key


@pytest.fixture(autouse=True)
def says_hello(here: World) -> None:
    here.provider.script("Hello")


def ask(tab: ChatTab, text: str = TEXT) -> None:
    tab.composer.edit.setFocus()
    QTest.keyClicks(tab.composer.edit, text)
    QTest.keyClick(tab.composer.edit, Key.Key_Return)


def bar_of(tab: ChatTab) -> SecretBar:
    [bar] = tab.findChildren(SecretBar)
    return bar


def sent(here: World) -> list[str]:
    return [prompt.messages[-1].text for prompt in here.provider.prompts]


async def ended(tab: ChatTab) -> None:
    await until(lambda: tab.session.path and not tab.session.running)


async def test_a_text_without_a_key_is_just_sent(here: World, tab: ChatTab) -> None:
    ask(tab, "hi")
    await ended(tab)
    assert tab.findChildren(SecretBar) == []


async def test_enter_sends_nothing_while_the_bar_asks(here: World, tab: ChatTab) -> None:
    ask(tab)
    bar = bar_of(tab)
    assert bar.isVisible()
    assert bar.geometry().bottom() < tab.composer.geometry().top(), "above the composer"
    assert tab.composer.edit.hasFocus()
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    assert tab.composer.text == TEXT
    assert tab.session.path == ()
    assert bar.isVisible()
    QTest.mouseClick(bar.button(SEND), Qt.MouseButton.LeftButton)
    await ended(tab)
    assert sent(here) == [TEXT], "as it was written"
    assert not bar.isVisible()
    ask(tab)
    assert bar.isVisible(), "each text is asked about"


async def test_back_and_escape_leave_the_text(here: World, tab: ChatTab) -> None:
    ask(tab)
    bar = bar_of(tab)
    QTest.mouseClick(bar.button(BACK), Qt.MouseButton.LeftButton)
    assert not bar.isVisible()
    assert tab.composer.text == TEXT
    assert tab.composer.edit.hasFocus()
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    assert bar.isVisible()
    QTest.keyClick(tab.composer.edit, Key.Key_Escape)
    assert not bar.isVisible()
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    bar.button(SEND).setFocus()
    QTest.keyClick(bar.button(SEND), Key.Key_Escape)
    assert not bar.isVisible()
    assert sent(here) == []


async def test_the_bar_disappears_with_the_key(here: World, tab: ChatTab) -> None:
    ask(tab)
    tab.composer.edit.selectAll()
    QTest.keyClicks(tab.composer.edit, "Why is my key refused?")
    assert not bar_of(tab).isVisible()
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    await ended(tab)
    assert sent(here) == ["Why is my key refused?"]


async def test_changes_while_the_bar_asks_are_sent(here: World, tab: ChatTab) -> None:
    ask(tab)
    QTest.keyClicks(tab.composer.edit, " Please!")
    assert bar_of(tab).isVisible()
    bar_of(tab).button(SEND).click()
    await ended(tab)
    assert sent(here) == [f"{TEXT} Please!"]


async def test_it_can_be_disabled_permanently(here: World, tab: ChatTab) -> None:
    ask(tab)
    bar_of(tab).button(NEVER_AGAIN).click()
    await ended(tab)
    assert here.preferences.settings.warn_of_keys is False
    ask(tab)
    await until(lambda: len(sent(here)) == 2)
    assert not bar_of(tab).isVisible()


async def test_an_edited_question_is_checked_too(here: World, tab: ChatTab) -> None:
    ask(tab, "hi")
    await ended(tab)
    tab.composer.edit.setFocus()
    QTest.keyClicks(tab.composer.edit, "a thought")
    tab.transcript.action_triggered.emit("edit", tab.session.path[0].id)
    tab.composer.edit.selectAll()
    ask(tab)
    bar = bar_of(tab)
    assert bar.isVisible()
    assert [m.text for m in tab.session.path] == ["hi", "Hello"]
    QTest.keyClick(tab.composer.edit, Key.Key_Escape)
    assert tab.composer._edit_note.isVisible(), "Escape went back to writing, and not away from the question"
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    bar.button(SEND).click()
    await until(lambda: [m.text for m in tab.session.path] == [TEXT, "Hello"])
    assert tab.composer.text == "a thought"


async def test_an_input_method_is_not_disturbed(here: World, tab: ChatTab) -> None:
    ask(tab)
    bar = bar_of(tab)
    QApplication.sendEvent(tab.composer.edit, QInputMethodEvent("ni", []))
    QTest.keyClick(tab.composer.edit, Key.Key_Escape)
    assert bar.isVisible(), "Escape is for the input method"
    done = QInputMethodEvent()
    done.setCommitString("你")
    QApplication.sendEvent(tab.composer.edit, done)
    assert tab.composer.text == f"{TEXT}你"
    assert bar.isVisible()


async def test_it_is_translated_and_has_a_name(here: World, tab: ChatTab) -> None:
    ask(tab)
    bar = bar_of(tab)
    assert bar.accessibleName() == bar.text
    before = bar.text
    here.languages.set_language("zh_CN")
    QApplication.sendPostedEvents()
    assert bar.text
    assert bar.text == before or not bar.text.isascii()
