"""Lets the user choose among many files, or those in a folder, before any of them is attached."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSortFilterProxyModel, Qt
from PySide6.QtWidgets import QDialog, QHeaderView, QLabel, QPushButton, QTreeView, QWidget

from desktop_chat.core.attachment_reading import MAX_FILE_BYTES
from desktop_chat.ui.chat.attachments.file_table import KIND, NAME, SIZE, SORT, FileTable
from desktop_chat.ui.chat.attachments.file_walk import FoundFiles, find_files
from desktop_chat.ui.text.attachment_summary import size_text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import ask
from desktop_chat.ui.widgets.boxes import column_of, row_of
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.retranslation import Retranslated

if TYPE_CHECKING:
    from desktop_chat.ui.context import Context
    from desktop_chat.ui.style.theme import Theme

_WIDTH, _HEIGHT = 620, 460


async def choose_files(parent: QWidget, context: Context, paths: Sequence[Path]) -> list[Path]:
    """Return the files that the user chooses among `paths` and below them."""
    dialog = FileChoice(context.theme, parent)
    start_for(dialog, context.tasks, dialog.search(paths), "look for files")
    chosen = dialog.table
    return chosen.chosen if await ask(dialog) == QDialog.DialogCode.Accepted else []


class FileChoice(Retranslated, QDialog):
    """A table with a filter. It opens at once, and fills when all files are found."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._found: FoundFiles | None = None
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.table = FileTable()
        self._shown = QSortFilterProxyModel(self)
        self._shown.setSourceModel(self.table)
        self._shown.setSortRole(SORT)
        self._shown.setFilterKeyColumn(NAME)
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.filter = ImeLineEdit()
        self.filter.textChanged.connect(self._shown.setFilterFixedString)
        self.view = self._make_view()
        self._heading, self._summary = QLabel(), QLabel()
        self._heading.setProperty("heading", 3)
        self._summary.setProperty("muted", True)
        self._all, self._none = QPushButton(), QPushButton()
        for button, ticked in ((self._all, True), (self._none, False)):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, ticked=ticked: self._tick_shown(ticked=ticked))
        self._cancel, self._attach = QPushButton(), QPushButton()
        self._cancel.clicked.connect(self.reject)
        self._attach.clicked.connect(self.accept)
        self._attach.setProperty("primary", True)
        self._attach.setDefault(True)
        self.table.ticked_changed.connect(self.retranslate)
        self._lay_out()
        self.retranslate()

    async def search(self, paths: Sequence[Path]) -> None:
        """Find the files and list them."""
        self._found = await find_files(paths, MAX_FILE_BYTES)
        self.table.set_files(self._found.files)

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Attach files"))
        self._heading.setText(tr("Which files do you want to attach?"))
        self.filter.setPlaceholderText(tr("Filter by name"))
        self.filter.setAccessibleName(tr("Filter by name"))
        self.view.setAccessibleName(tr("Files"))
        self._all.setText(tr("Select all"))
        self._none.setText(tr("Select none"))
        self._cancel.setText(tr("Cancel"))
        count = len(self.table.chosen)
        self._attach.setText(tr("Attach %n file(s)", n=count) if count else tr("Attach"))
        self._attach.setEnabled(count > 0)
        self._summary.setText(self._summary_words())

    def _summary_words(self) -> str:
        if self._found is None:
            return tr("Looking for files...")
        chosen, listed = len(self.table.chosen), self.table.rowCount()
        words = tr(
            "{chosen} of {count} files, {size}",
            chosen=f"{chosen:,}",
            count=f"{listed:,}",
            size=size_text(self.table.chosen_bytes),
        )
        return tr("{words}. There are more files than are listed.", words=words) if self._found.more else words

    def _tick_shown(self, *, ticked: bool) -> None:
        shown = self._shown
        rows = [shown.mapToSource(shown.index(row, NAME)).row() for row in range(shown.rowCount())]
        self.table.tick(rows, ticked=ticked)

    def _make_view(self) -> QTreeView:
        view = QTreeView()
        view.setModel(self._shown)
        view.setRootIsDecorated(False)
        view.setUniformRowHeights(True)
        view.setSortingEnabled(True)
        view.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = view.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in ((KIND, 80), (SIZE, 100)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, self._theme.px(width))
        return view

    def _lay_out(self) -> None:
        px = self._theme.px
        ticking = row_of(self._all, self._none, None, self._cancel, self._attach, spacing=px(8))
        rows = (self._heading, self.filter, self.view, self._summary, ticking)
        margins = (px(24), px(20), px(24), px(20))
        self.setLayout(column_of(*rows, grow=(self.view,), spacing=px(12), margins=margins))
        self.resize(px(_WIDTH), px(_HEIGHT))
