"""Shows how far a batch is: a progress bar, and its rows, failures first, each with its question and answer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QProgressBar, QTableView, QWidget

from desktop_chat.core.batch_errors import BatchRefused
from desktop_chat.core.batch_port import Batch
from desktop_chat.ui.batch.rows_model import ID, SECONDS, STATE, TOKENS, BatchRowsModel
from desktop_chat.ui.context import Context
from desktop_chat.ui.text import batch_text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import Question, ask
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.save_dialog import ask_new_file, write_bytes

_NARROW = 480
"""Below this width in pixels at zoom 1, only id and state of a row are shown."""
_SHOWN = 20_000
"""Characters shown of a question and of an answer."""


class RowsView(Retranslated, QWidget):
    """The rows of one batch. Enter or a double click opens a row."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._batch: Batch | None = None
        self.bar = QProgressBar(textVisible=False)
        self.model = BatchRowsModel(self)
        self.table = QTableView()
        self._lay_out()
        self.table.activated.connect(self._open)
        self.retranslate()

    def show_batch(self, batch: Batch) -> None:
        """Show the rows of a batch."""
        self._batch = batch
        self.model.show_batch(batch)
        self.refresh()

    def refresh(self) -> None:
        """Show how far the batch is now."""
        if self._batch is not None:
            progress = self._batch.progress
            self.bar.setRange(0, len(progress.rows))
            self.bar.setValue(progress.finished)
            self.model.refresh()

    def retranslate(self) -> None:
        self.table.setAccessibleName(tr("Rows, failures first"))
        self.bar.setAccessibleName(tr("Progress"))
        self.model.retranslate()

    async def save(self) -> str:
        """Save all rows as a table where the user says; return what became of that, or an empty string."""
        batch = self._batch
        if batch is None:
            return ""
        name = f"{Path(batch.job.output).stem}.csv"
        file = await ask_new_file(self, tr("Save answers"), name, [tr("Tables ({pattern})", pattern="*.csv")])
        if file is None:
            return ""
        try:
            problem = write_bytes(file, await batch.table())
        except BatchRefused as error:
            return batch_text.problem(error)
        if problem:
            return tr("Could not write {name}: {problem}", name=file, problem=problem)
        return tr("Saved as {file}", file=file)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.setColumnWidth(ID, max(self._context.theme.px(96), self.width() // 4))
        for column in (TOKENS, SECONDS):
            self.table.setColumnHidden(column, self.width() < self._context.theme.px(_NARROW))

    def _open(self, index: QModelIndex) -> None:
        if self._batch is not None:
            row = self.model.row_at(index.row())
            start_for(self, self._context.tasks, self._show_row(self._batch, row), "show a row")

    async def _show_row(self, batch: Batch, row: int) -> None:
        try:
            question, answer = await batch.told(row)
            code = batch.progress.rows[row].code
            reason = batch_text.row_problem(code) if code else "" if answer else tr("There is no answer yet.")
            words = [text for text in (question[:_SHOWN], reason, answer[:_SHOWN]) if text]
        except BatchRefused as error:
            words = [batch_text.problem(error)]
        dialog = Question(self, batch.ids()[row], tr("Close"), can_cancel=False)
        for text in words:
            dialog.add_text(text)
        await ask(dialog)

    def _lay_out(self) -> None:
        table, px = self.table, self._context.theme.px
        table.setModel(self.model)
        table.horizontalHeader().setHighlightSections(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(px(28))
        table.horizontalHeader().setSectionResizeMode(STATE, QHeaderView.ResizeMode.Stretch)
        table.setColumnWidth(TOKENS, px(80))
        table.setColumnWidth(SECONDS, px(80))
        table.setStyleSheet("QTableView { border: none; } QTableView::item { padding: 0 5px; }")  # in line with heads
        self.setLayout(column_of(self.bar, table, grow=(table,), spacing=px(12), margins=NO_MARGINS))
