"""The export dialog: what, in which format, and how it went."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from chat_world import World, until, world
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from desktop_chat.core.entities import ChatOptions, Message, Role, Status
from desktop_chat.core.export_errors import ExportDiskFull
from desktop_chat.core.exporting import ExportFormat
from desktop_chat.ui.export.conversation_choice import ConversationTicks
from desktop_chat.ui.export.dialog import ExportDialog
from desktop_chat.ui.export.rich_copy import copy_rich


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp) as here:
        yield here


@pytest.fixture
async def dialog(here: World) -> ExportDialog:
    found = here.library.create(ChatOptions())
    here.library.rename(found.id, "My trip")
    return here.show(ExportDialog(here.context, None, found.id, "m1"))


async def save_as(dialog: ExportDialog, file: Path) -> None:
    dialog.export_button.click()
    await until(lambda: dialog.findChildren(QFileDialog))
    [chooser] = dialog.findChildren(QFileDialog)
    assert chooser.findChildren(QLineEdit)[0].text() == "My trip.md"
    chooser.findChildren(QLineEdit)[0].setText(str(file))
    chooser.accept()


async def test_a_message_a_branch_a_conversation_or_everything(here: World, dialog: ExportDialog) -> None:
    words = [dialog.what.itemText(number) for number in range(dialog.what.count())]
    assert words[0] == "This message"
    assert words[-1] == "All conversations"
    assert dialog.reasoning.isEnabled()
    assert not dialog.branches.isEnabled(), "a message has no branches"
    dialog.what.setCurrentIndex(2)
    assert dialog.branches.isEnabled()
    dialog.format.setCurrentIndex(5)
    assert not dialog.reasoning.isEnabled(), "JSON is always complete"


async def test_progress_is_shown_and_the_end_says_what_was_written(
    here: World, dialog: ExportDialog, tmp_path: Path
) -> None:
    dialog.what.setCurrentIndex(2)
    await save_as(dialog, tmp_path / "a.md")
    await until(lambda: here.exporter.requests)
    [request] = here.exporter.requests
    assert (request.format, request.target, request.message_ids) == (ExportFormat.MARKDOWN, tmp_path / "a.md", ())
    here.exporter.tell(1, 4)
    assert dialog.progress.isVisible()
    assert (dialog.progress.value(), dialog.progress.maximum()) == (1, 4)
    here.exporter.may_end.set()
    await until(lambda: "exported to" in dialog.state.text())
    assert not dialog.progress.isVisible()


async def test_a_failure_is_a_sentence(here: World, dialog: ExportDialog, tmp_path: Path) -> None:
    here.exporter.error = ExportDiskFull("a.md")
    here.exporter.may_end.set()
    await save_as(dialog, tmp_path / "a.md")
    await until(lambda: "The disk is full" in dialog.state.text())
    assert dialog.export_button.isEnabled()


async def test_cancel_ends_it_and_the_dialog_stays(here: World, dialog: ExportDialog, tmp_path: Path) -> None:
    await save_as(dialog, tmp_path / "a.md")
    await until(lambda: here.exporter.requests)
    dialog.cancel_button.click()
    await until(lambda: here.exporter.cancelled)
    await until(lambda: "Cancelled" in dialog.state.text())
    assert dialog.isVisible()


async def test_rich_text_is_html_with_the_source_beside_it(here: World) -> None:
    found = here.library.create(ChatOptions())
    said = Message("m", found.id, "gone", Role.ASSISTANT, "**Bold** <b>", Status.COMPLETE, 1.0)
    await copy_rich(here.context, found.id, said)
    data = QApplication.clipboard().mimeData()
    assert "<strong>Bold</strong> &lt;b&gt;" in data.html()
    assert data.text() == "**Bold** <b>"


async def test_several_conversations_are_chosen_by_ticks(here: World, dialog: ExportDialog, tmp_path: Path) -> None:
    others = [here.library.create(ChatOptions()).id for _ in range(2)]
    for number, other in enumerate(others):
        here.library.rename(other, f"Other {number}")
    dialog.what.setCurrentIndex(3)
    assert dialog.what.currentText() == "Chosen conversations"
    assert dialog.choice is not None
    assert dialog.choice.isVisible()
    assert not dialog.export_button.isEnabled(), "nothing is ticked"
    dialog.choice.filter.setText("other")
    ticks = dialog.choice.ticks
    assert ticks.rowCount() == 2
    for row in range(2):
        index = ticks.index(row, 0)
        assert ticks.setData(index, Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole)
        assert index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    dialog.choice.filter.clear()
    assert ticks.rowCount() == 3
    dialog.format.setCurrentIndex(5)
    dialog.export_button.click()
    await until(lambda: dialog.findChildren(QFileDialog))
    [chooser] = dialog.findChildren(QFileDialog)
    assert chooser.findChildren(QLineEdit)[0].text() == "Conversations.json"
    chooser.findChildren(QLineEdit)[0].setText(str(tmp_path / "some.json"))
    chooser.accept()
    await until(lambda: here.exporter.requests)
    assert set(here.exporter.requests[0].ids) == set(others)
    here.exporter.may_end.set()
    await until(lambda: "exported to" in dialog.state.text())
    dialog.what.setCurrentIndex(2)
    assert not dialog.choice.isVisible()


async def test_the_list_of_conversations_is_a_proper_model(here: World) -> None:
    here.library.rename(here.library.create(ChatOptions()).id, "My trip")
    ticks = ConversationTicks(here.library)
    QAbstractItemModelTester(ticks, QAbstractItemModelTester.FailureReportingMode.Fatal)
    ticks.look_for("trip")
    assert ticks.index(0, 0).data() == "My trip"
    assert not ticks.setData(ticks.index(0, 0), "x")
    assert ticks.chosen == ()
