"""The backup dialog: with or without a passphrase, where to, and how it went."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from chat_world import World, until, world
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from desktop_chat.core.export_errors import ExportDiskFull
from desktop_chat.ui.export.backup_dialog import BackupDialog


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp) as here:
        yield here


@pytest.fixture
async def dialog(here: World) -> BackupDialog:
    return here.show(BackupDialog(here.context))


async def save_as(dialog: BackupDialog, file: Path) -> str:
    """Choose a file; return the name that was suggested."""
    dialog.export_button.click()
    await until(lambda: dialog.findChildren(QFileDialog))
    [chooser] = dialog.findChildren(QFileDialog)
    line = chooser.findChildren(QLineEdit)[0]
    suggested = line.text()
    line.setText(str(file))
    chooser.accept()
    return suggested


async def test_without_a_passphrase_it_is_a_zip(here: World, dialog: BackupDialog, tmp_path: Path) -> None:
    assert not dialog.passphrase.isVisible()
    suggested = await save_as(dialog, tmp_path / "all.zip")
    assert suggested.startswith("Desktop Chat 20")
    assert suggested.endswith(".zip")
    await until(lambda: here.exporter.backups)
    [request] = here.exporter.backups
    assert (request.target, request.passphrase) == (tmp_path / "all.zip", "")
    here.exporter.tell(1, 2)
    assert dialog.progress.isVisible()
    assert not dialog.encrypt.isEnabled()
    here.exporter.may_end.set()
    await until(lambda: "were backed up to" in dialog.state.text())
    assert not dialog.progress.isVisible()


async def test_a_passphrase_is_typed_twice(here: World, dialog: BackupDialog, tmp_path: Path) -> None:
    dialog.encrypt.click()
    assert dialog.passphrase.isVisible()
    assert dialog.passphrase.echoMode() is QLineEdit.EchoMode.Password
    dialog.export_button.click()
    assert "at least 8 characters" in dialog.state.text()
    dialog.passphrase.setText("correct horse")
    dialog.again.setText("correct hors")
    dialog.export_button.click()
    assert "not the same" in dialog.state.text()
    dialog.again.setText("correct horse")
    assert (await save_as(dialog, tmp_path / "all.age")).endswith(".zip.age")
    await until(lambda: here.exporter.backups)
    assert here.exporter.backups[0].passphrase == "correct horse"
    assert "correct horse" not in repr(here.exporter.backups[0])
    here.exporter.may_end.set()
    await until(lambda: "encrypted" in dialog.state.text())


async def test_the_passphrase_can_be_shown(dialog: BackupDialog) -> None:
    dialog.encrypt.click()
    dialog.show_characters.click()
    assert {dialog.passphrase.echoMode(), dialog.again.echoMode()} == {QLineEdit.EchoMode.Normal}
    dialog.show_characters.click()
    assert dialog.again.echoMode() is QLineEdit.EchoMode.Password


async def test_a_failure_and_a_cancel_are_sentences(here: World, dialog: BackupDialog, tmp_path: Path) -> None:
    await save_as(dialog, tmp_path / "all.zip")
    await until(lambda: here.exporter.backups)
    dialog.cancel_button.click()
    await until(lambda: "Cancelled. Nothing was written." in dialog.state.text())
    here.exporter.error = ExportDiskFull("all.zip")
    here.exporter.may_end.set()
    await save_as(dialog, tmp_path / "all.zip")
    await until(lambda: "The disk is full" in dialog.state.text())
