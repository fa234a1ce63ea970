"""While an input method composes, Enter and Escape belong to it: they send, open, accept and close nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from chat_world import OPENAI, World, until
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QInputMethodEvent, QPalette, QTextCharFormat
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from window_world import ShellMaker, kept, shells

from desktop_chat.core.entities import ChatOptions
from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.chat.options_popup import OptionsPopup
from desktop_chat.ui.connections.connection_form import ConnectionForm
from desktop_chat.ui.connections.model_picker import ModelPicker
from desktop_chat.ui.settings.settings_dialog import SettingsDialog
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.widgets.ime_inputs import in_app_colours

PINYIN, WORD = "ni hao", "你好"
Key = Qt.Key


@pytest.fixture
async def maker(qapp: QApplication) -> AsyncIterator[ShellMaker]:
    async with shells(qapp) as maker:
        yield maker


def compose(line: QWidget, preedit: str, commit: str = "") -> None:
    """What an input method sends to a field while pinyin is typed, and when a word is chosen."""
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit)
    QApplication.sendEvent(line, event)


def as_fcitx_does(text: str, *, converted: int = 0) -> QInputMethodEvent:
    """A composition in the input method's own colours, with its first characters marked as being converted."""
    black = QTextCharFormat()
    black.setBackground(QColor("black"))
    black.setForeground(QColor("black"))
    kind = QInputMethodEvent.AttributeType
    cursor = QInputMethodEvent.Attribute(kind.Cursor, len(text), 1, None)
    render_style = QInputMethodEvent.Attribute(kind.TextFormat, 0, converted or len(text), black)
    return QInputMethodEvent(text, [cursor, render_style])


def press_while_composing(line: QWidget) -> None:
    """Compose, and press the keys for choosing a word or cancelling."""
    line.setFocus()
    compose(line, PINYIN)
    for key in (Key.Key_Return, Key.Key_Enter, Key.Key_Escape):
        QTest.keyClick(line, key)


def commit(line: QWidget) -> None:
    """Choose the word."""
    compose(line, "", WORD)


def focused_line() -> QLineEdit:
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    return line


async def test_the_composer_sends_nothing(here: World) -> None:
    composer = here.show(Composer(here.theme))
    sent = QSignalSpy(composer.submitted)
    press_while_composing(composer.edit)
    assert sent.count() == 0
    commit(composer.edit)
    QTest.keyClick(composer.edit, Key.Key_Return)
    assert sent.at(0) == [WORD]


async def test_the_search_opens_nothing(maker: ShellMaker) -> None:
    shell = await maker.open(kept(maker.add("one"), maker.add(WORD)))
    before = shell.tabs.current_id
    shell.window.sidebar.focus_search()
    field = focused_line()
    press_while_composing(field)
    assert QApplication.focusWidget() is field
    assert shell.tabs.current_id == before
    commit(field)
    assert field.text() == WORD
    await until(lambda: not shell.window.sidebar._delay.isActive())  # the search begins while a loop is running


@pytest.mark.parametrize("place", ["list", "tab"])
async def test_renaming_continues(maker: ShellMaker, place: str) -> None:
    one = maker.add("one")
    shell = await maker.open(kept(one))
    (shell.window.sidebar.conversations if place == "list" else shell.tabs).rename(one)
    line = focused_line()
    press_while_composing(line)
    assert QApplication.focusWidget() is line
    assert maker.conversation(one).title == "one"
    commit(line)
    QTest.keyClick(line, Key.Key_Return)
    await until(lambda: maker.conversation(one).title == WORD)


async def test_the_model_picker_chooses_nothing(here: World) -> None:
    anchor = here.show(QPushButton("model"))
    picker = ModelPicker(here.context, anchor)
    chosen = QSignalSpy(picker.chosen)
    here.context.models.put(OPENAI, ["gpt-5.5"])
    picker.open_for(anchor, OPENAI.id, "gpt-5.5")
    press_while_composing(picker.search)
    assert chosen.count() == 0
    assert picker.isVisible()
    compose(picker.search, "", "gpt-5.6")
    QTest.keyClick(picker.search, Key.Key_Return)
    assert [chosen.at(place) for place in range(chosen.count())] == [[OPENAI.id, "gpt-5.6"]]


