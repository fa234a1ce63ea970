"""A provider is chosen from a searchable list, which fills in the form; any other address works, too."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from chat_world import World, until, world
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QPushButton

from desktop_chat.core.entities import Connection
from desktop_chat.ui.connections.connection_form import ConnectionForm
from desktop_chat.ui.connections.preset_picker import PresetPicker


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp, connections=()) as here:
        yield here


@pytest.fixture
async def form(here: World) -> ConnectionForm:
    form = here.show(ConnectionForm(here.context))
    await until(form.isActiveWindow)
    return form


async def opened(form: ConnectionForm) -> PresetPicker:
    form.provider.setFocus()
    QTest.keyClick(form.provider, Qt.Key.Key_Down)
    await until(form.picker.search.hasFocus)
    return form.picker


def titles(picker: PresetPicker) -> list[str]:
    return [picker.list.item(row).text() for row in range(picker.list.count())]


async def test_a_provider_is_found_and_chosen_with_the_keyboard(here: World, form: ConnectionForm) -> None:
    picker = await opened(form)
    current = picker.list.currentItem()
    assert current is not None
    assert current.text() == "OpenAI", "the provider in use"
    QTest.keyClicks(picker.search, "kimi")
    assert titles(picker) == ["Kimi (Moonshot AI, mainland China)", "Kimi (Moonshot AI, international)"]
    QTest.keyClick(picker.search, Qt.Key.Key_Down)
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert not picker.isVisible()
    assert form.address.text() == "https://api.moonshot.ai/v1"
    assert form.provider.currentText() == "Kimi (Moonshot AI, international)"
    assert form.name.placeholderText() == "Kimi"
    await until(form.key.line.hasFocus)
    saved = QSignalSpy(form.saved)
    QTest.keyClicks(form.key.line, "k-test")
    QTest.keyClick(form.key.line, Qt.Key.Key_Return)
    await until(saved.count)
    (connection,) = here.preferences.settings.connections
    assert (connection.name, connection.base_url) == ("Kimi", "https://api.moonshot.ai/v1")


async def test_chinese_names_can_be_searched_and_are_shown(here: World, form: ConnectionForm) -> None:
    picker = await opened(form)
    picker.search.setText("硅基流动")
    assert titles(picker) == ["SiliconFlow (mainland China)", "SiliconFlow (international)"]
    picker.close()
    here.languages.set_language("zh_CN")
    await until(lambda: picker.search.placeholderText() == "搜索服务商")
    picker = await opened(form)
    picker.search.setText("硅基流动")
    assert titles(picker) == ["硅基流动（国内）", "硅基流动（国际）"]
    QTest.keyClick(picker.search, Qt.Key.Key_Enter)
    assert form.provider.currentText() == "硅基流动（国内）"
    assert form.name.placeholderText() == "硅基流动"


async def test_an_unlisted_provider_shows_what_to_do(form: ConnectionForm) -> None:
    picker = await opened(form)
    picker.search.setText("nobody")
    assert titles(picker) == []
    assert picker._none.isVisible()
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert picker.isVisible(), "nothing is chosen"
    QTest.keyClick(picker, Qt.Key.Key_Escape)
    assert not picker.isVisible()
    form.address.setText("https://models.example.com/v1")
    assert form.provider.currentText() == "Other server"
    assert not form.key_page_button.isVisible()


async def test_the_list_itself_can_be_navigated_and_clicked(form: ConnectionForm) -> None:
    picker = await opened(form)
    QTest.keyClick(picker.search, Qt.Key.Key_Tab)
    assert picker.list.hasFocus()
    assert picker.list.accessibleName() == "Providers"
    item = picker.list.item(2)
    assert item.data(Qt.ItemDataRole.AccessibleTextRole) == "OpenRouter, openrouter.ai"
    QTest.mouseClick(picker.list.viewport(), Qt.MouseButton.LeftButton, pos=picker.list.visualItemRect(item).center())
    assert form.address.text() == "https://openrouter.ai/api/v1"


async def test_a_placeholder_in_an_address_is_selected_and_must_be_filled_in(here: World, form: ConnectionForm) -> None:
    picker = await opened(form)
    picker.search.setText("azure")
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    await until(form.address.hasFocus)
    assert form.address.selectedText() == "your-resource"
    line = form.model.lineEdit()
    assert line is not None
    assert line.placeholderText() == "Your deployment name"
    QTest.keyClick(form.address, Qt.Key.Key_Return)
    assert "your-resource" in form._result.text()
    assert here.preferences.settings.connections == ()
    QTest.keyClicks(form.address, "mine")
    assert form.address.text() == "https://mine.openai.azure.com/openai/v1"
    assert form.provider.currentText() == "Azure OpenAI"


async def test_a_local_server_needs_no_key(form: ConnectionForm) -> None:
    picker = await opened(form)
    picker.search.setText("ollama")
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert form.key.line.placeholderText() == "Usually not needed"
    assert not form.key_page_button.isVisible()
    await until(form.test_button.hasFocus)


async def test_the_key_page_opens_only_after_a_question(
    here: World, form: ConnectionForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    went: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: went.append(QUrl(url).toString()))
    for press, expected in (("Cancel", []), ("Open", ["https://platform.openai.com/api-keys"])):
        QTest.mouseClick(form.key_page_button, Qt.MouseButton.LeftButton)
        await until(lambda: _buttons("Open"))
        (button,) = _buttons(press)
        button.click()
        await until(lambda: not _buttons("Open") and not here.tasks._tasks)
        assert went == expected


def _buttons(text: str) -> list[QPushButton]:
    dialogs = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.windowTitle() == "Open this link?"]
    return [button for dialog in dialogs for button in dialog.findChildren(QPushButton) if button.text() == text]


async def test_a_stored_connection_shows_its_provider(here: World) -> None:
    here.preferences.put_connection(Connection("c1", "Mine", "https://api.deepseek.com/v1"))
    form = here.show(ConnectionForm(here.context, "c1"))
    assert form.provider.currentText() == "DeepSeek"


async def test_the_list_can_shrink(here: World, form: ConnectionForm) -> None:
    """Regression: at zoom 1.5 its end was below the window's edge, because it had a fixed size."""
    picker = await opened(form)
    assert picker.minimumHeight() < picker.wanted_size().height()
    assert picker.wanted_size().width() == here.theme.px(460)
    picker.close()
