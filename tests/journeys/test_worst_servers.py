"""The worst server behaviour at the real window: what the user sees and can do in both languages, and what is kept.

After each of them the window answers the next question, nothing was logged as a bug, and a restart restores everything.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from desk import Desk, MakeDesk
from fakes import MemorySecrets
from hostile_peer import MODES, Peer
from hostile_server import HostileServer
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from shown_words import left_in_chinese, left_in_english, words_on_screen

from desktop_chat.core.entities import Api, Connection, Message, Status
from desktop_chat.ui.widgets.async_dialog import Question

KEY = "sk-planted-9d27e6b1f04a"
ENGLISH, CHINESE = "en", "zh_CN"


class Person:
    """A user who asks one question and looks at the window."""

    def __init__(self, desk: Desk, connection: Connection, language: str) -> None:
        self.desk = desk
        self._connection = connection
        self._language = language

    async def ask(self, model: str, **settings: object) -> None:
        """Ask a misbehaving model."""
        self.desk.application.preferences.update(language=self._language, **{"retries": 0, **settings})
        await self.desk.with_model(self._connection, model)
        self.desk.ask("why is the sky blue?")

    async def sees(self, *beginnings: str) -> None:
        """Wait until texts with these beginnings are all on the screen, and check that they are in one language."""
        await self.desk.until(lambda: all(_begins(words) for words in beginnings), f"to see {beginnings}")
        assert (left_in_english() if self._language == CHINESE else left_in_chinese()) == []

    def press(self, name: str) -> None:
        """Click the transcript's last button with this name."""
        self.desk.click_beside(name)

    async def reply(self) -> Message:
        return await self.desk.answered()

    async def goes_on(self) -> None:
        """Check that the same window answers the next question, and that a restart restores everything."""
        desk = self.desk
        kept = [(message.text, message.status) for message in desk.tab.session.path]
        asked_in = desk.tab.session.conversation_id
        desk.window.activateWindow()
        await desk.until(desk.window.isActiveWindow, "the window to be in front again")
        await desk.with_model(self._connection, "plain")
        desk.ask("and now?")
        assert ((await desk.answered()).text, desk.last.status) == ("Hello", Status.COMPLETE)
        assert desk.tab.composer.text == ""
        desk.application.preferences.update(language=ENGLISH)
        await desk.close()
        await desk.open()
        desk.window.tabs.activate(asked_in)
        await desk.until(lambda: desk.window.tabs.current_id == asked_in and desk.tab.session is not None)
        assert [(message.text, message.status) for message in desk.tab.session.path] == kept
        assert kept[0] == ("why is the sky blue?", Status.COMPLETE)


async def left(server: HostileServer) -> None:
    """Wait until the server has seen the client disconnect."""
    async with asyncio.timeout(30):
        await server.left.wait()


def _begins(words: str) -> bool:
    return any(seen.startswith(words) for seen in words_on_screen())


@pytest.fixture
async def desk(make_desk: MakeDesk, data_dir: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Desk]:
    """The application with a keyring that contains one key; fails if a bug was logged."""
    (data_dir / "settings.toml").write_text('language = "en"\nscheme = "light"\n')
    secrets = MemorySecrets()
    secrets.keys["here"] = KEY
    desk = make_desk(secrets)
    await desk.open()
    yield desk
    await desk.close()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert _files_with_the_key(data_dir) == []


def _files_with_the_key(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and KEY.encode() in file.read_bytes()]


@pytest.fixture
def sit(desk: Desk, connection: Connection) -> Callable[[str], Person]:
    return lambda language: Person(desk, connection, language)


def at_first(monkeypatch: pytest.MonkeyPatch, name: str, first: Callable[[Peer], Awaitable[None]], rest: str) -> None:
    """Add a mode that misbehaves once and then behaves like another mode."""

    async def play(peer: Peer) -> None:
        asked = [request for request in peer.request.others if request.body.get("model") == name]
        await (first(peer) if len(asked) == 1 else MODES[rest](peer))

    monkeypatch.setitem(MODES, name, play)


async def test_silence_before_the_first_byte(sit: Callable[[str], Person], server: HostileServer) -> None:
    person = sit(ENGLISH)
    await person.ask("silence")
    await person.sees("Waiting for first token...", "Stop")
    await server.arrived.wait()
    person.desk.click("Stop")
    assert (await person.reply()).status is Status.CANCELLED
    await left(server)
    await person.sees("Stopped", "Retry")
    await person.goes_on()


