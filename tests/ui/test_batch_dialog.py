"""Batches in the window: looked at first, then asked, with each row's state, question and answer."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from batch_server import BatchServer
from chat_world import World, until, world
from fakes import FakeProviders
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit
from window_world import shells

from desktop_chat.core.entities import Connection
from desktop_chat.services.provider.openai_provider import OpenAIProvider
from desktop_chat.services.provider.sdk import Sdk
from desktop_chat.ui.batch.batch_dialog import BatchDialog
from desktop_chat.ui.widgets.async_dialog import Question


class RealProviders(FakeProviders):
    """Returns the provider of a real server."""

    def __init__(self, provider: OpenAIProvider) -> None:
        super().__init__()
        self.real = provider

    async def provider_for(self, connection_id: str) -> OpenAIProvider:  # type: ignore[override]
        return self.real


@pytest.fixture
async def server() -> AsyncIterator[BatchServer]:
    server = BatchServer()
    await server.start()
    yield server
    await server.aclose()


@pytest.fixture
async def here(qapp: QApplication, server: BatchServer) -> AsyncIterator[World]:
    connection = Connection("c", "Mine", server.base_url, default_model="m")
    provider = OpenAIProvider(connection, "", Sdk())
    async with world(qapp, (connection,)) as here:
        object.__setattr__(here.context, "providers", RealProviders(provider))
        yield here
        await provider.aclose()


@pytest.fixture
async def dialog(here: World) -> BatchDialog:
    dialog = here.show(BatchDialog(here.context))
    await until(dialog.isActiveWindow)
    return dialog


def table(folder: Path, *texts: str) -> Path:
    path = folder / "in.csv"
    path.write_text("text\n" + "".join(f"{text}\n" for text in texts))
    return path


def column(dialog: BatchDialog, number: int) -> list[str]:
    model = dialog.model
    return [model.index(row, number).data() for row in range(model.rowCount())]


async def begin(dialog: BatchDialog, path: Path) -> None:
    dialog.form.set_source(path)
    dialog.form.template.setPlainText("{text}")
    dialog.form.connection.setCurrentIndex(dialog.form.connection.findData("c"))
    dialog.form.model.setText("m")
    await until(dialog.start_button.isEnabled)
    dialog.start_button.click()
    await until(dialog.table.isVisible)


async def ended(dialog: BatchDialog) -> None:
    await until(dialog.start_button.isVisible)


async def test_what_is_wrong_is_said_and_what_it_takes(dialog: BatchDialog, tmp_path: Path) -> None:
    dialog.form.set_source(table(tmp_path, "one", "two"))
    await until(lambda: "A prompt template is needed. It can use: {text}" in dialog.state.text())
    assert not dialog.start_button.isEnabled()
    dialog.form.template.setPlainText("Say {text}")
    await until(lambda: "2 rows to ask" in dialog.state.text())
    assert dialog.preview.text() == "row-1: Say one\nrow-2: Say two"
    assert dialog.form.output.text() == str(tmp_path / "in-answers.jsonl")
    assert not (tmp_path / "in-answers.jsonl").exists()
    dialog.form.output.setText(str(tmp_path / "mine.jsonl"))
    dialog.form.set_source(tmp_path / "other.csv")
    assert dialog.form.output.text() == str(tmp_path / "mine.jsonl")


async def test_rows_are_asked_and_failures_come_first(dialog: BatchDialog, tmp_path: Path, server: BatchServer) -> None:
    tester = QAbstractItemModelTester(dialog.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    await begin(dialog, table(tmp_path, "one", "bad", "long"))
    await ended(dialog)
    assert column(dialog, 0) == ["row-2", "row-1", "row-3"]
    states = column(dialog, 1)
    assert states[0].startswith("Failed: ")
    assert states[1:] == ["Answered", "Cut off or filtered"]
    assert column(dialog, 2) == ["", "2", "2"]
    assert "2 rows answered" in dialog.state.text()
    assert dialog.bar.value() == 3
    said = [json.loads(line) for line in (tmp_path / "in-answers.jsonl").read_text().splitlines()]
    assert {line["custom_id"] for line in said} == {"row-1", "row-2", "row-3"}
    dialog.again.setChecked(True)
    await until(lambda: "1 row to ask" in dialog.state.text())
    asked = len(server.bodies)
    dialog.start_button.click()
    await until(lambda: len(server.bodies) > asked)
    await ended(dialog)
    assert len(server.bodies) == asked + 1
    tester.deleteLater()


async def test_a_row_shows_its_question_and_answer(dialog: BatchDialog, tmp_path: Path) -> None:
    await begin(dialog, table(tmp_path, "one"))
    await ended(dialog)
    dialog.table.activated.emit(dialog.model.index(0, 0))
    await until(lambda: dialog.findChildren(Question))
    question = dialog.findChildren(Question)[0]
    words = [label.text() for label in question.findChildren(QLabel)]
    assert "one" in words
    assert "re one" in words
    question.accept()
    await until(lambda: not dialog.findChildren(Question))


async def test_answers_can_be_saved_for_a_spreadsheet(dialog: BatchDialog, tmp_path: Path) -> None:
    await begin(dialog, table(tmp_path, "one", "bad"))
    await ended(dialog)
    dialog.save_button.click()
    await until(lambda: dialog.findChildren(QFileDialog))
    chooser = dialog.findChildren(QFileDialog)[0]
    chooser.findChildren(QLineEdit)[0].setText(str(tmp_path / "table.csv"))
    chooser.accept()
    await until(lambda: "Saved as" in dialog.state.text())
    rows = list(csv.reader((tmp_path / "table.csv").read_text("utf-8-sig").splitlines()))
    assert rows[1:] == [["row-1", "complete", "re one", ""], ["row-2", "failed", "", "request_rejected"]]


async def test_the_menu_opens_one(qapp: QApplication) -> None:
    async with shells(qapp) as maker:
        shell = await maker.open()
        for _ in range(2):
            shell.window._actions["batch"].trigger()
        assert len(shell.window.findChildren(BatchDialog)) == 1


async def test_a_stopped_batch_goes_on(dialog: BatchDialog, tmp_path: Path, server: BatchServer) -> None:
    server.delay_s = 60
    await begin(dialog, table(tmp_path, *(f"question {number}" for number in range(30))))
    await until(lambda: len(server.bodies) >= 4)
    assert not dialog.form.isEnabled()
    QTest.mouseClick(dialog.stop_button, Qt.MouseButton.LeftButton)
    await ended(dialog)
    assert "30 rows not asked yet" in dialog.state.text()
    server.delay_s = 0
    dialog.start_button.click()
    await until(lambda: "30 rows answered" in dialog.state.text())
    await ended(dialog)


async def test_a_closed_dialog_stops_the_run(
    here: World, dialog: BatchDialog, tmp_path: Path, server: BatchServer
) -> None:
    server.delay_s = 60
    await begin(dialog, table(tmp_path, "one", "two"))
    await until(lambda: len(server.bodies) == 2)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    here.shown.remove(dialog)
    dialog.close()
    await until(lambda: not here.tasks._tasks)
    again = here.show(BatchDialog(here.context))
    again.form.set_source(tmp_path / "in.csv")
    again.form.template.setPlainText("{text}")
    await until(lambda: "2 rows to ask" in again.state.text())


async def test_an_early_end_says_why(dialog: BatchDialog, tmp_path: Path) -> None:
    await begin(dialog, table(tmp_path, *["key"] * 3))
    await ended(dialog)
    assert "The batch stopped: " in dialog.state.text()
    assert "3 rows not asked yet" in dialog.state.text()
    (tmp_path / "in-answers.jsonl").write_text("notes")
    dialog.start_button.click()
    await until(lambda: "contains something other than the answers of a batch" in dialog.state.text())


async def test_a_file_can_be_dropped(dialog: BatchDialog, tmp_path: Path) -> None:
    path = table(tmp_path, "one")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(5, 5), action, data, button, keys)
    dialog.dragEnterEvent(entered)
    assert entered.isAccepted()
    dialog.dropEvent(QDropEvent(QPoint(5, 5), action, data, button, keys))
    assert dialog.form.source.text() == str(path)


async def test_everything_changes_its_language(here: World, dialog: BatchDialog, tmp_path: Path) -> None:
    dialog.form.set_source(table(tmp_path, "one"))
    await until(dialog.state.text)
    here.languages.set_language("zh_CN")
    await until(lambda: dialog.start_button.text() == "启动")
    assert dialog.form.template.accessibleName() == "提示词"
    assert "需要提示词模板" in dialog.state.text()
