"""The endpoint's page: its states, what it copies, who may use it, and what happens there now."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from chat_world import World, until
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from window_world import control

from desktop_chat.core.endpoint_callers import Caller
from desktop_chat.core.endpoint_control import StreamBegan
from desktop_chat.core.entities import Usage
from desktop_chat.core.errors import StoreLocked
from desktop_chat.core.local_endpoint import KEEPS_ENDING, EndpointState, EndpointStatus, LiveStream
from desktop_chat.core.prices import Cost
from desktop_chat.core.usage_ledger import UsageEntry, UsageOrigin
from desktop_chat.ui.settings.endpoint_activity import MAX_SHOWN
from desktop_chat.ui.settings.endpoint_origins import origin_in
from desktop_chat.ui.settings.endpoint_page import HIDDEN, EndpointPage
from desktop_chat.ui.sidebar.endpoint_mark import EndpointMark
from desktop_chat.ui.text.endpoint_examples import EXAMPLES
from desktop_chat.ui.widgets.async_dialog import Question

URL = "http://127.0.0.1:4321"
RUNNING = EndpointStatus(EndpointState.RUNNING, URL)


@pytest.fixture
async def page(here: World) -> AsyncIterator[EndpointPage]:
    page = here.show(EndpointPage(here.context))
    yield page
    here.endpoint.streams.clear()
    page.streams._soon.stop()
    for button in page.findChildren(QPushButton):
        if hasattr(button, "_told"):
            button._told.stop()


def texts(page: EndpointPage) -> str:
    from PySide6.QtWidgets import QLabel  # noqa: PLC0415

    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def stream(number: int, caller: str = "curl") -> LiveStream:
    return LiveStream(StreamBegan(str(number), caller, "Ollama", "llama", "/v1/responses", time.time() - 5.2), number)


async def run(here: World, page: EndpointPage) -> None:
    here.endpoint.become(RUNNING)
    await until(page.copy_token.isEnabled)


async def test_each_state_is_said_in_words(here: World, page: EndpointPage) -> None:
    assert "Off. Nothing listens." in texts(page)
    assert not page.copy_address.isEnabled()
    here.endpoint.become(EndpointStatus(EndpointState.STARTING))
    assert "Starting..." in texts(page)
    await run(here, page)
    assert URL in texts(page)
    here.endpoint.become(EndpointStatus(EndpointState.FAILED, problem="server_missing", detail="fastapi"))
    assert "pip install 'desktop-chat[serve]'" in page.problem.text()
    assert not page.other_port.isVisible()
    here.endpoint.become(EndpointStatus(EndpointState.FAILED, problem=KEEPS_ENDING))
    assert "several times in a row" in page.problem.text()
    page.retry_button.click()
    assert here.endpoint.told == ["retry"]


async def test_a_taken_port_offers_another_one(here: World, page: EndpointPage) -> None:
    here.preferences.update(endpoint_port=4_321)
    here.endpoint.become(EndpointStatus(EndpointState.FAILED, problem="port_taken", detail="4321"))
    assert page.problem.text() == "Port 4321 is used by another program. Choose another port."
    page.other_port.click()
    assert here.preferences.settings.endpoint_port == 0


async def test_address_and_token_are_copied_and_the_token_is_hidden(here: World, page: EndpointPage) -> None:
    await run(here, page)
    page.copy_address.click()
    assert QGuiApplication.clipboard().text() == URL
    assert page.copy_address.text() == "Copied"
    page.copy_token.click()
    assert QGuiApplication.clipboard().text() == "token-0"
    assert "token-0" not in texts(page) + page.examples.code.toPlainText()
    assert HIDDEN in texts(page)
    page.show_token.click()
    assert "token-0" in texts(page)
    assert "token-0" in page.examples.code.toPlainText()


async def test_renewing_asks_first(here: World, page: EndpointPage) -> None:
    await run(here, page)
    for agrees, renewed in ((False, 0), (True, 1)):
        page.renew_button.click()
        await until(lambda: page.findChild(Question))
        question = page.findChild(Question)
        assert isinstance(question, Question)
        question.done(int(agrees))
        await until(lambda: page.findChild(Question) is None)
        assert here.endpoint.renewed == renewed
    await until(lambda: page._token == "token-1")


async def test_the_page_is_opened_with_the_token_in_the_fragment(
    here: World, page: EndpointPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()))
    await run(here, page)
    page.open_button.click()
    assert opened == [f"{URL}/#token=token-0"]


async def test_the_examples_are_filled_in(here: World, page: EndpointPage) -> None:
    await run(here, page)
    here.preferences.update(default_model="it's")
    for number, name in enumerate(EXAMPLES):
        page.examples.choice.setCurrentIndex(number)
        page.examples.copy_button.click()
        copied = QGuiApplication.clipboard().text()
        assert copied == EXAMPLES[name](URL, "token-0", "it's")
        assert copied.replace("token-0", "TOKEN") == page.examples.code.toPlainText()


async def test_origins_are_added_refused_and_removed(here: World, page: EndpointPage) -> None:
    origins = page.origins
    QTest.keyClicks(origins.field, "example.org")
    origins.add_button.click()
    assert "Enter an origin" in origins.problem.text()
    origins.field.setText(" HTTPS://Example.org:443/page ")
    origins.field.returnPressed.emit()
    assert here.preferences.settings.endpoint_origins == ("https://example.org",)
    assert not origins.problem.isVisible()
    assert origins.field.text() == ""
    [button] = origins.shown.lines["https://example.org"].findChildren(QPushButton)
    button.click()
    assert here.preferences.settings.endpoint_origins == ()
    assert not origins.shown.lines


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("http://localhost:3000/", "http://localhost:3000"),
        ("http://[::1]:80", "http://[::1]"),
        ("https://me@example.org", ""),
        ("ftp://example.org", ""),
        ("http://a:99999", ""),
        ("", ""),
    ],
)
def test_what_an_origin_is(text: str, origin: str) -> None:
    assert origin_in(text) == origin


async def test_streams_are_listed_and_stopped(here: World, page: EndpointPage) -> None:
    assert "Requests appear here" in texts(page)
    here.endpoint.streams.update({str(number): stream(number) for number in range(MAX_SHOWN + 3)})
    here.endpoint.streams_changed.emit(None)
    await until(lambda: len(page.streams.shown.lines) == MAX_SHOWN)
    assert "curl: llama" in texts(page)
    assert "Ollama · 2 tokens · 5 s" in texts(page)
    assert page.streams.shown.more.text() == "And 3 more"
    page.streams.shown.buttons["1"].click()
    assert here.endpoint.told == [("stop", "1")]
    here.endpoint.streams.clear()
    here.endpoint.streams_changed.emit(None)
    await until(lambda: not page.streams.shown.lines)
    assert not page.streams.shown.more.isVisible()


async def test_callers_are_listed_blocked_and_served_again(here: World, page: EndpointPage) -> None:
    await until(lambda: "Nobody has used the endpoint yet" in texts(page))
    now = time.time()
    here.endpoint.callers.known = [Caller("curl", now, tokens=1), Caller("node", 86_400.0, blocked=True)]
    here.endpoint.streams["1"] = stream(1)
    here.endpoint.streams_changed.emit(None)
    here.endpoint.streams.clear()
    here.endpoint.streams_changed.emit(None)
    await until(lambda: page.callers.shown.lines)
    assert list(page.callers.shown.lines) == ["curl", "node"]
    assert "Blocked · last used: Friday, January 2, 1970 · 0 tokens" in texts(page)
    buttons = page.callers.shown.buttons
    assert (buttons["curl"].text(), buttons["node"].text()) == ("Block", "Unblock")
    buttons["curl"].click()
    await until(lambda: buttons["curl"].text() == "Unblock")
    assert here.endpoint.told == [("block", "curl")]
    here.endpoint.callers.error = StoreLocked("busy")
    buttons["curl"].click()
    await until(lambda: page.callers._problem)
    assert page.callers._problem in texts(page)


async def test_everything_has_a_name_and_follows_the_language(here: World, page: EndpointPage) -> None:
    await run(here, page)
    here.languages.set_language("zh_CN")
    QApplication.processEvents()
    assert page.copy_token.accessibleName() == "复制令牌"
    assert all(button.text() or button.accessibleName() for button in page.findChildren(QPushButton))
    assert control(page, "endpoint").itemText(1) == "开启"


async def test_the_mark_says_how_it_is_and_leads_to_the_page(here: World) -> None:
    mark = here.show(EndpointMark(here.context, here.show(QPushButton())))
    here.endpoint.become(EndpointStatus())
    assert mark.isHidden()
    here.endpoint.become(EndpointStatus(EndpointState.STARTING))
    assert mark.accessibleName() == "The local endpoint is starting"
    here.endpoint.become(RUNNING)
    assert mark.toolTip() == f"Local endpoint: {URL}"
    here.endpoint.become(EndpointStatus(EndpointState.FAILED))
    assert mark.accessibleName() == "The local endpoint does not run"
    mark.click()
    assert here.navigator.settings == ["endpoint"]


def test_an_example_cannot_be_broken_out_of() -> None:
    model = 'a\'; rm -rf "x" \\'
    for name, example in EXAMPLES.items():
        text = example(URL, "t", model)
        assert name == "curl" or json.dumps(model) in text


async def test_a_reached_budget_is_said_with_what_callers_get_then(here: World) -> None:
    here.context.preferences.update(budgets=(("USD day", "5"),), over_budget="warn")
    cost = Cost("USD", Decimal(6))
    entry = UsageEntry(datetime.now(UTC), UsageOrigin.BATCH, "c", "Mine", "", "m", Usage(1, 1), cost)
    here.context.ledger.record(entry)
    page = here.show(EndpointPage(here.context))
    await until(lambda: "Today's budget of 5.00 USD is reached: 6.00 USD spent. Callers are still" in texts(page))
    here.context.preferences.update(over_budget="ask")
    await until(lambda: "6.00 USD spent. Callers get error 402 (budget_reached)" in texts(page))
    here.context.preferences.update(budgets=())
    await until(lambda: "budget" not in texts(page))
