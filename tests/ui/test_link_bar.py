"""What a link filled in is shown as such, until the person closes that or the text is gone."""

from __future__ import annotations

import pytest
from chat_world import World, until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_chat.ui.chat.link_bar import CLOSE, LinkBar
from desktop_chat.ui.chat.tab import ChatTab


@pytest.fixture
def bar(tab: ChatTab) -> LinkBar:
    tab.set_prompt("Wire money")
    tab.tell_of_link(is_cut=False)
    [bar] = tab.findChildren(LinkBar)
    return bar


async def test_it_says_above_the_composer_that_a_link_filled_it_in(tab: ChatTab, bar: LinkBar) -> None:
    await until(bar.isVisible)
    assert bar.geometry().bottom() < tab.composer.geometry().top()
    assert bar.text.startswith("A link from outside Desktop Chat filled this in.")
    assert "left out" not in bar.text


async def test_it_says_when_the_text_was_cut(tab: ChatTab) -> None:
    tab.tell_of_link(is_cut=True)
    [bar] = tab.findChildren(LinkBar)
    assert bar.text.endswith("Its end was left out because it is too long.")


async def test_it_goes_when_it_is_closed_and_the_text_stays(tab: ChatTab, bar: LinkBar) -> None:
    bar.button(CLOSE).setFocus()
    bar.button(CLOSE).click()
    assert bar.isHidden()
    assert tab.composer.text == "Wire money"
    assert QApplication.focusWidget() is tab.composer.edit


async def test_escape_in_it_closes_it(bar: LinkBar) -> None:
    bar.button(CLOSE).setFocus()
    QTest.keyClick(bar.button(CLOSE), Qt.Key.Key_Escape)
    assert bar.isHidden()


async def test_it_goes_when_the_text_is_sent(here: World, tab: ChatTab, bar: LinkBar) -> None:
    here.provider.script("Hello")
    QTest.keyClicks(tab.composer.edit, "!")
    assert bar.isVisible()
    QTest.keyClick(tab.composer.edit, Qt.Key.Key_Return)
    assert bar.isHidden()
    await until(lambda: tab.session.path and not tab.session.running)