@pytest.mark.parametrize(
    "line_of",
    [
        lambda form: form.name,
        lambda form: form.address,
        lambda form: form.key.line,
        lambda form: form.model.lineEdit(),
    ],
    ids=["name", "address", "key", "model"],
)
async def test_a_form_is_not_saved(here: World, line_of: Callable[[ConnectionForm], QLineEdit]) -> None:
    form = here.show(ConnectionForm(here.context))
    saved = QSignalSpy(form.saved)
    press_while_composing(line_of(form))
    await here.tasks.aclose()
    assert saved.count() == 0
    assert form.isVisible()


async def test_multi_line_fields_close_nothing(maker: ShellMaker) -> None:
    shell = await maker.open()
    shell.window.open_settings("connections")
    dialog = shell.window.findChild(SettingsDialog)
    dialog.connections.edit("")
    form = dialog.connections.form
    assert form is not None
    form.headers_button.setChecked(True)
    press_while_composing(form.headers)
    assert dialog.isVisible()
    assert form.isVisible()
    commit(form.headers)
    assert form.headers.toPlainText() == WORD
    dialog.close()


async def test_the_options_stay_open(here: World) -> None:
    anchor = here.show(QPushButton("options"))
    popup = OptionsPopup(here.theme, anchor)
    popup.open_for(anchor, ChatOptions())
    press_while_composing(popup.system_prompt)
    assert popup.isVisible()
    commit(popup.system_prompt)
    assert popup.system_prompt.toPlainText() == WORD
    QTest.keyClick(popup.system_prompt, Key.Key_Escape)
    assert not popup.isVisible()


async def test_escape_does_not_stop_a_reply_from_the_search(maker: ShellMaker) -> None:
    shell = await maker.open()
    shell.current.state_changed.emit(TabState.STREAMING)
    shell.window.sidebar.focus_search()
    press_while_composing(focused_line())
    assert "stop" not in shell.current.notes


@pytest.mark.parametrize("converted", [0, 2])
async def test_a_composition_has_the_colours_of_the_surrounding_text(qapp: QApplication, converted: int) -> None:
    palette = QPalette()
    shown = in_app_colours(as_fcitx_does("ni hao", converted=converted), palette)
    kind = QInputMethodEvent.AttributeType.TextFormat
    looks = [(one.start, one.length, one.value.toCharFormat()) for one in shown.attributes() if one.type == kind]
    assert looks[0][:2] == (0, 6)
    assert looks[0][2].fontUnderline()
    assert looks[0][2].background().style() == Qt.BrushStyle.NoBrush
    assert [(start, length) for start, length, _ in looks[1:]] == ([(0, 2)] if converted else [])
    assert all(render_style.background() == palette.highlight() for _, _, render_style in looks[1:])
    assert shown.preeditString() == "ni hao"
    assert any(one.type == QInputMethodEvent.AttributeType.Cursor for one in shown.attributes())


async def test_a_placeholder_is_not_painted_under_a_composition(here: World) -> None:
    composer = here.show(Composer(here.theme))
    await until(composer.isActiveWindow)
    composer.edit.setFocus()
    empty = composer.edit.viewport().grab().toImage()
    QApplication.sendEvent(composer.edit, as_fcitx_does(" "))
    composing = composer.edit.viewport().grab().toImage()
    assert composing != empty
    assert composer.edit.placeholderText() == ""
    compose(composer.edit, "")
    assert composer.edit.placeholderText() == "Ask anything..."
    compose(composer.edit, "ni")
    composer.options_button.setFocus()
    assert composer.edit.placeholderText() == "Ask anything...", "the composition ended with the focus"