async def test_silence_in_the_middle_is_shown(sit: Callable[[str], Person], server: HostileServer) -> None:
    person = sit(CHINESE)
    await person.ask("silence-after-text")
    await person.sees("已有 3 秒没有数据", "停止")
    await person.sees("已有 4 秒没有数据")
    person.desk.press(Qt.Key.Key_Escape)
    assert ((await person.reply()).text, person.desk.last.status) == ("Hello", Status.CANCELLED)
    await left(server)
    await person.sees("已停止", "继续")
    await person.goes_on()


async def test_silence_times_out_and_the_text_is_kept(sit: Callable[[str], Person]) -> None:
    person = sit(ENGLISH)
    await person.ask("silence-after-text", idle_limit_s=1.0)
    reply = await person.reply()
    assert (reply.text, reply.status) == ("Hello", Status.INTERRUPTED)
    await person.sees("The server stopped sending data.", "Continue", "Retry")
    await person.goes_on()


async def test_a_cut_off_reply_is_continued_in_the_same_message(
    sit: Callable[[str], Person], server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut(peer: Peer) -> None:
        await peer.head()
        await peer.text("Because of ")

    at_first(monkeypatch, "cut", cut, "plain")
    person = sit(CHINESE)
    await person.ask("cut")
    cut_reply = await person.reply()
    assert (cut_reply.text, cut_reply.status) == ("Because of ", Status.INTERRUPTED)
    await person.sees("连接已断开。", "继续", "重试")
    person.press("continue")
    whole = await person.reply()
    assert (whole.id, whole.text, whole.status) == (cut_reply.id, "Because of Hello", Status.COMPLETE)
    assert "Because of " in str(server.requests[-1].body["messages"]), "the partial answer went back"
    await person.goes_on()


async def test_a_rate_limit_counts_down_and_can_be_stopped(
    sit: Callable[[str], Person], server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow_down(peer: Peer) -> None:
        await peer.answer("429 Too Many", {"error": {"message": "Slow down"}}, Retry_After="30")

    monkeypatch.setitem(MODES, "429-then-never", slow_down)
    person = sit(ENGLISH)
    await person.ask("429-then-never", retries=2)
    await person.sees("Retrying in 30 s", "Stop")
    await person.sees("Retrying in 29 s")
    person.desk.click("Stop")
    assert (await person.reply()).status is Status.CANCELLED
    await person.sees("Stopped", "Retry")
    assert len(server.requests) == 1
    await person.goes_on()


async def test_a_server_without_the_responses_api_answers_after_one_click(
    sit: Callable[[str], Person], server: HostileServer, connection: Connection
) -> None:
    person = sit(ENGLISH)
    await person.desk.with_model(connection, "r-404")
    person.desk.application.connections.use_api(connection.id, Api.RESPONSES)
    person.desk.ask("why is the sky blue?")
    assert (await person.reply()).status is Status.FAILED
    await person.sees("The server does not respond at /responses.", "Use Chat Completions and retry", "Open settings")
    person.press("use_chat_completions")
    assert (await person.reply()).text == "Hello"
    assert [request.path for request in server.requests] == ["/v1/responses", "/v1/chat/completions"]
    await person.goes_on()


async def test_a_model_of_the_other_api_answers_after_one_click(
    sit: Callable[[str], Person], server: HostileServer
) -> None:
    person = sit(CHINESE)
    await person.ask("responses-only")
    assert (await person.reply()).status is Status.FAILED
    await person.sees("这个模型只能通过 Responses API 使用。", "改用 Responses 并重试", "详情")
    person.press("use_responses")
    await person.desk.until(lambda: person.desk.last.text == "Hello", "the answer by the other API")
    assert [request.path for request in server.requests] == ["/v1/chat/completions", "/v1/responses"]
    assert person.desk.application.preferences.settings.connections[0].api is Api.RESPONSES


async def test_refused_request_parts_are_mentioned_below_the_reply(
    sit: Callable[[str], Person], server: HostileServer
) -> None:
    person = sit(CHINESE)
    await person.ask("streams-refused")
    assert ((await person.reply()).text, person.desk.last.status) == ("Hello", Status.COMPLETE)
    await person.sees("服务器对这个模型不接受以下内容，已略去：流式输出。")
    assert [request.body["stream"] for request in server.requests] == [True, False]
    await person.goes_on()
    await person.desk.until(
        lambda: _begins("Not sent, because the server does not accept it for this model: streaming.")
    )


async def test_a_401_that_repeats_the_key(sit: Callable[[str], Person], server: HostileServer) -> None:
    person = sit(CHINESE)
    await person.ask("401-echo")
    reply = await person.reply()
    assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    assert reply.failure is not None
    assert reply.failure.detail == "Incorrect API key: Bearer [redacted]"
    await person.sees("密钥被拒绝。", "设置 API 密钥", "重试", "详情")
    person.press("details")
    await person.desk.until(lambda: person.desk.sees_text("[redacted]"), "the details")
    assert not person.desk.sees_text(KEY)
    person.desk.click("复制")
    await person.desk.until(lambda: "[redacted]" in QApplication.clipboard().text())
    assert KEY not in QApplication.clipboard().text()
    await person.goes_on()


async def test_a_web_page_instead_of_an_answer(sit: Callable[[str], Person]) -> None:
    person = sit(ENGLISH)
    await person.ask("html-200")
    assert (await person.reply()).status is Status.FAILED
    await person.sees("No model server was found at this address.", "Open settings", "Retry")
    assert not any("<" in words for words in words_on_screen()), "no page is shown"
    await person.goes_on()


async def test_an_error_after_text(sit: Callable[[str], Person]) -> None:
    person = sit(CHINESE)
    await person.ask("error-event")
    reply = await person.reply()
    assert (reply.text, reply.status) == ("Hello", Status.INTERRUPTED)
    await person.sees("服务器出了问题。", "继续", "重试", "详情")
    person.press("details")
    await person.desk.until(lambda: person.desk.sees_text("Out of memory"), "the server's own words")
    QTest.keyClick(person.desk.window.findChildren(Question)[-1], Qt.Key.Key_Escape)
    await person.desk.until(lambda: not person.desk.sees("详情", QLabel), "the dialog to close")
    await person.goes_on()


async def test_an_endless_flood_can_be_stopped(sit: Callable[[str], Person], server: HostileServer) -> None:
    person = sit(ENGLISH)
    await person.ask("flood-for-ever")
    await person.desk.speaking(characters=10_000)
    person.desk.click("Stop")
    reply = await person.reply()
    await left(server)
    assert reply.status is Status.CANCELLED
    assert not reply.text.replace("word ", "")
    await person.sees("Stopped", "Continue")
    await person.goes_on()


async def test_a_retry_keeps_the_broken_attempt(sit: Callable[[str], Person], monkeypatch: pytest.MonkeyPatch) -> None:
    async def reset(peer: Peer) -> None:
        await MODES["reset-after-text"](peer)

    at_first(monkeypatch, "reset-once", reset, "escapes")
    person = sit(CHINESE)
    await person.ask("reset-once")
    broken = await person.reply()
    assert (broken.text, broken.status) == ("Hello", Status.INTERRUPTED)
    await person.sees("连接已断开。", "重试")
    person.press("retry")
    await person.desk.until(lambda: person.desk.last.status is Status.COMPLETE, "the second attempt")
    assert person.desk.last.id != broken.id
    await person.desk.until(lambda: person.desk.spots_of("previous"), "the way back")
    person.press("previous")
    await person.desk.until(lambda: person.desk.last.id == broken.id)
    assert person.desk.last.text == "Hello"
    await person.goes_on()


async def test_half_an_event_at_the_end(sit: Callable[[str], Person]) -> None:
    person = sit(ENGLISH)
    await person.ask("half-event")
    reply = await person.reply()
    assert (reply.text, reply.status) == ("Hello", Status.INTERRUPTED)
    await person.sees("The connection was lost.", "Continue", "Retry")
    await person.goes_on()


async def test_a_server_that_accepts_and_closes(sit: Callable[[str], Person], server: HostileServer) -> None:
    person = sit(CHINESE)
    await person.ask("close-at-once", retries=1)
    await person.sees("1 秒后重试")
    assert (await person.reply()).status is Status.FAILED
    assert len(server.requests) == 2
    await person.sees("连接已断开。", "重试")
    await person.goes_on()
