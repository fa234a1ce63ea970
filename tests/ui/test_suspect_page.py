"""A conversation that an earlier run hung or crashed on waits in its tab until the user opens it, as text or anyway."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from chat_world import World, until, world
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_chat.core import crash_guard
from desktop_chat.core.crash_guard import CrashGuardRecord
from desktop_chat.core.entities import ChatOptions, Message, Role, Status
from desktop_chat.core.errors import StoreCorrupt
from desktop_chat.core.ports import WriteBatch
from desktop_chat.ui.chat.tab import ChatTab

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
async def here(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(crash_guard, "SETTLED_S", 0.01)
    async with world(qapp) as here:
        yield here


async def conversation(here: World, text: str = "an answer") -> str:
    conversation_id = here.library.create(ChatOptions(connection_id="openai", model="gpt-5.5")).id
    await here.write_behind.flush()
    asked = Message("m0", conversation_id, None, Role.USER, "a question", Status.COMPLETE, 1.0)
    answer = Message("m1", conversation_id, "m0", Role.ASSISTANT, text, Status.COMPLETE, 2.0, model="gpt-5.5")
    await here.store.write(WriteBatch(messages=(asked, answer)))
    return conversation_id


async def suspect(here: World, text: str = "an answer") -> ChatTab:
    conversation_id = await conversation(here, text)
    here.crash_guard._record = CrashGuardRecord(suspects=(conversation_id,))
    tab = here.show(ChatTab(here.context, conversation_id))
    await tab.load()
    return tab


async def test_it_is_recorded_on_disk_before_anything_is_rendered(here: World) -> None:
    tab = here.show(ChatTab(here.context, await conversation(here)))
    rendered: list[bool] = []
    note = here.crash_guard._save

    async def save(record: CrashGuardRecord) -> None:
        rendered.append(tab.session is not None)
        await note(record)

    here.crash_guard._save = save
    await tab.load()
    assert (rendered, [record.opening for record in here.noted]) == ([False], [True])
    await until(lambda: not here.noted[-1].opening)
    tab.close_view()


async def test_it_is_not_opened_automatically(here: World) -> None:
    tab = await suspect(here)
    assert tab.pages.currentWidget() is tab._suspect
    assert tab.session is None
    assert not tab.composer.isVisible()
    assert tab.focusWidget() is tab._suspect.card.again_button
    assert "stopped responding" in tab._suspect.card.accessibleDescription()
    assert here.noted == []
    tab.close_view()


async def test_open_anyway(here: World) -> None:
    tab = await suspect(here)
    QTest.mouseClick(tab._suspect.card.open_button, LEFT)
    await until(lambda: tab.pages.currentWidget() is tab.transcript)
    assert tab.composer.isVisible()
    await until(lambda: here.noted[-1].suspects == ())
    assert here.noted[0].suspects != (), "it is suspect until it went well"
    tab.close_view()


async def test_open_as_plain_text(here: World) -> None:
    tab = await suspect(here, "```desktop\n" + "x" * 5_000 + "\n```")
    page = tab._suspect
    QTest.mouseClick(page.card.again_button, LEFT)
    await until(page.text.isVisible)
    text = page.text.toPlainText()
    assert "a question" in text
    assert "```desktop\n" + "\n".join(["x" * 2_000, "x" * 2_000, "x" * 1_000]) + "\n```" in text
    assert page.text.isReadOnly()
    here.languages.set_language("zh_CN")
    await until(lambda: page.open_button.text() == "仍然打开")
    QTest.mouseClick(page.open_button, LEFT)
    await until(lambda: tab.pages.currentWidget() is tab.transcript)
    tab.close_view()


async def test_unreadable_plain_text_says_so(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = await suspect(here)

    async def messages(_conversation_id: str) -> list[Message]:
        raise StoreCorrupt

    monkeypatch.setattr(here.write_behind, "messages", messages)
    QTest.mouseClick(tab._suspect.card.again_button, LEFT)
    await until(tab._suspect.text.isVisible)
    assert tab._suspect.text.toPlainText() == "The conversations file is damaged."
    tab.close_view()
