"""The import dialog: what would come, what is chosen, what came, and what was not read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from chat_world import World, until, world
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from desktop_chat.core.backup import AddedUsage
from desktop_chat.core.entities import ChatOptions, Connection
from desktop_chat.core.errors import StoreFull
from desktop_chat.core.import_port import Preview
from desktop_chat.core.importing import Imported, ImportKind, ImportUnknown, Unread, UnreadReason
from desktop_chat.core.settings import Settings
from desktop_chat.ui.imports.import_dialog import ImportDialog
from desktop_chat.ui.imports.import_table import STATE, TITLE
from desktop_chat.ui.widgets.dropped_export import export_in

FILE = Path("/nowhere/export.zip")
NEW = Imported("new", "A trip", is_new=True, messages=4, total=4, images=2, updated_at=1.7e9)
NEWEST = Imported("newest", "Python", is_new=True, messages=2, total=2, updated_at=1.8e9)
GROWN = Imported("grown", "Recipes", messages=1, total=5, changed=1, updated_at=1.6e9)
KNOWN = Imported("known", "Old", total=3, updated_at=1.5e9)
UNREAD = Unread("conversations.json, 3", UnreadReason.NOT_UNDERSTOOD)


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp) as here:
        here.importer.results = [UNREAD, NEW, NEWEST, GROWN, KNOWN]
        yield here


@pytest.fixture
async def dialog(here: World) -> ImportDialog:
    return here.show(ImportDialog(here.context))


async def previewed(here: World, dialog: ImportDialog) -> None:
    here.importer.may_end.set()
    dialog.take(FILE)
    await until(dialog.import_button.isEnabled)
    here.importer.may_end.clear()


def texts(dialog: ImportDialog, column: int) -> list[str]:
    table = dialog.table
    return [table.index(row, column).data() for row in range(table.rowCount())]


async def test_what_would_come_is_said_first(here: World, dialog: ImportDialog) -> None:
    assert not dialog.import_button.isEnabled()
    dialog.take(FILE)
    await until(lambda: dialog.table.count == 4)
    assert dialog.progress.isVisible()
    assert dialog.state.text() == "Reading... 4 conversations"
    assert not dialog.import_button.isEnabled()
    here.importer.may_end.set()
    await until(dialog.import_button.isEnabled)
    assert dialog.state.text() == "ChatGPT: 4 conversations, 14 messages, 2 images. Already here: 1."
    assert texts(dialog, STATE) == ["New", "New", "1 new message", "Already here"]
    assert dialog.import_button.text() == "Import 3 conversations"
    assert dialog.unread.text().splitlines() == [
        "conversations.json, 3: not in the expected form",
        "Recipes: changed at its source; the new text was added beside the one that is here",
    ]
    dialog.unread.copy_button.click()
    assert QApplication.clipboard().text() == dialog.unread.text()
    assert here.importer.added == []


async def test_all_is_imported_and_the_newest_opened(here: World, dialog: ImportDialog) -> None:
    await previewed(here, dialog)
    dialog.import_button.click()
    await until(lambda: here.importer.added)
    assert here.importer.added == [(FILE, ImportKind.CHATGPT, None)]
    assert dialog.progress.value() == 500
    assert not dialog.file_button.isEnabled()
    assert dialog.close_button.text() == "Cancel"
    dialog.take(Path("/nowhere/other.zip"))
    assert here.importer.previewed == [FILE], "one import at a time"
    here.importer.may_end.set()
    await until(dialog.open_button.isVisible)
    assert dialog.state.text() == "Imported: 2 conversations. New messages in: 1 conversation."
    assert texts(dialog, STATE) == ["Added", "Added", "Added", "Already here"]
    here.library._conversations["newest"] = here.library.create(ChatOptions())
    dialog.open_button.click()
    assert here.navigator.opened == [("newest", "", "")]
    assert not dialog.isVisible()


async def test_some_are_chosen_by_their_titles(here: World, dialog: ImportDialog) -> None:
    await previewed(here, dialog)
    dialog.none_button.click()
    assert not dialog.import_button.isEnabled()
    dialog.filter.setText("PYTH")
    assert texts(dialog, TITLE) == ["Python"]
    dialog.all_button.click()
    dialog.filter.clear()
    assert dialog.import_button.text() == "Import 1 conversation"
    recipes = dialog.table.index(2, TITLE)
    assert dialog.table.setData(recipes, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert Qt.CheckState(recipes.data(Qt.ItemDataRole.CheckStateRole)) is Qt.CheckState.Checked
    known = dialog.table.index(3, TITLE)
    assert not known.flags() & Qt.ItemFlag.ItemIsUserCheckable, "it is here already"
    dialog.import_button.click()
    await until(lambda: here.importer.added)
    assert here.importer.added[0][2] == {"newest", "grown"}
    assert not dialog.table.setData(recipes, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    here.importer.may_end.set()
    await until(dialog.open_button.isVisible)


async def test_what_is_no_export_is_refused_and_another_can_be_chosen(here: World, dialog: ImportDialog) -> None:
    here.importer.error = ImportUnknown("export.zip")
    here.importer.may_end.set()
    dialog.take(FILE)
    await until(lambda: "not an export" in dialog.state.text())
    assert dialog.state.property("danger")
    here.importer.error = None
    dialog.take(FILE)
    await until(dialog.import_button.isEnabled)
    assert not dialog.state.property("danger")


async def test_an_error_says_what_came_until_then(here: World, dialog: ImportDialog) -> None:
    await previewed(here, dialog)
    here.importer.error = StoreFull("disk")
    here.importer.may_end.set()
    dialog.import_button.click()
    await until(lambda: "Imported: 2 conversations" in dialog.state.text())
    assert "disk is full" in dialog.state.text()


async def test_cancel_ends_it_and_says_what_came(here: World, dialog: ImportDialog) -> None:
    dialog.take(FILE)
    await until(lambda: here.importer.previewed)
    dialog.close_button.click()
    await until(lambda: dialog.state.text() == "Cancelled. Nothing was added.")
    await previewed(here, dialog)
    dialog.import_button.click()
    await until(lambda: here.importer.added)
    dialog.reject()
    await until(lambda: dialog.state.text().startswith("Cancelled. Imported: 2 conversations."))
    assert here.importer.cancelled == 2
    assert dialog.isVisible()
    dialog.reject()
    assert not dialog.isVisible()


@pytest.mark.parametrize("imports", [False, True])
async def test_a_file_that_comes_while_a_cancelled_run_is_ending_is_read(
    here: World, dialog: ImportDialog, *, imports: bool
) -> None:
    other = Path("/nowhere/other.zip")
    if imports:
        await previewed(here, dialog)
        dialog.import_button.click()
    else:
        dialog.take(other)
    await until(lambda: here.importer.added if imports else here.importer.previewed)
    here.importer.may_stop.clear()
    dialog.reject()
    await until(lambda: here.importer.cancelled)
    dialog.take(other)
    await until(lambda: dialog.table.count == 4)
    here.importer.may_stop.set()
    await until(lambda: len([task for task in here.tasks._tasks if "export" in task.get_name()]) == 1)
    assert dialog.progress.isVisible(), "the end of the first run is not that of the second"
    here.importer.may_end.set()
    await until(dialog.import_button.isEnabled)
    assert dialog.table.count == 4


async def test_closing_cancels(here: World, dialog: ImportDialog) -> None:
    dialog.take(FILE)
    await until(lambda: here.importer.previewed)
    dialog.close()
    await until(lambda: here.importer.cancelled)


async def test_nothing_new_says_so(here: World, dialog: ImportDialog) -> None:
    here.importer.results = [KNOWN]
    here.importer.may_end.set()
    dialog.take(FILE)
    await until(lambda: "Already here: 1" in dialog.state.text())
    assert not dialog.import_button.isEnabled()
    assert not dialog.unread.isVisible()


async def test_a_file_is_chosen_in_a_dialog(here: World, dialog: ImportDialog, tmp_path: Path) -> None:
    file = tmp_path / "conversations.json"
    file.write_text("[]")
    for button, chosen in ((dialog.file_button, file), (dialog.folder_button, tmp_path)):
        here.importer.may_end.set()
        button.click()
        await until(lambda: dialog.findChildren(QFileDialog))
        [chooser] = dialog.findChildren(QFileDialog)
        chooser.findChildren(QLineEdit)[0].setText(str(chosen))
        chooser.accept()
        await until(lambda chosen=chosen: chosen in here.importer.previewed)
        await until(lambda: dialog.import_button.isEnabled() and not dialog.findChildren(QFileDialog))


async def test_a_dropped_export_is_previewed(here: World, dialog: ImportDialog) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(FILE))])
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(dialog.rect().center(), Qt.DropAction.CopyAction, data, button, none)
    QApplication.sendEvent(dialog, enter)
    assert enter.isAccepted()
    drop = QDropEvent(QPointF(dialog.rect().center()), Qt.DropAction.CopyAction, data, button, none)
    QApplication.sendEvent(dialog, drop)
    await until(lambda: here.importer.previewed == [FILE])


def test_what_else_is_dropped_is_no_export(tmp_path: Path) -> None:
    data = QMimeData()
    assert export_in(data) is None
    data.setUrls([QUrl("https://example.com/a.zip")])
    assert export_in(data) is None
    data.setUrls([QUrl.fromLocalFile("/nowhere/photo.png")])
    assert export_in(data) is None
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    assert export_in(data) == tmp_path
    data.setUrls([QUrl.fromLocalFile(str(FILE))] * 2)
    assert export_in(data) is None


async def test_an_encrypted_backup_asks_for_its_passphrase(here: World, dialog: ImportDialog) -> None:
    here.importer.passphrase = "open sesame now"
    here.importer.may_end.set()
    dialog.take(FILE)
    await until(dialog.passphrase.isVisible)
    assert dialog.state.text() == "This backup is encrypted. Enter its passphrase."
    dialog.passphrase.line.setText("wrong")
    dialog.passphrase.open_button.click()
    await until(lambda: "not the passphrase" in dialog.state.text())
    dialog.passphrase.show_characters.setChecked(True)
    assert dialog.passphrase.line.echoMode() is QLineEdit.EchoMode.Normal
    dialog.passphrase.line.setText("open sesame now")
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    await until(dialog.import_button.isEnabled)
    dialog.import_button.click()
    await until(dialog.open_button.isVisible)
    assert here.importer.passphrases == ["", "wrong", "open sesame now", "open sesame now"]
    dialog.take(Path("/nowhere/other.zip"))
    assert dialog.passphrase.line.text() == ""
    await until(dialog.passphrase.isVisible)


async def test_the_settings_of_a_backup_are_added_if_wanted(here: World, dialog: ImportDialog) -> None:
    theirs = Connection("theirs", "Theirs", "https://theirs.example/v1")
    here.importer.preview_of = Preview(ImportKind.OWN, Settings(connections=(theirs,)))
    here.importer.results = [KNOWN]
    here.importer.may_end.set()
    dialog.take(FILE)
    await until(dialog.settings_too.isVisible)
    assert "Settings that would be added: 1 connection" in dialog.state.text()
    dialog.settings_too.setChecked(False)
    assert not dialog.import_button.isEnabled(), "nothing would come"
    dialog.settings_too.setChecked(True)
    dialog.import_button.click()
    await until(lambda: "Settings added: 1 connection" in dialog.state.text())
    assert here.context.preferences.settings.connections[-1] == theirs
    dialog.take(FILE)
    await until(lambda: "Already here: 1" in dialog.state.text())
    assert not dialog.settings_too.isVisible()


async def test_the_bar_does_not_stand_at_its_end_while_the_usage_is_added(here: World, dialog: ImportDialog) -> None:
    here.importer.results = [NEW]
    here.importer.preview_of = Preview(ImportKind.OWN, usage=AddedUsage(12, 1))
    here.importer.may_end.clear()
    dialog.take(FILE)
    await until(lambda: dialog.progress.value() == 500)
    here.importer.tell([], None)
    assert dialog.state.text() == "Reading the usage..."
    assert dialog.progress.maximum() == 0, "nobody knows how long this takes"
    here.importer.may_end.set()
    await until(dialog.import_button.isEnabled)
    here.importer.may_end.clear()
    dialog.import_button.click()
    await until(lambda: dialog.state.text() == "Importing... 1 conversation")
    here.importer.tell([], None)
    assert dialog.state.text() == "Adding the usage..."
    assert dialog.progress.maximum() == 0
    here.importer.may_end.set()
    await until(lambda: dialog.state.text().endswith("Usage added: 12 requests; 1 caller of the local endpoint."))


async def test_the_usage_of_a_backup_comes_with_its_settings_if_they_are_wanted(
    here: World, dialog: ImportDialog
) -> None:
    here.importer.results = [KNOWN]
    here.importer.preview_of = Preview(ImportKind.OWN, usage=AddedUsage(12, 1))
    await previewed(here, dialog)
    assert dialog.settings_too.text() == "Add the usage, too"
    assert "Usage that would be added: 12 requests; 1 caller of the local endpoint." in dialog.state.text()
    dialog.settings_too.setChecked(False)
    assert not dialog.import_button.isEnabled(), "nothing would come"
    dialog.settings_too.setChecked(True)
    here.importer.may_end.set()
    dialog.import_button.click()
    await until(
        lambda: dialog.state.text() == "Nothing was added. Usage added: 12 requests; 1 caller of the local endpoint."
    )
    here.importer.results = [NEW]
    here.importer.preview_of = Preview(ImportKind.OWN, Settings(zoom=1.5), AddedUsage(12, 0))
    await previewed(here, dialog)
    assert dialog.settings_too.text() == "Add the settings and the usage, too"
    dialog.settings_too.setChecked(False)
    here.importer.may_end.set()
    dialog.import_button.click()
    await until(lambda: dialog.state.text() == "Imported: 1 conversation.")


async def test_it_follows_the_language(here: World, dialog: ImportDialog) -> None:
    await previewed(here, dialog)
    here.languages.set_language("zh_CN")
    await until(lambda: dialog.windowTitle() == "导入")
    assert dialog.state.text() == "ChatGPT：4 个对话，14 条消息，2 张图片。已存在：1。"
    here.languages.set_language("en")
