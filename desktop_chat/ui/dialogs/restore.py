"""Restores conversations from a snapshot or file, after showing what would be added."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QLocale, QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QWidget,
)
from shiboken6 import isValid

from desktop_chat.core.errors import StoreCorrupt, StoreError
from desktop_chat.core.snapshots import MergeResult, Restored, Snapshot, restore_snapshot
from desktop_chat.ui.context import Context
from desktop_chat.ui.languages import format_date, format_time
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import ask_file
from desktop_chat.ui.widgets.boxes import column_of, row_of
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.screen_geometry import resize_on_screen
from desktop_chat.ui.widgets.status_label import StatusLabel
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

_SOURCE = Qt.ItemDataRole.UserRole
"""A snapshot, or the path of a file."""


class RestoreDialog(Retranslated, QDialog):
    """Shows what would be added before anything happens. A running restore continues when the dialog is closed."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.list = QListWidget()
        self._heading, self._hint, self._empty = QLabel(), WrappedLabel(), QLabel()
        self.state = StatusLabel()
        self._missing: MergeResult | None = None
        self._restoring = False
        self._stop_counting: Callable[[], None] | None = None
        self.file_button, self.close_button, self.restore_button = QPushButton(), QPushButton(), QPushButton()
        self._lay_out()
        self._connect()
        self.retranslate()
        self._show_state()
        start_for(self, context.tasks, self._fill(), "list the snapshots")

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Restore"))
        self._heading.setText(tr("Restore"))
        self._hint.setText(tr("Choose a backup of your conversations. Missing items are added; nothing is replaced."))
        self._empty.setText(tr("No backups yet."))
        self.list.setAccessibleName(tr("Backups"))
        self.file_button.setText(tr("Choose a file..."))
        self.close_button.setText(tr("Close"))
        self.restore_button.setText(tr("Restore"))
        for row in range(self.list.count()):
            _name_item(self.list.item(row))

    async def _fill(self) -> None:
        for snapshot in await self._context.snapshots.all():
            item = QListWidgetItem()
            item.setData(_SOURCE, snapshot)
            _name_item(item)
            self.list.addItem(item)
        self._show_state()
        if self.list.count() and not self.list.selectedItems():
            self.list.setCurrentRow(0)

    @property
    def _chosen(self) -> Snapshot | Path | None:
        items = self.list.selectedItems()
        return items[0].data(_SOURCE) if items else None

    def _choose_file(self) -> None:
        start_for(self, self._context.tasks, self._ask_for_file(), "choose a file to restore from")

    async def _ask_for_file(self) -> None:
        patterns = [tr("Conversations ({pattern})", pattern="*.db"), tr("All files ({pattern})", pattern="*")]
        file = await ask_file(self, tr("Choose a file"), patterns)
        if file is None:
            return
        item = QListWidgetItem()
        item.setData(_SOURCE, file)
        _name_item(item)
        self.list.insertItem(0, item)
        self._show_state()
        self.list.setCurrentRow(0)
        self.list.setFocus()

    def _count_chosen(self) -> None:
        """Count what the chosen file would add; an earlier count is cancelled."""
        if self._stop_counting is not None:
            self._stop_counting()
        self._missing = None
        if self._chosen is None:
            self.state.say(str)
        else:
            self.state.say(lambda: tr("Checking..."))
            self._stop_counting = start_for(
                self, self._context.tasks, self._count(self._chosen), "look into an earlier copy"
            )
        self._show_state()

    async def _count(self, source: Snapshot | Path) -> None:
        try:
            self._missing = await self._context.snapshots.count_missing(source)
        except StoreError as error:
            self._show_error(error)
        else:
            missing = self._missing
            self.state.say(lambda: missing_words(missing))
        self._show_state()

    def _restore(self) -> None:
        source = self._chosen
        if source is None or not self.restore_button.isEnabled():
            return
        self._restoring = True
        self._show_state()
        self.state.say(lambda: tr("Restoring..."))
        tasks = self._context.tasks
        answer = tasks.start(self._run_restore(source), "restore")  # continues without the dialog
        start_for(self, tasks, self._await(answer), "tell what was restored")

    async def _run_restore(self, source: Snapshot | Path) -> Restored | StoreError:
        context = self._context
        try:
            return await restore_snapshot(
                source, context.snapshots, context.write_behind, context.library, self._show_progress
            )
        except StoreError as error:
            return error

    def _show_progress(self, share: float) -> None:
        """Show the progress; the dialog may be gone by now."""
        if isValid(self):
            percent = int(share * 100)
            self.state.show_words(lambda: tr("Restoring... {percent}%", percent=percent))

    async def _await(self, answer: asyncio.Task[Restored | StoreError]) -> None:
        found = await asyncio.shield(answer)
        self._restoring = False
        if isinstance(found, StoreError):
            self._show_error(found)
        else:
            self._missing = None
            self.state.say(lambda: restored_words(found))
        self._show_state()

    def _show_error(self, error: StoreError) -> None:
        self.state.say(lambda: refusal_words(error), danger=True)

    def _show_state(self) -> None:
        count = self.list.count()
        self.list.setVisible(count > 0)
        self._empty.setVisible(count == 0)
        has_more = self._missing is not None and self._missing.messages + self._missing.conversations > 0
        had_focus = self.restore_button.hasFocus()
        self.restore_button.setEnabled(has_more and not self._restoring)
        self.list.setEnabled(not self._restoring)
        self.file_button.setEnabled(not self._restoring)
        if had_focus and not self.restore_button.isEnabled():
            self.close_button.setFocus()

    def _connect(self) -> None:
        self.list.itemSelectionChanged.connect(self._count_chosen)
        self.list.itemActivated.connect(self._restore)
        self.file_button.clicked.connect(self._choose_file)
        self.close_button.clicked.connect(self.close)
        self.restore_button.clicked.connect(self._restore)

    def _lay_out(self) -> None:
        px = self._context.theme.px
        self._heading.setProperty("heading", 2)
        self._hint.setProperty("muted", True)
        self._empty.setProperty("muted", True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.state.setMinimumHeight(px(40))
        self.list.setUniformItemSizes(True)
        self.file_button.setProperty("flat", True)
        self.restore_button.setProperty("primary", True)
        buttons = row_of(self.file_button, None, self.close_button, self.restore_button, spacing=px(8))
        for button in (self.file_button, self.close_button, self.restore_button):
            button.setAutoDefault(False)
        items = (self._heading, self._hint, self.list, self._empty, self.state, buttons)
        margins = (px(24), px(20), px(24), px(20))
        self.setLayout(column_of(*items, grow=(self.list, self._empty), spacing=px(12), margins=margins))
        resize_on_screen(self, QSize(px(560), px(460)))


def missing_words(missing: MergeResult) -> str:
    """Return what would be restored."""
    if not missing.conversations and not missing.messages:
        return tr("You already have everything in this backup.")
    return tr("{amount} will be added. Nothing will be replaced.", amount=_amount(missing))


def restored_words(restored: Restored) -> str:
    """Return what was restored."""
    if not restored.merged.conversations and not restored.merged.messages:
        return tr("You already have everything in this backup.")
    if restored.trashed:
        trashed = tr("%n conversation(s)", n=restored.trashed)
        return tr(
            "Added: {amount}, including {trashed} in the trash.", amount=_amount(restored.merged), trashed=trashed
        )
    return tr("Added: {amount}.", amount=_amount(restored.merged))


def refusal_words(error: StoreError) -> str:
    """Return why nothing was restored; "damaged" then means the source file, not our database."""
    if isinstance(error, StoreCorrupt):
        return tr("No conversations could be read from this file.")
    if type(error) is StoreError:
        return tr("This file could not be read.")
    return sentence(error)


def _amount(merged: MergeResult) -> str:
    conversations, messages = tr("%n conversation(s)", n=merged.conversations), tr("%n message(s)", n=merged.messages)
    if not merged.conversations:
        return messages
    if not merged.messages:
        return conversations
    return tr("{conversations} and {messages}", conversations=conversations, messages=messages)


def _name_item(item: QListWidgetItem) -> None:
    source: Snapshot | Path = item.data(_SOURCE)
    if isinstance(source, Path):
        item.setText(str(source))
        return
    moment = datetime.fromtimestamp(source.taken_at, UTC).astimezone()
    size = QLocale().formattedDataSize(source.size, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)
    item.setText(
        tr(
            "{date}, {time} ({size})",
            date=format_date(moment.date()),
            time=format_time(moment),
            size=_amount(MergeResult(source.conversations, source.messages)) if source.number else size,
        )
    )
