"""The welcome page offers three ways to something that answers, and chooses none automatically."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from chat_world import DEMO, World, until, world
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop_chat.core.ports import LocalServer
from desktop_chat.ui.chat.welcome import WelcomePage

OLLAMA = LocalServer("Ollama", "http://127.0.0.1:11434/v1", ("llama3.3", "qwen3"))


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp, connections=(), servers=(OLLAMA,)) as here:
        yield here


@pytest.fixture
async def page(here: World) -> WelcomePage:
    page = here.show(WelcomePage(here.context))
    await until(page.offers)
    return page


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def test_a_local_server_is_offered_with_its_address_and_models(page: WelcomePage) -> None:
    (offer,) = page.offers()
    words = " ".join(label.text() for label in offer.findChildren(QLabel))
    assert "Ollama" in words
    assert OLLAMA.base_url in words
    assert [offer.models.itemText(i) for i in range(offer.models.count())] == ["llama3.3", "qwen3"]


async def test_nothing_is_chosen_automatically(here: World, page: WelcomePage) -> None:
    connected = QSignalSpy(page.connected)
    click(page.look_button)
    await until(page.look_button.isEnabled)
    assert here.local_servers.asked == 2, "once, and when it is searched for again"
    assert len(page.offers()) == 1
    assert connected.count() == 0
    assert here.preferences.settings.connections == ()


async def test_using_a_server_creates_a_connection_once(here: World, page: WelcomePage) -> None:
    connected = QSignalSpy(page.connected)
    (offer,) = page.offers()
    offer.models.setCurrentText("qwen3")
    click(offer.use_button)
    click(offer.use_button)
    (connection,) = here.preferences.settings.connections
    assert (connection.name, connection.base_url, connection.default_model) == ("Ollama", OLLAMA.base_url, "qwen3")
    assert connected.at(0) == connected.at(1) == [connection.id, "qwen3"]


async def test_without_a_server_it_says_what_would_help(here: World, page: WelcomePage) -> None:
    here.local_servers.servers = []
    click(page.look_button)
    await until(lambda: not page.offers())
    assert any("Ollama" in label.text() and label.isVisible() for label in page.findChildren(QLabel))


async def test_the_demo_says_what_it_is(here: World, page: WelcomePage) -> None:
    connected = QSignalSpy(page.connected)
    labels = [label.text() for label in page.findChildren(QLabel)]
    assert "Canned replies, no AI. Nothing leaves this computer." in labels
    click(page.demo_button)
    assert connected.at(0) == [DEMO.id, ""]


async def test_a_key_is_entered_on_the_page(here: World, page: WelcomePage) -> None:
    connected = QSignalSpy(page.connected)
    click(page.key_button)
    assert page.form is not None
    assert page.form.key.line.hasFocus()
    QTest.keyClicks(page.form.key.line, "k-test")
    page.form.model.setCurrentText("gpt-5.5")
    click(page.form.save_button)
    await until(connected.count)
    (connection,) = here.preferences.settings.connections
    assert connected.at(0) == [connection.id, ""]
    assert connection.default_model == "gpt-5.5"
    assert here.secrets.keys == {connection.id: "k-test"}


async def test_the_form_can_be_closed(page: WelcomePage) -> None:
    click(page.key_button)
    assert page.form is not None
    click(page.form.cancel_button)
    assert page.form is None
    assert page.key_button.hasFocus()
