"""The request inspector: what it shows of a reply's requests, and what can be done with one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from chat_world import LOCAL, OPENAI, World, until, world
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QWidget

from desktop_chat.core.deltas import FinishDelta, TextDelta, UsageDelta
from desktop_chat.core.entities import Api, ChatOptions, Usage
from desktop_chat.core.errors import RateLimited
from desktop_chat.core.exchanges import Exchange, Mark
from desktop_chat.core.prompt import PromptImage
from desktop_chat.ui.chat.inspector.inspector import Inspector
from desktop_chat.ui.chat.tab import ChatTab

KEY = "sk-shown-nowhere-0123456789"
HELLO = b'data: {"choices": [{"delta": {"content": "Hello"}}]}\n\n'
DONE = b"data: [DONE]\n\n"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def exchange_of(clock: Clock, reply_id: str = "r", image: bytes = b"") -> Exchange:
    content = [PromptImage("image/png", image)] if image else f"Hi, my key is {KEY}"
    exchange = Exchange(
        reply_id,
        OPENAI.id,
        OPENAI.name,
        Api.CHAT_COMPLETIONS,
        "gpt-5.5",
        "https://api.openai.com/v1/chat/completions",
        {"model": "gpt-5.5", "messages": [{"role": "user", "content": content}], "stream": True},
        hide=lambda text: text.replace(KEY, "[redacted]"),
        clock=clock,
        started_at=1_764_000_000.0,
    )
    exchange.request_headers = (("Authorization", f"Bearer {KEY}"), ("Content-Type", "application/json"))
    return exchange


def answered(clock: Clock, **options: object) -> Exchange:
    """Return an exchange that went well in 2.5 seconds."""
    exchange = exchange_of(clock, **options)  # type: ignore[arg-type]
    moments = ((Mark.RESOLVED, 0.01), (Mark.CONNECTED, 0.04), (Mark.SECURED, 0.09), (Mark.SENT, 0.1))
    for mark, now in (*moments, (Mark.ANSWERED, 0.6)):
        clock.now = now
        exchange.mark(mark)
    exchange.status, exchange.http_version = 200, "HTTP/1.1"
    exchange.response_headers = (("Content-Type", "text/event-stream"), ("x-request-id", "req_7f"))
    for now in (0.7, 0.74, 0.9, 2.4):
        clock.now = now
        exchange.take(HELLO)
        exchange.note([TextDelta("Hello")])
    clock.now = 2.5
    exchange.take(DONE)
    exchange.note([FinishDelta("stop"), UsageDelta(Usage(1_200, 340, 12, 1_000))])
    exchange.mark(Mark.ENDED)
    return exchange


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp, (OPENAI, LOCAL)) as here:
        yield here


async def asked(here: World) -> ChatTab:
    """Return a tab with one question and its reply."""
    tab = here.show(ChatTab(here.context, here.library.create(ChatOptions(OPENAI.id, "gpt-5.5")).id))
    await tab.load()
    here.provider.script("first")
    here.provider.script("second")
    assert tab.session is not None
    tab.session.send("hi")
    await until(lambda: not tab.session.running)
    return tab


async def inspected(here: World, *exchanges: Exchange) -> tuple[ChatTab, Inspector]:
    """Return a tab with a reply that has these exchanges, and the inspector opened by its menu."""
    tab = await asked(here)
    assert tab.session is not None
    reply_id = tab.session.path[-1].id
    for exchange in exchanges:
        exchange.reply_id = reply_id
        here.providers.exchanges.add(exchange)
    tab.transcript.action_triggered.emit("inspect", reply_id)
    [inspector] = tab.findChildren(Inspector)
    await until(lambda: not exchanges or inspector.overview.outcome.text())
    return tab, inspector


def shown_in(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


async def test_what_was_sent_and_what_came_back(here: World) -> None:
    tab, inspector = await inspected(here, answered(Clock()))
    await until(lambda: "req_7f" in shown_in(inspector.overview))
    words = shown_in(inspector.overview)
    for part in (
        "The reply is complete (finish reason “stop”).",
        "https://api.openai.com/v1/chat/completions",
        "req_7f",
        "200 · HTTP/1.1",
        "1,200 in the request · 1,000 of them from the cache · 340 in the reply · 12 of them reasoning",
        "5 events",
        "TLS handshake",
        "50.0 ms",
        "The longest gap was 1.50 s.",
    ):
        assert part in words
    assert inspector.request.toPlainText().startswith("POST https://api.openai.com/v1/chat/completions\n")
    assert "x-request-id: req_7f" in inspector.response.toPlainText()
    model = inspector.events.model
    assert [model.data(model.index(row, 0)) for row in range(5)] == ["700 ms", "740 ms", "900 ms", "2.40 s", "2.50 s"]
    assert [model.data(model.index(row, 1)) for row in range(3)] == ["", "40.0 ms", "160 ms"]
    assert inspector.events.text.toPlainText() == HELLO.decode().strip()
    tab.close_view()


async def test_no_key_is_shown_or_copied(here: World) -> None:
    exchange = answered(Clock())
    exchange.take(f"data: {KEY}\n\n".encode())
    tab, inspector = await inspected(here, exchange)
    model = inspector.events.model
    events = [str(model.data(model.index(row, 2))) + model.text(row) for row in range(model.rowCount())]
    texts = [inspector.request.toPlainText(), inspector.response.toPlainText(), *events]
    for action in inspector.copy_as.menu().actions():
        action.trigger()
        await until(lambda action=action: inspector.state.text().startswith(f"Copied as {action.text()}."))
        texts.append(QGuiApplication.clipboard().text())
    assert all(KEY not in text for text in texts)
    assert "Bearer [redacted]" in texts[0]
    assert texts[-1].startswith('{\n  "model": "gpt-5.5"')
    assert "$API_KEY" in texts[-4]
    tab.close_view()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"finish_reason": None}, "ended without a finish reason"),
        ({"finish_reason": None, "is_stopped": True}, "You stopped the reply, so"),
        ({"finish_reason": "length"}, "at its limit of tokens (finish reason “length”)"),
        ({"finish_reason": "content_filter"}, "filter ended the reply"),
        ({"finish_reason": "error"}, "reported a fault"),
        ({"error_code": RateLimited.code}, "Too many requests."),
    ],
)
async def test_it_says_how_the_answer_ended(here: World, change: dict[str, object], words: str) -> None:
    exchange = answered(Clock())
    for name, value in change.items():
        setattr(exchange, name, value)
    tab, inspector = await inspected(here, exchange)
    assert words in inspector.overview.outcome.text()
    tab.close_view()


async def test_a_running_answer_is_followed(here: World) -> None:
    clock = Clock()
    exchange = exchange_of(clock)
    exchange.take(HELLO)
    tab, inspector = await inspected(here, exchange)
    assert inspector.overview.outcome.text() == "The answer is still arriving."
    assert inspector.events.model.rowCount() == 1
    clock.now = 1.0
    exchange.take(HELLO)
    inspector.refresh()
    await until(lambda: inspector.events.model.rowCount() == 2)
    tab.close_view()


async def test_each_request_of_a_reply_can_be_chosen(here: World) -> None:
    refused = exchange_of(Clock())
    refused.status, refused.error_code = 429, RateLimited.code
    refused.mark(Mark.ENDED)
    tab, inspector = await inspected(here, refused, answered(Clock()))
    assert inspector.choice.count() == 2
    assert "Request 2 of 2" in inspector.choice.currentText()
    inspector.choice.setCurrentIndex(0)
    inspector.choice.activated.emit(0)
    await until(lambda: "429" in shown_in(inspector.overview))
    inspector.refresh()
    assert inspector.choice.currentIndex() == 0, "what was chosen stays"
    tab.close_view()


async def test_a_reply_without_a_record_says_why(here: World) -> None:
    tab, inspector = await inspected(here)
    assert "There is no record of this reply's requests." in shown_in(inspector)
    assert not inspector.again.isVisible()
    tab.close_view()


async def test_a_record_that_was_kept_on_disk_is_shown_but_not_sent_again(here: World) -> None:
    tab = await asked(here)
    assert tab.session is not None
    reply_id = tab.session.path[-1].id
    exchange = answered(Clock(), reply_id=reply_id)
    exchange.is_kept = True
    here.kept_exchanges.append(exchange)
    tab.transcript.action_triggered.emit("inspect", reply_id)
    [inspector] = tab.findChildren(Inspector)
    await until(lambda: "req_7f" in shown_in(inspector.overview))
    assert not inspector.again.isEnabled()
    tab.close_view()


async def test_sending_it_again_makes_another_version_of_the_reply(here: World) -> None:
    exchange = answered(Clock(), image=b"\x89PNG")
    tab, inspector = await inspected(here, exchange)
    session = tab.session
    assert session is not None
    await until(inspector.again.isEnabled)
    QTest.mouseClick(inspector.again, Qt.MouseButton.LeftButton)
    await until(lambda: not session.running)
    assert session.path[-1].text == "second"
    assert len(session.alternatives(session.path[-1].id)) == 2
    assert here.provider.prompts[-1].exact_body is exchange.body
    assert here.provider.prompts[-1].reply_id == session.path[-1].id
    tab.close_view()


async def test_a_request_of_a_connection_that_is_gone_cannot_be_sent_again(here: World) -> None:
    exchange = answered(Clock())
    exchange.connection_id = "gone"
    tab, inspector = await inspected(here, exchange)
    assert not inspector.again.isEnabled()
    tab.close_view()


async def test_a_har_file(here: World, tmp_path: Path) -> None:
    tab, inspector = await inspected(here, answered(Clock()))
    QTest.mouseClick(inspector.save, Qt.MouseButton.LeftButton)
    await until(lambda: inspector.findChildren(QFileDialog))
    [dialog] = inspector.findChildren(QFileDialog)
    file = tmp_path / "reply.har"
    dialog.findChildren(QLineEdit)[0].setText(str(file))
    dialog.accept()
    await until(lambda: "Saved to" in inspector.state.text())
    [entry] = json.loads(file.read_text(encoding="utf-8"))["log"]["entries"]
    assert entry["request"]["headers"][0] == {"name": "Authorization", "value": "Bearer [redacted]"}
    assert [event["time"] for event in entry["_events"]] == [700.0, 740.0, 900.0, 2400.0, 2500.0]
    assert entry["timings"]["wait"] == pytest.approx(500.0)
    tab.close_view()


async def test_it_follows_the_language(here: World) -> None:
    tab, inspector = await inspected(here, answered(Clock()))
    here.languages.set_language("zh_CN")
    await until(lambda: inspector.windowTitle() == "请求检查器")
    await until(lambda: "回复完整" in inspector.overview.outcome.text())
    assert inspector.events.table.accessibleName() == "事件"
    tab.close_view()
