"""The page of a tab with a batch: what to ask and what that takes, then how far it is, with each row and its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop_chat.core.batch_errors import BatchRefused
from desktop_chat.core.batch_job import BatchJob
from desktop_chat.core.batch_port import Batch
from desktop_chat.core.batch_progress import RowState
from desktop_chat.core.batch_run import BatchEvent, RunSlowed
from desktop_chat.core.entities import Failure
from desktop_chat.core.errors import ChatError, NoModel
from desktop_chat.ui.batch.batch_budgets import exceeded_budgets, may_start, with_budgets
from desktop_chat.ui.batch.batch_frame import BatchFrame
from desktop_chat.ui.context import Context
from desktop_chat.ui.text import batch_text
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.announcements import announce
from desktop_chat.ui.widgets.async_dialog import confirm
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.status_label import Words

CHECK_MS, REFRESH_MS = 400, 250
"""How long after a change the input is checked, and how often progress is shown."""
_READING_S = 0.3
"""Reading that takes longer is mentioned."""
_PREVIEW_ROWS = 3
End = Failure | BatchRefused | None


class BatchPage(BatchFrame):
    """Begins with the fields, or with the rows of `job` if some are finished. `batch_id` is that of the tab. The run
    belongs to `Context.batch_runs`."""

    state_changed = Signal(TabState)
    titled = Signal()
    changed = Signal()
    """Something that the workspace keeps has changed."""

    def __init__(
        self, context: Context, batch_id: str, job: BatchJob | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, batch_id, parent)
        self._batch: Batch | None = None
        self._is_starting = self._is_running = self._is_active = False
        self._shows_rows_first = job is not None
        """Whether the first look goes to the rows, if some are finished: after a restart."""
        self._estimate: Words = batch_text.introduction
        self._stop_checking: Callable[[], None] | None = None
        self._stop_starting: Callable[[], None] | None = None
        self._check_soon, self._ticks = QTimer(self), QTimer(self)
        if job is not None:
            self.form.show_job(job)
        self._connect()
        self.retranslate()
        self._show_view()
        self._check()

    # --- for the tab -----------------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """The name of the input, after how much of it is finished while it runs."""
        name = self.form.job().name or tr("Batch")
        if not self._is_running or self._batch is None:
            return name
        progress = self._batch.progress
        return tr("{percent}% {name}", percent=100 * progress.finished // len(progress.rows), name=name)

    @property
    def is_running(self) -> bool:
        """Whether rows are being asked."""
        return self._is_running

    @property
    def _is_busy(self) -> bool:
        """Whether rows are being asked, or about to be."""
        return self._is_starting or self._is_running

    def set_active(self, active: bool) -> None:
        """Set whether this is the active tab."""
        self._is_active = active
        if active and not self._is_running:
            self.state_changed.emit(TabState.IDLE)

    def focus(self) -> None:
        """Focus what is used next."""
        if not self.shows_rows:
            self.form.source.setFocus()
        else:
            (self.stop_button if self._is_running else self.rows.table).setFocus()

    def stop(self) -> None:
        """Stop the run; the same batch can go on later."""
        if self._batch is not None:
            self._context.batch_runs.stop(self._batch)

    async def may_close(self) -> bool:
        """Ask whether to stop a running batch."""
        if not self._is_running:
            return True
        text = tr(
            "{name} is still being asked. The answers so far are in {file}, and the batch can go on later.",
            name=self.form.job().name,
            file=self.form.job().output,
        )
        return await confirm(self, tr("Stop this batch?"), text, tr("Stop and close"))

    def finish(self) -> None:
        """Follow the batch no longer, because the application is ending."""
        self._check_soon.stop()
        self._ticks.stop()

    def close_page(self) -> None:
        """Stop what runs, and close the batch."""
        self.finish()
        for stop in (self._stop_checking, self._stop_starting):
            if stop is not None:
                stop()
        self._take(None)

    def retranslate(self) -> None:
        super().retranslate()
        self._show_title()
        self._show_buttons()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self._is_busy and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        local = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if local and not self._is_busy:
            self._show_view()
            self.form.set_source(Path(local[0]))
            event.acceptProposedAction()

    # --- what it would take ----------------------------------------------------------------------------------------

    def _note_change(self) -> None:
        self._show_title()
        self.changed.emit()
        self._check_soon.start(CHECK_MS)

    def _check(self) -> None:
        """Look at the input, and say what asking it takes or why that cannot be; an earlier look is cancelled."""
        if self._stop_checking is not None:
            self._stop_checking()
        if self._is_busy:
            return
        if not self.form.job().source:
            self._say_instead(batch_text.introduction)
        else:
            self._stop_checking = start_for(self, self._context.tasks, self._look(), "look at a batch")

    async def _look(self) -> None:
        shows_rows, self._shows_rows_first = self._shows_rows_first, False
        try:
            batch = await self._opened(self.form.job(), runs=False)
            self._take(batch)
            await self._show_estimate(batch)
            if shows_rows and batch.progress.finished:
                self._show_view(rows=True)
            first = [batch_text.preview(*row) for row in await batch.first(_PREVIEW_ROWS)]
            self.show_preview(first)
            await self._read_documents(batch)
        except ChatError as error:
            self._say_error(error)

    async def _opened(self, job: BatchJob, *, runs: bool) -> Batch:
        """Open a batch; say that it is being read if that takes long. Raises ChatError."""
        loop = asyncio.get_running_loop()
        slow = loop.call_later(_READING_S, self.state.show_words, lambda: tr("Reading {name}...", name=job.name))
        try:
            return await self._context.open_batch(job, runs)
        finally:
            slow.cancel()

    async def _read_documents(self, batch: Batch) -> None:
        """Read the documents whose tokens are unknown, for the estimate. Raises ChatError."""
        unread = batch.unread(self._left())
        for done, row in enumerate(unread):
            if not self.shows_rows:
                self.state.show_words(partial(batch_text.reading_documents, done, len(unread)))
            await batch.learn_tokens(row)
        if unread:
            await self._show_estimate(batch)

    async def _show_estimate(self, batch: Batch, *, also_by_rows: bool = False) -> None:
        """Find out what asking takes, and say it unless the rows are in view or being asked."""
        found = await batch.estimate(self._left())
        states = await exceeded_budgets(self._context, found)
        if batch is not self._batch or self._is_running:
            return
        self._estimate = lambda: with_budgets(batch_text.estimate_lines(batch.progress, found), found, states)
        if also_by_rows or not self.shows_rows:
            self.state.show_words(self._estimate)
        self._show_buttons()

    def _note_again(self, again: bool) -> None:
        """Say what asking the failed rows again takes, also where the rows are in view."""
        if self._batch is not None:
            work = self._show_estimate(self._batch, also_by_rows=again)
            start_for(self, self._context.tasks, work, "estimate a batch")
        self._show_view(rows=self.shows_rows)

    def _left(self) -> list[int]:
        return self._batch.waiting(with_failed=self.again.isChecked()) if self._batch is not None else []

    def _take(self, batch: Batch | None) -> None:
        """Show a batch instead of the one before."""
        if self._batch is not None:
            self._context.batch_runs.leave(self._batch)
        self._batch = batch
        if batch is not None:
            self.rows.show_batch(batch)

    # --- running ---------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        if not self._is_busy:
            self._check_soon.stop()
            if self._stop_checking is not None:
                self._stop_checking()
            self._is_starting = True
            self.form.setEnabled(False)  # what is about to be asked is what it says now
            self.start_button.setEnabled(False)
            self._stop_starting = start_for(self, self._context.tasks, self._begin(), "start a batch")

    async def _begin(self) -> None:
        try:
            await self._begin_once()
        finally:
            self._is_starting = False
            if isValid(self):
                self.form.setEnabled(not self._is_running)
                self._show_buttons()

    async def _begin_once(self) -> None:
        job, providers = self.form.job(), self._context.providers
        if self._batch is not None and not await may_start(self, self._context, self._batch, self._left()):
            return
        self._take(None)  # so that its files are free
        try:
            batch = await self._opened(job, runs=True)
        except ChatError as error:
            self._say_error(error)
            return
        self._take(batch)
        try:
            run = batch.make_run(
                self._left(),
                lambda: providers.provider_for(job.connection_id),
                wait_s=self._context.preferences.settings.idle_limit_s,
            )
        except NoModel as error:
            self._say_error(error)
            return
        self.form.remember()
        batch.events.add(self._follow)
        self._is_running = True
        ended = self._context.batch_runs.start(batch, run)
        self._show_view(rows=True)
        self._show_progress()
        self.state_changed.emit(TabState.RUNNING)
        self.stop_button.setFocus()
        self._ticks.start(REFRESH_MS)
        start_for(self, self._context.tasks, self._await(batch, ended), "wait for a batch")

    async def _await(self, batch: Batch, task: asyncio.Task[End]) -> None:
        ended = await asyncio.shield(task)
        self._ticks.stop()
        self._is_running = False
        self.rows.refresh()
        self._show_title()
        self.state.show_words(lambda: batch_text.outcome(batch.progress, ended))
        self._show_view(rows=True, keeps_words=True)
        announce(self, self.state.text())
        unseen = TabState.FINISHED
        if ended is not None or batch.progress.counts[RowState.FAILED]:
            unseen = TabState.ERROR
        self.state_changed.emit(TabState.IDLE if self._is_active else unseen)
        await self._show_estimate(batch)

    def _follow(self, event: BatchEvent) -> None:
        if isinstance(event, RunSlowed) and isValid(self):
            self.state.show_words(lambda: batch_text.slowed(event.failure, event.wait_s))

    def _show_progress(self) -> None:
        if self._batch is not None:
            progress = self._batch.progress
            self.rows.refresh()
            self._show_title()
            self.state.show_words(lambda: batch_text.running(progress))

    async def _save(self) -> None:
        if words := await self.rows.save():
            self.state.show_words(lambda: words)

    # --- what is shown ---------------------------------------------------------------------------------------------

    def _switch_view(self) -> None:
        self._show_view(rows=not self.shows_rows)

    def _show_view(self, *, rows: bool = False, keeps_words: bool = False) -> None:
        """Show the rows or the fields, and say what belongs to them."""
        self.show_rows(rows=rows)
        self.form.setEnabled(not self._is_busy)
        self._show_buttons()
        if self._is_running or keeps_words:
            return
        progress = self._batch.progress if rows and self._batch is not None else None
        self.state.show_words((lambda: batch_text.summary(progress)) if progress is not None else self._estimate)

    def _show_buttons(self) -> None:
        self.show_buttons(self._batch.progress if self._batch is not None else None, is_running=self._is_running)
        if self._is_starting:
            self.start_button.setEnabled(False)

    def _show_title(self) -> None:
        self.show_heading()
        self.titled.emit()

    def _say_error(self, error: ChatError) -> None:
        self._say_instead(lambda: batch_text.problem(error) if isinstance(error, BatchRefused) else sentence(error))

    def _say_instead(self, words: Words) -> None:
        """Show the fields, and say this instead of what asking takes."""
        self._take(None)
        self.show_preview([])
        self._estimate = words
        self._show_view()

    def _connect(self) -> None:
        self._check_soon.setSingleShot(True)
        self.form.changed.connect(self._note_change)
        self.again.toggled.connect(self._note_again)
        self._check_soon.timeout.connect(self._check)
        self._ticks.timeout.connect(self._show_progress)
        self.view_button.clicked.connect(self._switch_view)
        self.start_button.clicked.connect(self._start)
        self.stop_button.clicked.connect(self.stop)
        self.save_button.clicked.connect(
            lambda: start_for(self, self._context.tasks, self._save(), "save the answers of a batch")
        )
