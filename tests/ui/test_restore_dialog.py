"""Restoring from a snapshot: what would be added is shown first, and what was added appears at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from chat_world import OPENAI, World, until, world
from fakes import PAUSE
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from desktop_chat.core.entities import ChatOptions, Conversation, Message, Role, Status
from desktop_chat.core.errors import StoreCorrupt, StoreFull
from desktop_chat.core.ports import WriteBatch
from desktop_chat.core.snapshots import Snapshot
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.dialogs.restore import RestoreDialog

NOON = 1_763_812_800.0
ASKED = ChatOptions(connection_id=OPENAI.id, model="gpt-5.5")


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp) as here:
        here.snapshots.listed = [
            Snapshot(Path("/copies/new.db"), NOON, 3_500_000),
            Snapshot(Path("/copies/old.db"), NOON - 86_400, 2_048),
        ]
        yield here


@pytest.fixture
async def open_dialog(here: World) -> Callable[[], object]:
    async def opened() -> RestoreDialog:
        dialog = here.show(RestoreDialog(here.context))
        await until(dialog.isActiveWindow)
        await until(lambda: dialog.list.count() == len(here.snapshots.listed))
        return dialog

    return opened


def said(conversation: Conversation, message_id: str, text: str, parent_id: str | None = None) -> Message:
    role = Role.ASSISTANT if parent_id else Role.USER
    return Message(message_id, conversation.id, parent_id, role, text, Status.COMPLETE, 1.0)


def lost() -> WriteBatch:
    trip = Conversation(title="Trip", leaf_id="t2")
    thrown = Conversation(title="Thrown", leaf_id="x1", trashed_at=2.0)
    return WriteBatch(
        (trip, thrown), (said(trip, "t1", "where"), said(trip, "t2", "there", "t1"), said(thrown, "x1", ""))
    )


async def test_snapshots_are_listed_with_time_and_size(here: World, open_dialog: Callable) -> None:
    dialog = await open_dialog()
    texts = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert "November 22, 2025" in texts[0]
    assert "3.3 MiB" in texts[0] or "3.3 MB" in texts[0]
    assert "November 21, 2025" in texts[1]
    here.languages.set_language("zh_CN")
    QApplication.sendPostedEvents()
    assert "2025年11月22日" in dialog.list.item(0).text()


async def test_snapshots_that_share_a_file_are_listed_with_what_they_have(here: World, open_dialog: Callable) -> None:
    here.snapshots.listed = [Snapshot(Path("/copies/snapshots.db"), NOON, 3_500_000, 7, conversations=2, messages=30)]
    dialog = await open_dialog()
    assert dialog.list.item(0).text().endswith("(2 conversations and 30 messages)")
    assert here.snapshots.asked == here.snapshots.listed


async def test_what_would_be_added_is_shown_first_and_then_appears(here: World, open_dialog: Callable) -> None:
    here.snapshots.lost = lost()
    dialog = await open_dialog()
    await until(dialog.restore_button.isEnabled)
    assert dialog.state.text() == "2 conversations and 3 messages will be added. Nothing will be replaced."
    assert here.library.shown() == []
    QTest.mouseClick(dialog.restore_button, Qt.MouseButton.LeftButton)
    assert not dialog.restore_button.isEnabled(), "not twice"
    await until(lambda: dialog.state.text().startswith("Added"))
    assert dialog.state.text() == ("Added: 2 conversations and 3 messages, including 1 conversation in the trash.")
    assert [c.title for c in here.library.shown()] == ["Trip"]
    assert not dialog.restore_button.isEnabled()
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    await until(lambda: dialog.state.text() == "You already have everything in this backup.")
    assert here.snapshots.asked[-1] == here.snapshots.listed[1]


async def test_only_the_last_chosen_snapshot_is_described(here: World, open_dialog: Callable) -> None:
    here.snapshots.may_answer.clear()
    dialog = await open_dialog()
    await until(lambda: here.snapshots.asked)
    assert dialog.state.text() == "Checking..."
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    here.snapshots.lost = lost()
    here.snapshots.may_answer.set()
    await until(dialog.restore_button.isEnabled)
    assert here.snapshots.asked == here.snapshots.listed


@pytest.mark.parametrize(
    ("error", "words"),
    [(StoreCorrupt("no"), "No conversations could be read from this file."), (StoreFull(), "The disk is full.")],
)
async def test_an_error_is_shown_as_a_sentence(
    here: World, open_dialog: Callable, error: StoreCorrupt, words: str
) -> None:
    here.snapshots.lost = lost()
    dialog = await open_dialog()
    await until(dialog.restore_button.isEnabled)
    here.snapshots.error = error
    dialog.restore_button.click()
    await until(lambda: dialog.state.text() == words)
    assert dialog.state.property("danger")
    assert dialog.list.isEnabled()


async def test_any_other_file_can_be_chosen(here: World, open_dialog: Callable, tmp_path: Path) -> None:
    here.snapshots.listed = []
    file = tmp_path / "from-another-computer.db"
    file.touch()
    dialog = await open_dialog()
    assert dialog._empty.isVisibleTo(dialog)
    dialog.file_button.click()
    await until(lambda: dialog.findChildren(QFileDialog))
    chooser = dialog.findChildren(QFileDialog)[0]
    chooser.findChildren(QLineEdit)[0].setText(str(file))
    chooser.accept()
    await until(lambda: here.snapshots.asked == [file])
    assert dialog.list.item(0).text() == str(file)
    assert not dialog._empty.isVisibleTo(dialog)


async def test_closing_the_dialog_meanwhile_does_not_stop_restoring(here: World, open_dialog: Callable) -> None:
    here.snapshots.lost = lost()
    dialog = await open_dialog()
    await until(dialog.restore_button.isEnabled)
    here.snapshots.may_answer.clear()
    dialog.restore_button.click()
    here.shown.remove(dialog)
    dialog.deleteLater()
    QApplication.sendPostedEvents(None, 52)  # DeferredDelete
    here.snapshots.may_answer.set()
    await until(here.library.shown)


@pytest.fixture
async def tab(here: World) -> AsyncIterator[ChatTab]:
    here.provider.script("Hel", PAUSE, "lo")
    tab = here.show(ChatTab(here.context, here.library.create(ASKED).id))
    await until(tab.isActiveWindow)
    await tab.load()
    tab.composer.set_text("hi")
    tab.composer.submitted.emit("hi")
    await here.provider.paused()
    yield tab
    tab.close_view()


async def test_an_open_conversation_gets_its_messages_and_keeps_its_running_reply(
    here: World, tab: ChatTab, open_dialog: Callable
) -> None:
    assert tab.session is not None
    question = tab.session.path[0]
    conversation = tab.session.conversation
    earlier = said(conversation, "earlier", "Good day", question.id)
    here.snapshots.lost = WriteBatch(messages=(earlier,))
    dialog = await open_dialog()
    await until(dialog.restore_button.isEnabled)
    assert dialog.state.text().startswith("1 message will be added.")
    dialog.restore_button.click()
    reply = tab.session.path[-1]
    await until(lambda: tab.session.alternatives(reply.id) == (reply.id, "earlier"))
    here.provider.go_on()
    await until(lambda: not tab.session.running)
    assert [m.text for m in tab.session.path] == ["hi", "Hello"]
    more = said(conversation, "more", "And this.", tab.session.path[-1].id)
    here.snapshots.lost = WriteBatch(messages=(more,))
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    await until(dialog.restore_button.isEnabled)
    dialog.restore_button.click()
    await until(lambda: tab.transcript.model.rowCount() == 3)
    assert tab.session.path[-1].text == "And this."
