"""The composer sends what is meant, when it is meant, and never loses text."""

from __future__ import annotations

import pytest
from chat_world import World, until
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication

from desktop_chat.ui.chat.composer import Composer

Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
async def composer(here: World) -> Composer:
    composer = here.show(Composer(here.theme))
    composer.edit.setFocus()
    return composer


def compose(composer: Composer, preedit: str, commit: str = "") -> None:
    """What an input method sends to the field while pinyin is typed, and when a word is chosen."""
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit)
    QApplication.sendEvent(composer.edit, event)


def pressed(composer: Composer, key: Qt.Key, modifier: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
    QTest.keyClick(composer.edit, key, modifier)


async def test_enter_sends_and_shift_enter_breaks_the_line(composer: Composer) -> None:
    sent = QSignalSpy(composer.submitted)
    QTest.keyClicks(composer.edit, "one")
    pressed(composer, Key.Key_Return, Modifier.ShiftModifier)
    QTest.keyClicks(composer.edit, "two")
    assert sent.count() == 0
    pressed(composer, Key.Key_Return)
    assert sent.at(0) == ["one\ntwo"]
    assert composer.text == "one\ntwo", "the text stays until it is taken"


async def test_the_keys_can_be_swapped_in_the_settings(composer: Composer) -> None:
    sent = QSignalSpy(composer.submitted)
    composer.set_send_key("ctrl_enter")
    QTest.keyClicks(composer.edit, "one")
    pressed(composer, Key.Key_Enter, Modifier.KeypadModifier)
    assert composer.text == "one\n"
    assert sent.count() == 0
    pressed(composer, Key.Key_Return, Modifier.ControlModifier)
    assert sent.count() == 1


async def test_enter_never_sends_while_an_input_method_composes(composer: Composer) -> None:
    sent = QSignalSpy(composer.submitted)
    QTest.keyClicks(composer.edit, "hi ")
    compose(composer, "ni hao")
    pressed(composer, Key.Key_Return)
    pressed(composer, Key.Key_Escape)
    assert sent.count() == 0
    assert composer.text == "hi "
    compose(composer, "", commit="你好")
    pressed(composer, Key.Key_Return)
    assert sent.at(0) == ["hi 你好"]


async def test_blank_text_cannot_be_sent(composer: Composer) -> None:
    sent = QSignalSpy(composer.submitted)
    assert not composer.send_button.isEnabled()
    QTest.keyClicks(composer.edit, "   ")
    pressed(composer, Key.Key_Return)
    assert not composer.send_button.isEnabled()
    assert sent.count() == 0
    QTest.keyClicks(composer.edit, "x")
    assert composer.send_button.isEnabled()


async def test_send_and_stop_share_one_place_and_size(composer: Composer) -> None:
    QTest.keyClicks(composer.edit, "x")
    place = composer.send_button.mapTo(composer, QPoint(0, 0)), composer.send_button.size()
    composer.set_running(True)
    assert composer.stop_button.isVisible()
    assert not composer.send_button.isVisible()
    assert (composer.stop_button.mapTo(composer, QPoint(0, 0)), composer.stop_button.size()) == place
    stopped = QSignalSpy(composer.stop_requested)
    QTest.mouseClick(composer.stop_button, Qt.MouseButton.LeftButton)
    assert stopped.count() == 1


async def test_while_a_reply_runs_the_next_question_can_be_written_but_not_sent(composer: Composer) -> None:
    sent = QSignalSpy(composer.submitted)
    composer.set_running(True)
    QTest.keyClicks(composer.edit, "next")
    pressed(composer, Key.Key_Return)
    assert sent.count() == 0
    assert composer.text == "next"


async def test_up_in_an_empty_field_recalls_and_down_returns(composer: Composer) -> None:
    composer.set_earlier(lambda: ["first", "second"])
    pressed(composer, Key.Key_Up)
    assert composer.text == "second"
    pressed(composer, Key.Key_Up)
    pressed(composer, Key.Key_Up)
    assert composer.text == "first"
    pressed(composer, Key.Key_Down)
    assert composer.text == "second"
    pressed(composer, Key.Key_Down)
    assert composer.text == ""


async def test_up_in_the_users_own_text_only_moves_the_cursor(composer: Composer) -> None:
    composer.set_earlier(lambda: ["first"])
    QTest.keyClicks(composer.edit, "mine")
    pressed(composer, Key.Key_Up)
    assert composer.text == "mine"
    composer.clear()
    pressed(composer, Key.Key_Up)
    QTest.keyClicks(composer.edit, "!")
    pressed(composer, Key.Key_Up)
    assert composer.text == "first!", "what was recalled and changed is a text of one's own"


async def test_replacing_text_can_be_undone(composer: Composer) -> None:
    QTest.keyClicks(composer.edit, "a long thought")
    composer.set_text("something else")
    composer.edit.undo()
    assert composer.text == "a long thought"


async def test_the_draft_is_saved_soon_and_not_with_each_key(composer: Composer) -> None:
    drafts = QSignalSpy(composer.draft_changed)
    QTest.keyClicks(composer.edit, "hello")
    assert drafts.count() == 0
    await until(drafts.count)
    assert drafts.count() == 1
    assert drafts.at(0) == ["hello"]
    QTest.keyClicks(composer.edit, "!")
    composer.flush_draft()
    assert drafts.at(1) == ["hello!"]


async def test_the_field_grows_with_its_text_up_to_a_limit(composer: Composer) -> None:
    composer.set_max_height(200)
    one_line = composer.edit.height()
    composer.set_text("one\ntwo\nthree")
    assert composer.edit.height() == pytest.approx(3 * one_line, abs=6)
    composer.set_text("\n".join("many lines" for _ in range(500)))
    assert composer.edit.height() == 200
    composer.set_text("")
    assert composer.edit.height() == one_line


async def test_a_paste_is_plain_text(composer: Composer) -> None:
    rich = QMimeData()
    rich.setHtml("<b>bold</b> and <img src='http://127.0.0.1/x.png'>")
    rich.setText("bold and\r\nplain\0")
    composer.edit.insertFromMimeData(rich)
    assert composer.text == "bold and\nplain"
    long = "0123456789 一二三四五\n" * 300
    QGuiApplication.clipboard().setText(long)
    composer.set_text("")
    composer.edit.paste()
    assert composer.text == long


async def test_each_character_is_pasted_unchanged(composer: Composer) -> None:
    drafts = QSignalSpy(composer.draft_changed)
    odd = QMimeData()
    odd.setText("10\u00a0km\r\nb\rc\u2028d\u2029e\u202f\u200bf\tsoft\u00adhyphen\ufeffg")
    composer.edit.insertFromMimeData(odd)
    kept = "10\u00a0km\nb\nc\nd\ne\u202f\u200bf\tsoft\u00adhyphen\ufeffg"
    assert composer.text == kept
    composer.flush_draft()
    assert drafts.at(0) == [kept]
    composer.edit.selectAll()
    composer.edit.cut()
    assert QGuiApplication.clipboard().text() == kept
    composer.edit.paste()
    assert composer.text == kept


async def test_html_without_plain_text_is_pasted_as_text(composer: Composer) -> None:
    html = QMimeData()
    html.setHtml("<p>Only <b>html</b>, <a href='https://example.org/a'>with a link</a></p>")
    QTest.keyClicks(composer.edit, "See: ")
    assert composer.edit.canInsertFromMimeData(html)
    composer.edit.insertFromMimeData(html)
    assert composer.text == "See: Only html, [with a link](https://example.org/a)"
    QTest.keyClicks(composer.edit, "?")
    composer.edit.undo()
    assert composer.text.endswith("example.org/a)")
    composer.edit.undo()
    assert composer.text == "See: ", "one step"


async def test_screen_readers_hear_the_names(here: World, composer: Composer) -> None:
    composer.set_model("gpt-5.5", "OpenAI")
    named = (composer.edit, composer.send_button, composer.stop_button, composer.model_button)
    assert [widget.accessibleName() for widget in named] == ["Message", "Send", "Stop", "Model"]
    assert composer.model_button.text() == "gpt-5.5"
    assert composer.edit.placeholderText() == "Ask anything..."


async def test_a_click_next_to_the_text_focuses_it(composer: Composer) -> None:
    composer.options_button.setFocus()
    QTest.mouseClick(composer, Qt.MouseButton.LeftButton, pos=QPoint(composer.width() // 2, composer.height() - 4))
    assert composer.edit.hasFocus()


async def test_the_placeholder_grows_with_the_text(here: World, composer: Composer) -> None:
    before = here.theme.zoom
    here.theme.set_zoom(1.5)
    assert composer.edit.viewport().font() == composer.edit.font() == here.theme.text_font()
    here.theme.set_zoom(before)
