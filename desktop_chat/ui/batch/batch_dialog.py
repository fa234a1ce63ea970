"""Batches in a window of their own: what to ask, what that takes, how far it is, and each row with its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableView,
    QWidget,
)
from shiboken6 import isValid

from desktop_chat.core.batch_errors import BatchRefused
from desktop_chat.core.batch_port import Batch
from desktop_chat.core.batch_run import BatchEvent, BatchRun, RunSlowed
from desktop_chat.core.errors import ChatError, NoModel
from desktop_chat.ui.batch.batch_form import BatchForm
from desktop_chat.ui.batch.rows_model import BatchRowsModel
from desktop_chat.ui.context import Context
from desktop_chat.ui.text import batch_text
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import Question, ask
from desktop_chat.ui.widgets.boxes import column_of, row_of
from desktop_chat.ui.widgets.qt_tasks import start_for, until_gone
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.save_dialog import ask_new_file, write_bytes
from desktop_chat.ui.widgets.screen_geometry import resize_on_screen

CHECK_MS, REFRESH_MS = 400, 250
"""How long after a change the input is checked, and how often progress is shown."""
_PREVIEW_ROWS = 3
_SHOWN = 20_000
"""Characters shown of a question and of an answer."""
Words = Callable[[], str]


class BatchDialog(Retranslated, QDialog):
    """Closing it stops the run; everything that is finished is on disk, and the same files go on later."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._batch: Batch | None = None
        self._run: BatchRun | None = None
        self._words: Words = str
        self._stop_checking: Callable[[], None] | None = None
        self.form = BatchForm(context)
        self._heading, self.state, self.preview = QLabel(), QLabel(), QLabel()
        self.again = QCheckBox()
        self.bar = QProgressBar()
        self.model = BatchRowsModel(self)
        self.table = QTableView()
        self.start_button, self.stop_button, self.close_button, self.save_button = (QPushButton() for _ in range(4))
        self._check_soon, self._ticks = QTimer(self), QTimer(self)
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Batch"))
        self._heading.setText(tr("Batch"))
        self.again.setText(tr("Ask failed rows again"))
        self.start_button.setText(tr("Start"))
        self.stop_button.setText(tr("Stop"))
        self.close_button.setText(tr("Close"))
        self.save_button.setText(tr("Save as CSV..."))
        self.table.setAccessibleName(tr("Rows, failures first"))
        self.bar.setAccessibleName(tr("Progress"))
        self._show_words(self._words)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._run is None and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        local = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if local and self._run is None:
            self.form.set_source(Path(local[0]))
            event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._check_soon.stop()
        self._ticks.stop()
        self._stop()
        if self._run is None:
            self._let_go()
        super().closeEvent(event)

    # --- what it would take --------------------------------------------------------------------------------------

    def _check(self) -> None:
        """Look at the input, and say what asking it takes or why that cannot be; an earlier look is cancelled."""
        if self._stop_checking is not None:
            self._stop_checking()
        if self._run is None and self.form.job().source:
            self._stop_checking = start_for(self, self._context.tasks, self._look(), "look at a batch")

    async def _look(self) -> None:
        try:
            batch = await self._context.open_batch(self.form.job(), False)
        except ChatError as error:
            self._say_error(error)
            self.start_button.setEnabled(False)
            return
        try:
            rows = batch.waiting(with_failed=self.again.isChecked())
            found, progress = batch.estimate(rows), batch.progress
            first = [batch_text.preview(request) for request in batch.first(_PREVIEW_ROWS)]
        finally:
            batch.close()
        self._say(lambda: "  ·  ".join(batch_text.estimate_lines(progress, found)))
        self.preview.setText("\n".join(first))
        self.preview.show()
        self.start_button.setEnabled(bool(rows) and bool(self.form.job().output))

    # --- running -------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        if self._run is None:
            self.start_button.setEnabled(False)
            start_for(self, self._context.tasks, self._begin(), "start a batch")

    async def _begin(self) -> None:
        job = self.form.job()
        try:
            batch = await self._context.open_batch(job, True)
        except ChatError as error:
            self._say_error(error)
            return
        providers = self._context.providers
        try:
            run = batch.make_run(
                batch.waiting(with_failed=self.again.isChecked()),
                lambda: providers.provider_for(job.connection_id),
                wait_s=self._context.preferences.settings.idle_limit_s,
            )
        except NoModel as error:
            batch.close()
            self._say_error(error)
            return
        self._let_go()
        self._batch, self._run = batch, run
        batch.events.add(self._follow)
        until_gone(self, run.stop)
        self.model.show_batch(batch)
        self._show_running(running=True)
        work = self._context.tasks.start(self._ask_all(batch, run), "run a batch")  # ends properly without the dialog
        self._ticks.start(REFRESH_MS)
        start_for(self, self._context.tasks, self._await(work), "wait for a batch")

    async def _ask_all(self, batch: Batch, run: BatchRun) -> object:
        try:
            return await run.run()
        finally:
            batch.progress.put_back()
            if not isValid(self):
                batch.close()  # the dialog, which would do it, has gone

    async def _await(self, work: asyncio.Task[object]) -> None:
        ended = await asyncio.shield(work)
        batch, self._run = self._batch, None
        if batch is None:
            return
        self._ticks.stop()
        self._show_progress()
        self._show_running(running=False)
        summary = batch_text.summary(batch.progress)
        batch.release()
        if isinstance(ended, BatchRefused):
            self._say(lambda: batch_text.problem(ended))
        elif ended is not None:
            self._say(lambda: tr("{problem} {summary}", problem=batch_text.stopped(ended), summary=summary))
        else:
            self._say(lambda: batch_text.summary(batch.progress))

    def _stop(self) -> None:
        if self._run is not None:
            self._run.stop()

    def _let_go(self) -> None:
        """Close the batch that was shown."""
        if self._batch is not None:
            self._batch.close()
            self._batch = None

    def _follow(self, event: BatchEvent) -> None:
        if isinstance(event, RunSlowed) and isValid(self):
            self._say(lambda: batch_text.slowed(event.failure, event.wait_s))

    def _show_progress(self) -> None:
        if self._batch is None:
            return
        progress = self._batch.progress
        self.bar.setRange(0, len(progress.rows))
        self.bar.setValue(progress.finished)
        self.model.refresh()
        self._say(lambda: batch_text.running(progress))

    def _show_running(self, *, running: bool) -> None:
        self.form.setEnabled(not running)
        self.again.setEnabled(not running)
        self.preview.setVisible(False)
        self.bar.show()
        self.table.show()
        self.stop_button.setVisible(running)
        self.start_button.setVisible(not running)
        self.save_button.setVisible(not running)
        left = self._batch.waiting(with_failed=self.again.isChecked()) if self._batch is not None else []
        self.start_button.setEnabled(bool(left))
        (self.stop_button if running else self.table).setFocus()

    # --- one row -------------------------------------------------------------------------------------------------

    def _open_row(self, index: QModelIndex) -> None:
        start_for(self, self._context.tasks, self._show_row(self.model.row_at(index.row())), "show a row")

    async def _show_row(self, row: int) -> None:
        if self._batch is None:
            return
        try:
            question, answer = await self._batch.told(row)
        except BatchRefused as error:
            self._say_error(error)
            return
        dialog = Question(self, self._batch.ids()[row], tr("Close"), can_cancel=False)
        dialog.add_text(question[:_SHOWN])
        dialog.add_text(answer[:_SHOWN] or tr("There is no answer yet."))
        await ask(dialog)

    async def _save(self) -> None:
        """Save all rows as a table."""
        if self._batch is None:
            return
        name = f"{Path(self._batch.job.output).stem}.csv"
        file = await ask_new_file(self, tr("Save answers"), name, [tr("Tables ({pattern})", pattern="*.csv")])
        if file is None:
            return
        try:
            problem = write_bytes(file, await self._batch.table())
        except BatchRefused as error:
            self._say_error(error)
            return
        if problem:
            self._say(lambda: tr("Could not write {name}: {problem}", name=file, problem=problem))
        else:
            self._say(lambda: tr("Saved as {file}", file=file))

    # --- words and layout ----------------------------------------------------------------------------------------

    def _say_error(self, error: ChatError) -> None:
        self.preview.hide()
        self._say(lambda: batch_text.problem(error) if isinstance(error, BatchRefused) else sentence(error))

    def _say(self, words: Words) -> None:
        self._words = words
        self._show_words(words)

    def _show_words(self, words: Words) -> None:
        self.state.setText(words())
        self.state.setAccessibleName(self.state.text())

    def _connect(self) -> None:
        self._check_soon.setSingleShot(True)
        self.form.changed.connect(lambda: self._check_soon.start(CHECK_MS))
        self.again.toggled.connect(lambda: self._check_soon.start(CHECK_MS))
        self._check_soon.timeout.connect(self._check)
        self._ticks.timeout.connect(self._show_progress)
        self.start_button.clicked.connect(self._start)
        self.stop_button.clicked.connect(self._stop)
        self.close_button.clicked.connect(self.close)
        self.save_button.clicked.connect(
            lambda: start_for(self, self._context.tasks, self._save(), "save the answers of a batch")
        )
        self.table.activated.connect(self._open_row)

    def _lay_out(self) -> None:
        px = self._context.theme.px
        self.setAcceptDrops(True)
        self._heading.setProperty("heading", 2)
        for label in (self.state, self.preview):
            label.setWordWrap(True)
        self.preview.setProperty("muted", True)
        self.state.setMinimumHeight(px(40))
        self.start_button.setProperty("primary", True)
        self.start_button.setEnabled(False)
        self.start_button.setDefault(True)
        self.bar.setTextVisible(False)
        self.table.setModel(self.model)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(px(28))
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for widget in (self.bar, self.table, self.preview, self.stop_button, self.save_button):
            widget.hide()
        buttons = row_of(
            self.again, None, self.save_button, self.close_button, self.stop_button, self.start_button, spacing=px(8)
        )
        rows = (self._heading, self.form, self.state, self.preview, self.bar, self.table, None, buttons)
        margins = (px(24), px(20), px(24), px(20))
        self.setLayout(column_of(*rows, grow=(self.table,), spacing=px(12), margins=margins))
        resize_on_screen(self, QSize(px(760), px(640)))
