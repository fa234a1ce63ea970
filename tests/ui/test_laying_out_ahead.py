"""What is seen first of a conversation is laid out in slices before it is shown, so that opening it stops nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from chat_world import OPENAI, World, until, world
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget

from desktop_chat.core.entities import ChatOptions, Message, Role, Status
from desktop_chat.ui.chat import tab as tab_module
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.transcript.message_item import MessageItem
from desktop_chat.ui.transcript.view import TranscriptView

WORDS = "Words of it that fill some lines of the column. " * 6


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp, (OPENAI,)) as made:
        yield made


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the transcript was visible, for each block that was laid out."""
    noted: list[bool] = []
    lay_out = MessageItem.lay_out

    def note(item: MessageItem, *arguments: Any) -> None:
        noted.append(any(isinstance(one, TranscriptView) and one.isVisible() for one in QApplication.allWidgets()))
        lay_out(item, *arguments)

    monkeypatch.setattr(MessageItem, "lay_out", note)
    return noted


def stored(here: World, *texts: str) -> ChatTab:
    """Store a conversation with these messages, and show its tab, not loaded yet."""
    conversation_id = here.library.create(ChatOptions(OPENAI.id, "test")).id
    above: str | None = None
    for number, text in enumerate(texts):
        role = Role.ASSISTANT if number % 2 else Role.USER
        message = Message(f"m{number}", conversation_id, above, role, text, Status.COMPLETE, number + 1.0)
        here.library.record_message(conversation_id, message.id, message.text)
        here.write_behind.note_message(message)
        above = message.id
    return here.show(ChatTab(here.context, conversation_id))


async def begun(tab: ChatTab) -> asyncio.Task[None]:
    """Load a tab until its messages are there, which are then laid out one by one."""
    loading = asyncio.create_task(tab.load(), name="load")
    while not len(tab.transcript.document):  # noqa: ASYNC110 -- as soon as possible
        await asyncio.sleep(0)
    return loading


async def test_nothing_is_left_to_lay_out_when_the_messages_are_shown(here: World, laid_out: list[bool]) -> None:
    tab = stored(here, *[f"Message {number}. {WORDS}" for number in range(40)])
    await until(tab.isActiveWindow)
    await tab.load()
    assert tab.transcript.isVisible()
    assert len(tab.transcript.page.placed) > 3
    assert laid_out.count(False) >= len(tab.transcript.page.placed)
    assert laid_out.count(True) == 0
    assert len(laid_out) < 40, "not what nobody sees"
    tab.close_view()


async def test_the_loop_turns_between_two_slices(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tab_module, "_SLICE_S", -1.0)
    tab = stored(here, *[f"Message {number}. {WORDS}" for number in range(40)])
    loading = asyncio.create_task(tab.load(), name="load")
    turns, shown = 0, list[QWidget | None]()
    while not loading.done():
        await asyncio.sleep(0)
        turns += len(tab.transcript.document) > 0
        shown.append(tab.pages.currentWidget())
    assert turns > 5
    assert all(page is tab.loading_page for page in shown[:-1])
    assert tab.session is not None
    tab.close_view()


async def test_a_tab_can_be_closed_between_two_slices(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tab_module, "_SLICE_S", -1.0)
    tab = stored(here, *[f"Message {number}. {WORDS}" for number in range(40)])
    here.library.set_draft(tab.conversation_id, "A draft")
    loading = await begun(tab)
    tab.composer.set_text(", and more")
    loading.cancel()
    tab.close_view()
    await asyncio.wait({loading})
    assert tab.session is None
    assert here.library[tab.conversation_id].draft == "A draft, and more"


async def test_messages_may_go_between_two_slices(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tab_module, "_SLICE_S", -1.0)
    tab = stored(here, *[f"Message {number}. {WORDS}" for number in range(40)])
    view = here.context.sessions.view(tab.conversation_id)
    session = await view.load()
    loading = await begun(tab)
    session.delete("m2")
    await loading
    assert [message.id for message in tab.transcript.model.messages(0, 9)] == ["m0", "m1"]
    assert tab.transcript.page.placed
    view.close()
    tab.close_view()


async def test_a_mistake_in_a_message_does_not_keep_the_conversation_closed(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, reports = MessageItem.sync, list[object]()

    def fail_once(item: MessageItem, *arguments: Any) -> None:
        if not reports:
            raise LookupError(item.message.id)
        sync(item, *arguments)

    monkeypatch.setattr(MessageItem, "sync", fail_once)
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _loop, report: reports.append(report["exception"]))
    tab = stored(here, "A question", "An answer")
    try:
        await tab.load()
    finally:
        loop.set_exception_handler(before)
    assert [type(report) for report in reports] == [LookupError]
    assert tab.session is not None
    assert len(tab.transcript.page.placed) > 1
    tab.close_view()


async def test_a_long_message_is_left_to_its_slices(here: World) -> None:
    tab = stored(here, "A question", WORDS * 200)
    await tab.load()
    await until(lambda: tab.transcript.page.placed)
    assert tab.transcript.document.long == set()
    tab.transcript.document.long.add(1)
    assert list(tab.transcript.laid_out_ahead(QSize(800, 600))) == []
    tab.close_view()
