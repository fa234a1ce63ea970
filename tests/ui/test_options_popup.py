"""The options of a conversation leave everything to the server that the user does not choose."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from chat_world import World, until
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop_chat.core.entities import ChatOptions
from desktop_chat.ui.chat.options_popup import OptionsPopup, is_own_choice

OPTIONS = ChatOptions(connection_id="openai", model="gpt-5.5")


@pytest.fixture
async def popup(here: World) -> AsyncIterator[OptionsPopup]:
    anchor = here.show(QPushButton("options"))
    popup = OptionsPopup(here.theme, anchor)
    popup.open_for(anchor, OPTIONS)
    yield popup
    popup.close()


async def test_by_default_the_server_chooses(popup: OptionsPopup) -> None:
    assert popup.temperature.text() == "Default"
    assert popup.max_tokens.text() == "Default"
    assert popup.effort.currentText() == "Default"
    assert popup.streaming.isChecked()
    assert not any(button.isEnabled() for button in popup._resets)


@pytest.mark.parametrize("zoomed", ["before it is made", "before it opens", "while it is open"])
async def test_its_fields_keep_their_margin_at_every_zoom(here: World, zoomed: str) -> None:
    """Regression: at zoom 1.5 the fields overlapped the border."""
    window, anchor = QWidget(), QPushButton("options")
    QVBoxLayout(window).addWidget(anchor)
    window.resize(900, 700)
    here.show(window)
    if zoomed == "before it is made":
        here.theme.set_zoom(1.5)
    popup = OptionsPopup(here.theme, anchor)
    if zoomed == "before it opens":
        here.theme.set_zoom(1.5)
    popup.open_for(anchor, OPTIONS)
    if zoomed == "while it is open":
        here.theme.set_zoom(1.5)
    await until(lambda: popup._card.width() == 600)
    await until(lambda: popup.system_prompt.width() > 500)
    inset = here.theme.px(12)
    assert popup._card.adjusted(inset, inset, -inset, -inset).contains(popup.system_prompt.geometry())
    assert popup._card.adjusted(inset, inset, -inset, -inset).contains(popup.streaming.geometry())
    popup.close()


async def test_each_choice_is_emitted_with_all_the_others(popup: OptionsPopup) -> None:
    changes = QSignalSpy(popup.changed)
    popup.temperature.setValue(0.7)
    popup.max_tokens.setValue(512)
    popup.effort.setCurrentIndex(popup.effort.findData("high"))
    popup.streaming.click()
    last = changes.at(changes.count() - 1)[0]
    assert last == ChatOptions("openai", "gpt-5.5", "", 0.7, 512, "high", streaming=False)


async def test_a_choice_can_be_reset_to_the_servers_default(popup: OptionsPopup) -> None:
    popup.show_options(ChatOptions("openai", "gpt-5.5", temperature=0.0, max_tokens=9, reasoning_effort="low"))
    assert popup.temperature.value() == 0.0, "zero is a choice"
    changes = QSignalSpy(popup.changed)
    for button in popup._resets:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert changes.at(2)[0] == OPTIONS


async def test_showing_emits_no_change(popup: OptionsPopup) -> None:
    changes = QSignalSpy(popup.changed)
    popup.show_options(ChatOptions("openai", "x", "You are a poet.", 1.0, 10, "unheard-of", streaming=False))
    assert changes.count() == 0
    assert popup.effort.currentData() == "unheard-of"


async def test_a_system_prompt_is_emitted_when_typing_pauses_or_the_popup_closes(popup: OptionsPopup) -> None:
    changes = QSignalSpy(popup.changed)
    QTest.keyClicks(popup.system_prompt, "Be brief.")
    assert changes.count() == 0
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()
    assert [changes.at(i)[0].system_prompt for i in range(changes.count())] == ["Be brief."]


async def test_messages_that_are_left_out_are_told_and_can_be_sent_again(popup: OptionsPopup) -> None:
    assert not popup.leaves_out.isVisible()
    shortened = replace(OPTIONS, sent_from_id="m3")
    changes = QSignalSpy(popup.changed)
    popup.show_options(shortened, 2)
    assert popup.leaves_out.isVisible()
    assert popup.leaves_out.text().startswith("Leave out 2 earlier message")
    popup.temperature.setValue(1.0)
    popup.leaves_out.click()
    popup.leaves_out.click()
    told = [changes.at(i)[0] for i in range(changes.count())]
    assert [options.sent_from_id for options in told] == ["m3", "", "m3"]


def test_only_a_model_does_not_count_as_options() -> None:
    assert not is_own_choice(OPTIONS)
    assert not is_own_choice(replace(OPTIONS, sent_from_id="m3")), "it may be on another path"
    assert is_own_choice(ChatOptions(streaming=False))
