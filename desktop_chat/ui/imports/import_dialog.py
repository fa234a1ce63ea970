"""Imports an export of another program: says what would come before anything does, adds what is chosen, and says what
was not read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt
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

from desktop_chat.core.backup import AddedSettings, AddedUsage, changes_of, with_added
from desktop_chat.core.errors import ChatError
from desktop_chat.core.importing import (
    ImportCounts,
    Imported,
    ImportEncrypted,
    ImportKind,
    ImportWrongPassphrase,
    Unread,
    UnreadReason,
)
from desktop_chat.core.settings import Settings
from desktop_chat.ui.context import Context
from desktop_chat.ui.imports.import_table import DATE, MESSAGES, STATE, TITLE, ImportTable
from desktop_chat.ui.imports.passphrase_row import PassphraseRow
from desktop_chat.ui.imports.unread_list import UnreadList
from desktop_chat.ui.text.import_text import (
    added_settings,
    added_summary,
    added_usage,
    import_problem,
    kind_name,
    passphrase_needed,
    preview_summary,
    progress_words,
)
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import ask_file, ask_folder
from desktop_chat.ui.widgets.boxes import column_of, row_of
from desktop_chat.ui.widgets.dropped_export import export_in
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.screen_geometry import resize_on_screen
from desktop_chat.ui.widgets.status_label import StatusLabel, Words
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

_STEPS = 1000
_PATTERNS = ("*.zip", "*.age", "*.json", "*.jsonl", "*.ndjson", "*.md")


class ImportDialog(Retranslated, QDialog):
    """Closing it cancels what runs; what was added until then stays."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._file: Path | None = None
        self._kind: ImportKind | None = None
        self._counts = ImportCounts()
        self._newest: Imported | None = None
        self._stop: Callable[[], None] | None = None
        self._run_number = 0
        """Of what runs, or ran last: a run that was cancelled may still be ending when the next one begins."""
        self._heading, self.hint, self._place = QLabel(), WrappedLabel(), QLabel()
        self.filter = ImeLineEdit()
        self.table = ImportTable()
        self.view = QTableView()
        self.all_button, self.none_button = QPushButton(), QPushButton()
        self.unread = UnreadList(context.theme)
        self.passphrase = PassphraseRow(context.theme)
        self._settings: Settings | None = None
        self._usage = AddedUsage()
        self.settings_too = QCheckBox()
        self.settings_too.setChecked(True)
        self.progress = QProgressBar(textVisible=False, maximum=_STEPS)
        self.state = StatusLabel()
        self.file_button, self.folder_button = QPushButton(), QPushButton()
        self.close_button, self.import_button, self.open_button = QPushButton(), QPushButton(), QPushButton()
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Import"))
        self._heading.setText(tr("Import"))
        self.hint.setText(
            tr(
                "Choose an export as you downloaded it, or drop it here: from ChatGPT, Claude, Open WebUI, LibreChat, "
                "Chatbox, Cherry Studio, Jan, LM Studio or Desktop Chat, chat completions (JSONL), or a folder of "
                "Markdown. You see what would be added first; nothing here is replaced."
            )
        )
        self.filter.setPlaceholderText(tr("Filter by title"))
        self.filter.setAccessibleName(tr("Filter by title"))
        self.view.setAccessibleName(tr("Conversations"))
        self.all_button.setText(tr("Select all"))
        self.none_button.setText(tr("Select none"))
        self.progress.setAccessibleName(tr("Progress"))
        self.file_button.setText(tr("Choose a file..."))
        self.folder_button.setText(tr("Choose a folder..."))
        self.open_button.setText(tr("Open the newest"))
        self._show_state()

    def take(self, file: Path) -> None:
        """Show what a file or folder contains, unless something is being imported."""
        if self._stop is not None and self._kind is not None:
            return
        self._cancel()
        self._file, self._newest = file, None
        self.passphrase.forget()
        self.filter.clear()
        self._place.setText(self._place.fontMetrics().elidedText(file.name, Qt.TextElideMode.ElideMiddle, 600))
        self._place.setToolTip(str(file))
        self._read()

    def _read(self) -> None:
        """Read what the file contains, with the passphrase if one was entered."""
        if self._file is None or self._stop is not None:
            return
        self._kind, self._settings, self._usage, self._counts = None, None, AddedUsage(), ImportCounts()
        self.table.clear()
        self.unread.clear()
        self._run(self._preview(self._file, self.passphrase.line.text()), "read an export")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if export_in(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if (file := export_in(event.mimeData())) is not None:
            event.acceptProposedAction()
            self.take(file)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._cancel()
        super().closeEvent(event)

    def reject(self) -> None:
        """Cancel what runs, or else close."""
        if self._stop is not None:
            self._cancel()
        else:
            super().reject()

    # --- what would come ---------------------------------------------------------------------------------------------

    async def _preview(self, file: Path, passphrase: str) -> None:
        run = self._run_number
        self.state.say(lambda: tr("Reading..."))
        try:
            found = await self._context.importer.preview(file, partial(self._add_to_preview, run), passphrase)
        except (ImportEncrypted, ImportWrongPassphrase) as error:
            wrong = isinstance(error, ImportWrongPassphrase)
            self._finish(partial(import_problem, error) if wrong else passphrase_needed, danger=wrong)
            self.passphrase.ask()
        except ChatError as error:
            self._finish(partial(import_problem, error), danger=True)
        except asyncio.CancelledError:
            if isValid(self) and self._run_number == run:
                self._finish(lambda: tr("Cancelled. Nothing was added."))
            raise
        else:
            self._kind, self._settings, self._usage = found.kind, found.settings, found.usage
            counts = self._counts

            def words() -> str:
                return preview_summary(kind_name(found.kind), counts)

            self._finish(partial(_with_rest, words, self._added_settings(), found.usage, adds=False))

    def _add_to_preview(self, run: int, results: list[Imported | Unread], share: float | None) -> None:
        if not isValid(self) or self._stop is None or self._run_number != run:
            return
        self.table.add([each for each in results if isinstance(each, Imported)])
        self._note(results, share)
        self.state.show_words(partial(progress_words, self.table.count, share, adds=False))

    # --- what comes --------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        if self._file is None or self._kind is None or not self.import_button.isEnabled():
            return
        ids = None if self.table.all_chosen else self.table.chosen
        settings = self._added_settings() if self.settings_too.isChecked() else None
        self.table.freeze()
        self.unread.clear()
        usage_too = self.settings_too.isChecked() and not self._usage.is_empty
        self._counts = ImportCounts()
        self._settings, self._usage = None, AddedUsage()
        if settings is not None:
            self._context.preferences.update(**changes_of(settings))
        self._run(self._import(self._file, self._kind, ids, settings, usage_too=usage_too), "import")

    def _added_settings(self) -> AddedSettings | None:
        """Return what the settings of a backup would add to those here now; None for nothing."""
        if self._settings is None:
            return None
        added = with_added(self._context.preferences.settings, self._settings)
        return None if added.is_empty else added

    async def _import(
        self,
        file: Path,
        kind: ImportKind,
        ids: frozenset[str] | None,
        settings: AddedSettings | None,
        *,
        usage_too: bool,
    ) -> None:
        run, counts = self._run_number, self._counts
        self.state.say(lambda: tr("Importing..."))
        try:
            passphrase = self.passphrase.line.text()
            add = partial(self._add, run)
            usage = await self._context.importer.add(file, kind, ids, add, passphrase, usage_too=usage_too)
        except ChatError as error:
            self._end(partial(_failed_words, error, counts), error)
        except asyncio.CancelledError:
            if isValid(self) and self._run_number == run:
                self._end(lambda: tr("Cancelled. {added}", added=added_summary(counts)))
            raise
        else:
            self._end(partial(_with_rest, partial(added_summary, counts), settings, usage, adds=True))

    def _add(self, run: int, results: list[Imported | Unread], share: float | None) -> None:
        if not isValid(self) or self._run_number != run:
            return
        added = [each for each in results if isinstance(each, Imported) and each.messages]
        self.table.note_added(each.conversation_id for each in added)
        if self._newest is not None:
            added.append(self._newest)
        self._newest = max(added, key=lambda each: each.updated_at, default=None)
        self._note(results, share)
        self.state.show_words(partial(progress_words, self._counts.new + self._counts.grown, share, adds=True))

    def _note(self, results: list[Imported | Unread], share: float | None) -> None:
        """Count results, list what was not read, and show the progress."""
        unread = []
        for each in results:
            self._counts.take(each)
            if isinstance(each, Unread):
                unread.append(each)
            elif each.changed:
                unread.append(Unread(each.title, UnreadReason.CHANGED))
        if unread:
            self.unread.add(unread)
        self.progress.setRange(0, _STEPS if share is not None else 0)
        if share is not None:
            self.progress.setValue(int(share * _STEPS))

    def _end(self, words: Words, error: ChatError | None = None) -> None:
        self._kind = None
        self._finish(words, danger=error is not None)

    def _open_newest(self) -> None:
        found = self._newest
        self.close()
        if found is not None and found.conversation_id in self._context.library:
            self._context.navigator.open_conversation(found.conversation_id)

    # --- one at a time -----------------------------------------------------------------------------------------------

    def _run(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self.progress.setRange(0, 0)
        self._run_number += 1
        self._stop = start_for(self, self._context.tasks, work, name)
        self._show_state()

    def _cancel(self) -> None:
        stop, self._stop = self._stop, None
        if stop is not None:
            stop()

    def _finish(self, words: Words, *, danger: bool = False) -> None:
        self._stop = None
        self.state.say(words, danger=danger)
        self._show_state()
        next(
            button
            for button in (self.open_button, self.import_button, self.close_button)
            if button.isVisibleTo(self) and button.isEnabled()
        ).setFocus()

    def _ask_file(self) -> None:
        start_for(self, self._context.tasks, self._choose_file(), "choose an export")

    async def _choose_file(self) -> None:
        patterns = [tr("Exports ({pattern})", pattern=" ".join(_PATTERNS)), tr("All files ({pattern})", pattern="*")]
        if (file := await ask_file(self, tr("Choose a file"), patterns)) is not None:
            self.take(file)

    def _ask_folder(self) -> None:
        start_for(self, self._context.tasks, self._choose_folder(), "choose a folder with an export")

    async def _choose_folder(self) -> None:
        if (folder := await ask_folder(self, tr("Choose a folder"))) is not None:
            self.take(folder)

    def _show_state(self) -> None:
        runs, chosen = self._stop is not None, len(self.table.chosen)
        can_choose = not runs and self._kind is not None
        self.import_button.setText(tr("Import %n conversation(s)", n=chosen) if chosen and can_choose else tr("Import"))
        has_settings, has_usage = self._added_settings() is not None, not self._usage.is_empty
        offers = can_choose and (has_settings or has_usage)
        if has_settings and has_usage:
            self.settings_too.setText(tr("Add the settings and the usage, too"))
        else:
            self.settings_too.setText(tr("Add the usage, too") if has_usage else tr("Add the settings, too"))
        self.settings_too.setVisible(offers)
        self.passphrase.setEnabled(not runs)
        self.import_button.setEnabled(can_choose and (chosen > 0 or (offers and self.settings_too.isChecked())))
        self.import_button.setVisible(self._newest is None)
        self.open_button.setVisible(self._newest is not None and not runs)
        for widget in (self.all_button, self.none_button):
            widget.setEnabled(can_choose)
        for widget in (self.file_button, self.folder_button):
            widget.setEnabled(not runs)
        self.view.setEnabled(self._file is not None)
        self.filter.setEnabled(self._file is not None)
        self.progress.setVisible(runs)
        self.close_button.setText(tr("Cancel") if runs else tr("Close"))
        if runs:
            self.close_button.setFocus()

    def _connect(self) -> None:
        self.filter.textChanged.connect(self.table.look_for)
        self.table.ticked_changed.connect(self._show_state)
        self.all_button.clicked.connect(partial(self.table.tick_shown, ticked=True))
        self.none_button.clicked.connect(partial(self.table.tick_shown, ticked=False))
        self.settings_too.toggled.connect(self._show_state)
        self.passphrase.entered.connect(self._read)
        self.file_button.clicked.connect(self._ask_file)
        self.folder_button.clicked.connect(self._ask_folder)
        self.close_button.clicked.connect(self.reject)
        self.import_button.clicked.connect(self._begin)
        self.open_button.clicked.connect(self._open_newest)

    def _lay_out(self) -> None:
        px = self._context.theme.px
        self.setAcceptDrops(True)
        self._heading.setProperty("heading", 2)
        for label in (self.hint, self._place):
            label.setProperty("muted", True)
        self._lay_out_view()
        for button in (self.file_button, self.folder_button, self.all_button, self.none_button, self.close_button):
            button.setAutoDefault(False)
        for button in (self.import_button, self.open_button):
            button.setProperty("primary", True)
        self.state.setMinimumHeight(px(40))
        source = row_of(self.file_button, self.folder_button, self._place, None, spacing=px(8))
        choice = row_of(self.filter, self.all_button, self.none_button, grow=(self.filter,), spacing=px(8))
        buttons = row_of(None, self.close_button, self.import_button, self.open_button, spacing=px(8))
        top = (self._heading, self.hint, source, self.passphrase, choice, self.view, self.settings_too)
        rows = (*top, self.unread, self.progress, self.state, buttons)
        margins = (px(24), px(20), px(24), px(20))
        self.setLayout(column_of(*rows, grow=(self.view,), spacing=px(10), margins=margins))
        self.setMinimumWidth(px(520))
        resize_on_screen(self, QSize(px(700), px(640)))

    def _lay_out_view(self) -> None:
        view, px = self.view, self._context.theme.px
        view.setModel(self.table)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setProperty("ticks", True)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setTabKeyNavigation(False)
        view.setMinimumHeight(px(120))
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.verticalHeader().setDefaultSectionSize(px(34))
        header = view.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(TITLE, QHeaderView.ResizeMode.Stretch)
        for column, width in ((MESSAGES, 90), (DATE, 110), (STATE, 140)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, px(width))


def _with_rest(first: Words, settings: AddedSettings | None, usage: AddedUsage, *, adds: bool) -> str:
    """Return what comes besides the conversations after what is said of these."""
    words = first()
    if settings is not None:
        words = tr("{a} {b}", a=words, b=added_settings(settings, adds=adds))
    return words if usage.is_empty else tr("{a} {b}", a=words, b=added_usage(usage, adds=adds))


def _failed_words(error: ChatError, counts: ImportCounts) -> str:
    return tr("{a} {b}", a=import_problem(error), b=added_summary(counts))
