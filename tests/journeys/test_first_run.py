"""From the first start to the first streamed reply, in each of the three ways."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from desk import Desk, MakeDesk
from hostile_server import HostileServer
from PySide6.QtCore import Qt

from desktop_chat.core.entities import Connection, Status
from desktop_chat.core.ports import KeyLocation

KEY = "sk-journey-0123456789abcdef"


@pytest.mark.real_keyring
async def test_with_an_api_key(desk: Desk, server: HostileServer) -> None:
    desk.click("Enter API key...")
    desk.fill("Address", server.base_url)
    desk.fill("API key", KEY)
    desk.click("Test")
    await desk.until(lambda: desk.sees_text("The connection works"), "the result of the test in words")
    assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    desk.click("Save")
    await desk.until(lambda: desk.application.preferences.settings.connections, "the connection is saved")
    (stored,) = desk.application.preferences.settings.connections
    assert await desk.application.secrets.place_of(stored.id) is KeyLocation.KEYRING
    await desk.until(lambda: desk.sees("Models"), "the models of the server are offered")
    desk.fill("Search or enter a model", "plain")
    desk.press(Qt.Key.Key_Return)
    await desk.until(lambda: desk.tab.session.conversation.options.model == "plain")
    desk.ask("hello")
    reply = await desk.answered()
    assert reply.status is Status.COMPLETE
    assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    await desk.application.secrets.remove(stored.id)


@pytest.fixture
async def ollama() -> AsyncIterator[HostileServer]:
    """A server where Ollama listens."""
    server = HostileServer()
    await server.start(11434)
    yield server
    await server.aclose()


async def test_with_a_server_on_this_computer(
    make_desk: MakeDesk, data_dir: Path, ollama: HostileServer, caplog: pytest.LogCaptureFixture
) -> None:
    (data_dir / "settings.toml").write_text('language = "en"\n')
    desk = make_desk()
    await desk.open()
    await desk.until(lambda: desk.sees_text("Ollama"), "the server is found and offered")
    assert desk.sees_text("127.0.0.1:11434")
    assert not desk.application.preferences.settings.connections, "nothing is chosen by itself"
    assert "authorization" not in ollama.requests[0].headers
    desk.click("Use Ollama")
    await desk.until(lambda: desk.tab.session.conversation.options.connection_id)
    desk.application.library.set_options(
        desk.tab.session.conversation_id,
        desk.tab.session.conversation.options.__class__(
            connection_id=desk.tab.session.conversation.options.connection_id, model="plain"
        ),
    )
    desk.ask("hello")
    assert (await desk.answered()).status is Status.COMPLETE


async def test_with_the_demo(desk: Desk) -> None:
    desk.click("Start demo")
    await desk.until(lambda: desk.sees_text("Canned replies, no AI"))
    desk.ask("Show me a table")
    await desk.speaking()
    reply = await desk.answered()
    assert reply.status is Status.COMPLETE
    assert "canned" in reply.text.lower()
    assert reply.connection_name == "Demo (no AI)"


async def test_a_conversation_is_named_by_its_first_words(desk: Desk, connection: Connection) -> None:
    await desk.with_model(connection, "plain")
    desk.ask("How do tides work? I always wondered.")
    await desk.answered()
    assert desk.tab.session.conversation.title == "How do tides work?"
