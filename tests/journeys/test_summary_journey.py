"""A conversation outgrows its model: it is summarised and goes on; the summary is kept over a restart, and undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from desk import Desk
from hostile_peer import MODES, Peer
from PySide6.QtWidgets import QApplication
from shown_words import left_in_english

from desktop_chat.core.entities import Connection, Status, Summary
from desktop_chat.core.prompt_building import SUMMARY_HEAD

PLAN = (
    "## Lisbon\n\nThree days in May, by train, for at most **600 euros**:\n\n"
    "| day | where |\n|---|---|\n| 1 | Alfama |\n| 2 | Sintra |\n"
)
SUMMARY = (
    "The user plans three days in Lisbon in May and wants to spend at most 600 euros.\n\n"
    "- They go by train and stay in Alfama.\n- Day 2 is for Sintra; `pena.pdf` has the opening hours.\n"
    "- Still open: where to eat on the first evening."
)
MOST = 5
"""Messages that the model's window holds, before a summary."""


async def _small_window(peer: Peer) -> None:
    """A model that reads a few messages only, or one that asks for a summary."""
    messages: list[dict[str, Any]] = peer.request.body["messages"]
    if len(messages) > MOST:
        await peer.error("400 Bad Request", "This is too long.", code="context_length_exceeded")
        return
    await peer.head()
    asks_for_summary = len(messages) == 1 and "conversation" in messages[0]["content"].splitlines()[-1]
    text = SUMMARY if asks_for_summary else PLAN
    await peer.text(*(text[at : at + 8] for at in range(0, len(text), 8)))
    await peer.finish()


@pytest.fixture
def connection(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """A server whose model "lisbon-7b" has a small window."""
    monkeypatch.setitem(MODES, "lisbon-7b", _small_window)
    return connection


def sent_by(server: Any) -> list[str]:
    return [message["content"] for message in server.requests[-1].body["messages"]]


async def outgrow(desk: Desk, connection: Connection) -> None:
    """Ask until the model refuses to read any more."""
    await desk.with_model(connection, "lisbon-7b")
    for question in ("Where in Lisbon?", "And by train?", "How much is it?", "Where to eat?"):
        desk.ask(question)
        await desk.answered()


async def test_a_conversation_goes_on_with_a_summary(desk: Desk, connection: Connection, server: Any) -> None:
    await outgrow(desk, connection)
    assert desk.last.status is Status.FAILED
    await desk.until(lambda: desk.spots_of("summarise"), "the button to summarise")
    desk.screenshot("summary-offered")
    desk.click_beside("summarise")
    reply = await desk.answered()
    question, summary = desk.tab.session.path[-3:-1]
    assert (question.text, summary.text, summary.summary, reply.text) == ("Where to eat?", SUMMARY, Summary(4), PLAN)
    assert sent_by(server)[0].startswith(f"{SUMMARY_HEAD}\n\n{SUMMARY}")
    kept = desk.tab.session.path
    await desk.close()
    await desk.open()
    await desk.until(lambda: desk.tab.session.path == kept, "the summary is gone after a restart")
    await desk.until(lambda: desk.spots_of("send_whole"), "the button to undo it")
    desk.screenshot("summary-in-use")
    desk.click_beside("send_whole")
    await desk.until(lambda: desk.spots_of("use_summary"))
    desk.ask("On?")
    assert (await desk.answered()).status is Status.FAILED, "the whole conversation is sent again"


async def _look(desk: Desk, name: str, until: Callable[[], object]) -> None:
    await desk.until(until)
    desk.screenshot(name)


async def test_it_speaks_chinese(chinese_desk: Desk, connection: Connection, qapp: QApplication) -> None:
    desk = chinese_desk
    await outgrow(desk, connection)
    desk.application.preferences.update(scheme="dark")
    await _look(desk, "summary-offered-zh", lambda: desk.spots_of("summarise"))
    assert left_in_english() == []
    desk.click_beside("summarise")
    await desk.answered()
    await _look(desk, "summary-in-use-zh", lambda: desk.spots_of("send_whole"))
    assert left_in_english() == []
