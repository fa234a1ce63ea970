"""Many replies at once, and Stop in every phase, on the real window with real sockets."""

from __future__ import annotations

import asyncio

import pytest
from desk import Desk, last_of
from hostile_server import HostileServer
from PySide6.QtCore import Qt

from desktop_chat.core.entities import Connection, Status
from desktop_chat.ui.text.tab_state import TabState


async def test_three_tabs_stream_at_once_one_stopped_one_failing_one_finishing(
    desk: Desk, connection: Connection
) -> None:
    tabs = []
    for model in ("slow-text", "reset", "paced"):
        tabs.append(await desk.with_model(connection, model))
        desk.ask(f"as {model}")
    stopped, failing, finishing = tabs
    await desk.speaking(finishing)
    await desk.answered(failing)
    assert last_of(failing).status is Status.INTERRUPTED
    assert last_of(failing).text
    assert stopped.session.running
    await desk.speaking(stopped)
    desk.window.tabs.activate(stopped.session.conversation_id)
    desk.press(Qt.Key.Key_Escape)
    assert (await desk.answered(stopped)).status is Status.CANCELLED
    assert last_of(stopped).text
    assert (await desk.answered(finishing)).status is Status.COMPLETE
    assert finishing.state is TabState.UNSEEN
    assert failing.state is TabState.ERROR


@pytest.mark.parametrize("model", ["silence", "silence-after-head", "slow-text", "flood-for-ever"])
async def test_stop_closes_the_connection_and_keeps_the_text(
    desk: Desk, connection: Connection, server: HostileServer, model: str
) -> None:
    await desk.with_model(connection, model)
    desk.ask("go")
    if model.startswith("silence"):
        await server.arrived.wait()
    else:
        await desk.speaking()
    shown = desk.last.text
    desk.click("Stop")
    assert not desk.sees("Stop"), "the button answers in the same instant"
    async with asyncio.timeout(30):
        await server.left.wait()
    reply = await desk.answered()
    assert reply.status is Status.CANCELLED
    assert reply.text.startswith(shown)
    await desk.application.write_behind.flush()
    stored = {m.id: m for m in await desk.application.store.messages(reply.conversation_id)}
    assert stored[reply.id].text == reply.text


async def test_stop_at_the_moment_of_sending(desk: Desk, connection: Connection) -> None:
    await desk.with_model(connection, "plain")
    desk.ask("go")
    desk.click("Stop")
    assert (await desk.answered()).status is Status.CANCELLED


async def test_closing_a_streaming_tab_stops_it_and_keeps_the_text(
    desk: Desk, connection: Connection, server: HostileServer
) -> None:
    tab = await desk.with_model(connection, "slow-text")
    conversation_id = tab.session.conversation_id
    desk.ask("go")
    await desk.speaking()
    shown = desk.last.text
    desk.control(Qt.Key.Key_W)
    await desk.until(lambda: conversation_id not in desk.window.tabs.ids)
    async with asyncio.timeout(30):
        await server.left.wait()
    desk.press(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
    await desk.until(lambda: desk.window.tabs.current_id == conversation_id and desk.tab.session is not None)
    await desk.until(lambda: desk.last.status is Status.CANCELLED)
    assert desk.last.text.startswith(shown)


async def test_a_rate_limit_counts_down_visibly_and_then_answers(desk: Desk, connection: Connection) -> None:
    await desk.with_model(connection, "429-then-plain")
    desk.ask("go")
    reply = await desk.answered()
    assert reply.status is Status.COMPLETE
