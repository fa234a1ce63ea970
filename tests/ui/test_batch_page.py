"""Batches in the window: looked at first, then asked, with each row's state, question and answer."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from batch_server import BatchServer
from chat_world import OPENAI, World, until, world
from document_samples import pdf
from fakes import FakeProviders
from image_server import PNG
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QScrollArea, QWidget

from desktop_chat.app import batch_opening
from desktop_chat.core.batch_job import BatchJob
from desktop_chat.core.batch_port import Batch
from desktop_chat.core.entities import Connection
from desktop_chat.core.prices import Price, PriceEntry, PriceTable
from desktop_chat.services.provider.openai_provider import OpenAIProvider
from desktop_chat.services.provider.sdk import Sdk
from desktop_chat.ui.batch.batch_page import BatchPage
from desktop_chat.ui.connections.model_picker import ModelPicker
from desktop_chat.ui.connections.model_rows import RowKind
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
async def page(here: World) -> AsyncIterator[BatchPage]:
    page = here.show(BatchPage(here.context, "b"))
    await until(page.isActiveWindow)
    yield page
    await here.context.batch_runs.aclose()
    page.close_page()


def table(folder: Path, *texts: str) -> Path:
    path = folder / "in.csv"
    path.write_text("text\n" + "".join(f"{text}\n" for text in texts))
    return path


def column(page: BatchPage, number: int) -> list[str]:
    model = page.rows.model
    return [model.index(row, number).data() for row in range(model.rowCount())]


async def begin(page: BatchPage, path: Path) -> None:
    page.form.set_source(path)
    page.form.template.setPlainText("{text}")
    page.form.connection.setCurrentIndex(page.form.connection.findData("c"))
    page.form.model.setText("m")
    await until(page.start_button.isEnabled)
    page.start_button.click()
    await until(page.rows.table.isVisible)


async def ended(page: BatchPage) -> None:
    await until(page.start_button.isVisible)


async def test_what_is_wrong_is_said_and_what_it_takes(page: BatchPage, tmp_path: Path) -> None:
    page.form.set_source(table(tmp_path, "one", "two"))
    await until(lambda: "A prompt template is needed. It can use: {text}" in page.state.text())
    assert not page.start_button.isEnabled()
    page.form.template.setPlainText("Say {text}")
    await until(lambda: "2 rows to ask" in page.state.text())
    await until(lambda: page.preview.text() == "row-1: Say one\nrow-2: Say two")
    assert page.form.output.text() == str(tmp_path / "in-answers.jsonl")
    assert not (tmp_path / "in-answers.jsonl").exists()
    page.form.output.setText(str(tmp_path / "mine.jsonl"))
    page.form.set_source(tmp_path / "other.csv")
    assert page.form.output.text() == str(tmp_path / "mine.jsonl")


async def test_rows_are_asked_and_failures_come_first(page: BatchPage, tmp_path: Path, server: BatchServer) -> None:
    tester = QAbstractItemModelTester(page.rows.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    await begin(page, table(tmp_path, "one", "bad", "long"))
    await ended(page)
    assert column(page, 0) == ["row-2", "row-1", "row-3"]
    states = column(page, 1)
    assert states[0].startswith("Failed: ")
    assert states[1:] == ["Answered", "Cut off or filtered"]
    assert column(page, 2) == ["", "2", "2"]
    assert "2 rows answered" in page.state.text()
    assert page.rows.bar.value() == 3
    said = [json.loads(line) for line in (tmp_path / "in-answers.jsonl").read_text().splitlines()]
    assert {line["custom_id"] for line in said} == {"row-1", "row-2", "row-3"}
    page.again.setChecked(True)
    await until(lambda: "1 row to ask" in page.state.text())
    asked = len(server.bodies)
    page.start_button.click()
    await until(lambda: len(server.bodies) > asked)
    await ended(page)
    assert len(server.bodies) == asked + 1
    tester.deleteLater()


async def test_a_row_shows_its_question_and_answer(page: BatchPage, tmp_path: Path) -> None:
    await begin(page, table(tmp_path, "one"))
    await ended(page)
    page.rows.table.activated.emit(page.rows.model.index(0, 0))
    await until(lambda: page.findChildren(Question))
    question = page.findChildren(Question)[0]
    words = [label.text() for label in question.findChildren(QLabel)]
    assert "one" in words
    assert "re one" in words
    question.accept()
    await until(lambda: not page.findChildren(Question))


async def test_answers_can_be_saved_for_a_spreadsheet(page: BatchPage, tmp_path: Path) -> None:
    await begin(page, table(tmp_path, "one", "bad"))
    await ended(page)
    page.save_button.click()
    await until(lambda: page.findChildren(QFileDialog))
    chooser = page.findChildren(QFileDialog)[0]
    chooser.findChildren(QLineEdit)[0].setText(str(tmp_path / "table.csv"))
    chooser.accept()
    await until(lambda: "Saved as" in page.state.text())
    rows = list(csv.reader((tmp_path / "table.csv").read_text("utf-8-sig").splitlines()))
    assert rows[1:] == [["row-1", "complete", "re one", ""], ["row-2", "failed", "", "request_rejected"]]


async def test_a_stopped_batch_goes_on(page: BatchPage, tmp_path: Path, server: BatchServer) -> None:
    server.delay_s = 60
    await begin(page, table(tmp_path, *(f"question {number}" for number in range(30))))
    await until(lambda: len(server.bodies) >= 4)
    assert not page.form.isEnabled()
    QTest.mouseClick(page.stop_button, Qt.MouseButton.LeftButton)
    await ended(page)
    assert "30 rows not asked yet" in page.state.text()
    server.delay_s = 0
    page.start_button.click()
    await until(lambda: "30 rows answered" in page.state.text())
    await ended(page)


async def test_what_changes_while_it_starts_does_not_stop_it(
    here: World, page: BatchPage, tmp_path: Path, server: BatchServer
) -> None:
    may_run, may_look = asyncio.Event(), asyncio.Event()
    page.form.set_source(table(tmp_path, "one", "two"))
    page.form.template.setPlainText("{text}")
    page.form.connection.setCurrentIndex(page.form.connection.findData("c"))
    page.form.model.setText("m")
    await until(page.start_button.isEnabled)
    opened = here.context.open_batch

    async def slowly(job: BatchJob, runs: bool) -> Batch:
        await (may_run if runs else may_look).wait()
        return await opened(job, runs)

    object.__setattr__(here.context, "open_batch", slowly)
    page.start_button.click()
    assert not page.form.isEnabled()
    page.form.template.setPlainText("Say {text}")
    page._check_soon.stop()
    page._check()
    server.delay_s = 60
    may_run.set()
    await until(lambda: page.is_running and len(server.bodies) == 2)
    may_look.set()
    await until(lambda: not [task for task in here.tasks._tasks if task.get_name() == "look at a batch"])
    [(run, _)] = here.context.batch_runs._running.values()
    assert not run._is_stopped
    page.stop()
    await ended(page)
    assert page.form.isEnabled()


async def test_an_early_end_says_why(page: BatchPage, tmp_path: Path) -> None:
    await begin(page, table(tmp_path, *["key"] * 3))
    await ended(page)
    assert "The batch stopped: " in page.state.text()
    assert "3 rows not asked yet" in page.state.text()
    (tmp_path / "in-answers.jsonl").write_text("notes")
    page.start_button.click()
    await until(lambda: "contains something other than the answers of a batch" in page.state.text())


async def test_a_file_can_be_dropped(page: BatchPage, tmp_path: Path) -> None:
    path = table(tmp_path, "one")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(5, 5), action, data, button, keys)
    page.dragEnterEvent(entered)
    assert entered.isAccepted()
    page.dropEvent(QDropEvent(QPoint(5, 5), action, data, button, keys))
    assert page.form.source.text() == str(path)


async def test_a_page_that_is_closed_while_its_files_are_opened_asks_nothing(
    here: World, page: BatchPage, tmp_path: Path, server: BatchServer
) -> None:
    page.form.set_source(table(tmp_path, "one"))
    page.form.template.setPlainText("{text}")
    page.form.connection.setCurrentIndex(page.form.connection.findData("c"))
    await until(page.start_button.isEnabled)
    opening, may_open, open_batch = asyncio.Event(), asyncio.Event(), here.context.open_batch

    async def slowly(job: BatchJob, runs: bool) -> Batch:
        opening.set()
        await may_open.wait()
        return await open_batch(job, runs)

    object.__setattr__(here.context, "open_batch", slowly)
    page.start_button.click()
    await opening.wait()
    page.close_page()
    may_open.set()
    await here.tasks.finish()
    assert not page.is_running
    assert server.bodies == []


async def test_everything_changes_its_language(here: World, page: BatchPage, tmp_path: Path) -> None:
    page.form.set_source(table(tmp_path, "one"))
    await until(lambda: "A prompt template is needed" in page.state.text())
    here.languages.set_language("zh_CN")
    await until(lambda: page.start_button.text() == "开始")
    assert page.form.template.accessibleName() == "提示词"
    assert "需要提示词模板" in page.state.text()


async def test_tab_stops_only_where_something_can_be_done(page: BatchPage) -> None:
    stops = [widget for widget in page.findChildren(QWidget) if widget.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert page.form.source in stops
    assert [widget for widget in stops if isinstance(widget, QScrollArea)] == []


async def test_a_model_is_chosen_from_those_of_all_connections(here: World, page: BatchPage) -> None:
    here.preferences.put_connection(OPENAI)
    page.form.model_button.click()
    [picker] = page.window().findChildren(ModelPicker)
    await until(picker.isVisible)
    page.form.model.setText("what the picker says replaces it")
    other = next(row for row in picker.rows() if row.kind is RowKind.ASK and row.connection.id == OPENAI.id)
    picker.list.itemClicked.emit(picker.list.item(picker.rows().index(other)))
    await until(lambda: any(row.model == "gpt-5.5" for row in picker.rows()))
    model = next(row for row in picker.rows() if row.model == "gpt-5.5")
    picker.list.itemClicked.emit(picker.list.item(picker.rows().index(model)))
    assert (page.form.job().connection_id, page.form.job().model) == (OPENAI.id, "gpt-5.5")
    assert not picker.isVisible()
    page.form.model_button.click()
    assert picker.rows()[picker.list.currentRow()] == replace(model, current=True)
    picker.close()


async def test_documents_are_read_for_the_estimate_and_the_preview(
    page: BatchPage, tmp_path: Path, server: BatchServer
) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(pdf(["Dear Ada"]))
    (folder / "b.zip").write_bytes(b"PK\5\6" + bytes(18))
    (folder / "c.png").write_bytes(PNG)
    page.form.connection.setCurrentIndex(page.form.connection.findData("c"))
    page.form.model.setText("m")
    page.form.set_source(folder)
    page.form.template.setPlainText("{text}")
    await until(lambda: "Input: about" in page.state.text())
    assert page.preview.text().splitlines() == [
        "a.pdf: [page 1] Dear Ada",
        "b.zip: Files of this kind cannot be read in a batch.",
        "c.png: [1 image]",
    ]
    page.start_button.click()
    await until(lambda: "2 rows answered, 1 row failed" in page.state.text() and not page.is_running)
    assert column(page, 1) == ["Failed: Files of this kind cannot be read in a batch.", "Answered", "Answered"]
    page.rows.table.activated.emit(page.rows.model.index(0, 0))
    await until(lambda: page.findChildren(Question))
    question = page.findChildren(Question)[0]
    assert "Files of this kind cannot be read in a batch." in [label.text() for label in question.findChildren(QLabel)]
    question.accept()
    await until(lambda: not page.findChildren(Question))


async def test_a_batch_over_a_budget_starts_only_once_confirmed(
    here: World, page: BatchPage, tmp_path: Path, server: BatchServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    price = Price("USD", Decimal(1_000_000), None, Decimal(1), None, "")
    table_of_prices = PriceTable([PriceEntry("127.0.0.1", "m", price)])
    monkeypatch.setattr(batch_opening, "price_table", lambda _own: table_of_prices)
    here.preferences.update(budgets=(("USD day", "1"),), over_budget="ask")
    page.form.set_source(table(tmp_path, "one " * 40))
    page.form.template.setPlainText("{text}")
    page.form.connection.setCurrentIndex(page.form.connection.findData("c"))
    page.form.model.setText("m")
    await until(lambda: "exceed today's budget of 1.00 USD" in page.state.text())
    for answer in (Question.reject, Question.accept):
        await until(page.start_button.isEnabled)
        page.start_button.click()
        await until(lambda: page.findChildren(Question))
        assert server.bodies == []
        answer(page.findChildren(Question)[0])
        await until(lambda: not page.findChildren(Question))
    await until(lambda: server.bodies)
    await ended(page)
