"""A request far larger than the last is sent only if the user agrees, and can be shortened first."""

from __future__ import annotations

import pytest
from chat_world import World, until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_chat.core.errors import ContextTooLong
from desktop_chat.ui.chat.options_popup import OptionsPopup
from desktop_chat.ui.chat.send_guard import BACK, SEND
from desktop_chat.ui.chat.size_guard import SHORTEN, SizeBar
from desktop_chat.ui.chat.tab import ChatTab

LARGE = "a long log " * 50_000
Key = Qt.Key


@pytest.fixture(autouse=True)
def says_hello(here: World) -> None:
    here.provider.script("Hello")


def ask(tab: ChatTab, text: str) -> None:
    tab.composer.set_text(text)
    tab.composer.edit.setFocus()
    QTest.keyClick(tab.composer.edit, Key.Key_Return)


def bar_of(tab: ChatTab) -> SizeBar:
    [bar] = tab.findChildren(SizeBar)
    return bar


async def ended(tab: ChatTab, count: int) -> None:
    await until(lambda: len(tab.session.path) == count and not tab.session.running)


async def test_an_ordinary_question_is_just_sent(here: World, tab: ChatTab) -> None:
    ask(tab, "hi")
    await ended(tab, 2)
    assert tab.findChildren(SizeBar) == []


async def test_it_asks_and_sends_nothing_until_answered(here: World, tab: ChatTab) -> None:
    ask(tab, "hi")
    await ended(tab, 2)
    ask(tab, LARGE)
    bar = bar_of(tab)
    assert bar.isVisible()
    assert "140,000 tokens" in bar.text
    assert bar.geometry().bottom() < tab.composer.geometry().top()
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    assert len(tab.session.path) == 2
    QTest.keyClick(tab.composer.edit, Key.Key_Escape)
    assert not bar.isVisible()
    assert tab.composer.text == LARGE
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    QTest.mouseClick(bar.button(BACK), Qt.MouseButton.LeftButton)
    assert len(here.provider.prompts) == 1
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    QTest.mouseClick(bar.button(SEND), Qt.MouseButton.LeftButton)
    await ended(tab, 4)
    assert here.provider.prompts[-1].messages[-1].text == LARGE
    ask(tab, "and now?")
    await ended(tab, 6)
    assert not bar.isVisible(), "one word is enough for a conversation that stays as large"


async def test_earlier_messages_can_be_left_out(here: World, tab: ChatTab) -> None:
    here.provider.script(ContextTooLong("maximum context length is 1000 tokens"))
    here.provider.script("Hello")
    ask(tab, "hi")
    await ended(tab, 2)
    ask(tab, "word " * 600)
    await ended(tab, 4)
    ask(tab, "more " * 600)
    bar_of(tab).button(SHORTEN).click()
    await ended(tab, 6)
    assert [m.text for m in here.provider.prompts[-1].messages] == ["more " * 600]
    ask(tab, "and now?")
    await ended(tab, 8)
    assert [m.text for m in here.provider.prompts[-1].messages] == ["more " * 600, "Hello", "and now?"]


async def test_what_is_left_out_can_be_seen_and_sent_again(here: World, tab: ChatTab) -> None:
    here.providers.windows["gpt-5.5"] = 1_000
    ask(tab, "word " * 600)
    await ended(tab, 2)
    ask(tab, "more " * 600)
    bar_of(tab).button(SHORTEN).click()
    await ended(tab, 4)
    QTest.mouseClick(tab.composer.options_button, Qt.MouseButton.LeftButton)
    [popup] = tab.findChildren(OptionsPopup)
    assert popup.leaves_out.text().startswith("Leave out 2 earlier message")
    popup.leaves_out.click()
    popup.close()
    assert tab.session.left_out == 0
    QTest.mouseClick(tab.composer.options_button, Qt.MouseButton.LeftButton)
    assert not popup.leaves_out.isVisible()
    popup.close()


async def test_a_first_question_has_nothing_to_leave_out(here: World, tab: ChatTab) -> None:
    ask(tab, LARGE)
    bar = bar_of(tab)
    assert bar.text == "This request is about 140,000 tokens. It has not been sent."
    with pytest.raises(KeyError):
        bar.button(SHORTEN)


async def test_a_context_window_from_an_error_is_remembered(here: World, tab: ChatTab) -> None:
    here.provider.script(ContextTooLong("maximum context length is 1000 tokens"))
    here.provider.script("Hello")
    ask(tab, "hi")
    await ended(tab, 2)
    ask(tab, "word " * 1_200)
    await ended(tab, 4)
    ask(tab, "short")
    assert "gpt-5.5 accepts only about 1,000" in bar_of(tab).text
    tab.composer.edit.selectAll()
    QTest.keyClicks(tab.composer.edit, "x")
    assert not bar_of(tab).isVisible(), "another text is another question"


async def test_a_context_window_from_the_list_of_models_is_used(here: World, tab: ChatTab) -> None:
    here.providers.windows["gpt-5.5"] = 8_192
    ask(tab, "word " * 8_000)
    assert (
        bar_of(tab).text
        == "This request is about 10,000 tokens, but gpt-5.5 accepts only about 8,200. It has not been sent."
    )
    bar_of(tab).button(BACK).click()
    ask(tab, "word " * 6_000)
    await ended(tab, 2)


async def test_a_retry_asks_too(here: World, tab: ChatTab) -> None:
    ask(tab, LARGE)
    bar_of(tab).button(BACK).click()
    tab.composer.set_text("hi")
    QTest.keyClick(tab.composer.edit, Key.Key_Return)
    await ended(tab, 2)
    tab.transcript.action_triggered.emit("regenerate", tab.session.path[1].id)
    await until(lambda: len(here.provider.prompts) == 2)
    await ended(tab, 2)
