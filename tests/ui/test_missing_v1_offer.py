"""If an address lacks only "/v1", the form and a failed reply offer the address that answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from chat_world import World, until, world
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from desktop_chat.core.entities import ChatOptions, Connection, Message, Role, Status
from desktop_chat.core.errors import ResponsesMissing, WrongAddress
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.connections.connection_form import ConnectionForm
from desktop_chat.ui.text.error_text import ErrorWords, Remedy

ROOT = "http://127.0.0.1:8000"
MINE = Connection("mine", "Mine", ROOT, default_model="m")


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp, connections=(MINE,)) as here:
        here.providers.answers_at = f"{ROOT}/v1"
        yield here


async def test_the_form_offers_the_address_that_answers(here: World) -> None:
    form = here.show(ConnectionForm(here.context))
    form.address.setText(ROOT)
    QTest.keyClicks(form.key.line, "k-test")
    QTest.mouseClick(form.test_button, Qt.MouseButton.LeftButton)
    await until(form._choice.isVisible)
    assert f"{ROOT}/v1" in form._choice.text
    assert here.providers.asked == [(ROOT, "k-test"), (f"{ROOT}/v1", "k-test")]
    assert form.address.text() == ROOT, "only the person changes it"
    QTest.mouseClick(form._choice.button(Remedy.USE_V1.value), Qt.MouseButton.LeftButton)
    assert form.address.text() == f"{ROOT}/v1"
    await until(lambda: "2 model" in form._result.text())
    assert not form._choice.isVisible()


async def test_the_form_says_so_if_nothing_answers(here: World) -> None:
    here.providers.answers_at = "http://127.0.0.1:9/v1"
    form = here.show(ConnectionForm(here.context))
    form.address.setText(ROOT)
    QTest.mouseClick(form.test_button, Qt.MouseButton.LeftButton)
    await until(lambda: "No model server was found" in form._result.text())
    assert not form._choice.isVisible()


async def test_a_known_server_without_a_list_is_not_called_wrong(here: World) -> None:
    here.providers.answers_at = "nowhere"
    form = here.show(ConnectionForm(here.context))
    form.address.setText("https://api.perplexity.ai")
    QTest.mouseClick(form.test_button, Qt.MouseButton.LeftButton)
    await until(lambda: "enter a model name" in form._result.text())


async def test_azure_explains_its_list(here: World) -> None:
    form = here.show(ConnectionForm(here.context))
    for address, words in (
        ("https://mine.openai.azure.com/openai/v1", "the name of your own deployment"),
        ("https://mine.openai.azure.com/openai/deployments/gpt", "your deployment gpt"),
    ):
        here.providers.answers_at = address
        form.address.setText(address)
        QTest.mouseClick(form.test_button, Qt.MouseButton.LeftButton)
        await until(lambda words=words: words in form._result.text())


def test_the_offer_comes_first_if_it_may_help() -> None:
    failed = Message(
        "r", "c", "q", Role.ASSISTANT, "", Status.FAILED, 0.0, connection_name="Mine", failure=WrongAddress().failure()
    )
    for error in (WrongAddress(), ResponsesMissing()):
        reply = replace(failed, failure=error.failure())
        assert ErrorWords(lacks_v1=lambda: True).actions(reply)[0] == (Remedy.USE_V1.value, "Use .../v1")
    assert Remedy.USE_V1.value not in dict(ErrorWords(lacks_v1=lambda: False).actions(failed))


async def tab_with_failure(here: World) -> ChatTab:
    chat = here.library.create(ChatOptions(connection_id="mine", model="m"))
    tab = here.show(ChatTab(here.context, chat.id))
    await tab.load()
    here.provider.script(WrongAddress("404"))
    here.provider.script("Hello")
    assert tab.session is not None
    tab.composer.edit.setPlainText("hi")
    tab.composer.submitted.emit("hi")
    await until(lambda: tab.session is not None and tab.session.path[-1].status is Status.FAILED)
    return tab


def last(tab: ChatTab) -> Message:
    assert tab.session is not None
    return tab.session.path[-1]


async def test_a_failed_reply_completes_the_address_and_retries(here: World) -> None:
    tab = await tab_with_failure(here)
    words = tab.transcript
    assert tab._lacks_v1()
    assert words is not None
    tab.page.actions.act(Remedy.USE_V1, last(tab).id)  # type: ignore[union-attr]
    await until(lambda: last(tab).text == "Hello")
    assert here.preferences.settings.connections[0].base_url == f"{ROOT}/v1"
    assert here.providers.asked == [(f"{ROOT}/v1", "the connection's own")]


async def test_a_failed_reply_keeps_an_address_that_cannot_be_completed(here: World) -> None:
    here.providers.answers_at = "nowhere"
    tab = await tab_with_failure(here)
    tab.page.actions.act(Remedy.USE_V1, last(tab).id)  # type: ignore[union-attr]
    await until(lambda: _buttons("Open settings"))
    _buttons("Open settings")[0].click()
    await until(lambda: here.navigator.settings == ["connections"])
    assert here.preferences.settings.connections == (MINE,)


def _buttons(text: str) -> list[QPushButton]:
    shown = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.windowTitle().startswith("Address not")]
    return [button for dialog in shown for button in dialog.findChildren(QPushButton) if button.text() == text]
