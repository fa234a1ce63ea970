"""The files to choose from, as a table with a tick for each that can be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from desktop_chat.ui.chat.attachments.file_walk import FoundFile
from desktop_chat.ui.text.attachment_summary import kind_letters, size_text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.tooltips import plain_tooltip

NAME, KIND, SIZE = range(3)
SORT = Qt.ItemDataRole.UserRole
"""The role by which rows are sorted."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MAX_TICKED = 50
"""More files than these are not ticked by themselves."""
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class FileTable(QAbstractTableModel):
    """Name, kind and size of each file; the name has the tick."""

    ticked_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._files: tuple[FoundFile, ...] = ()
        self._ticked: set[int] = set()

    @property
    def chosen(self) -> list[Path]:
        """The ticked files."""
        return [self._files[row].path for row in sorted(self._ticked)]

    @property
    def chosen_bytes(self) -> int:
        """The size of all ticked files."""
        return sum(self._files[row].size for row in self._ticked)

    def set_files(self, files: Sequence[FoundFile]) -> None:
        """List files; tick those that can be read, unless they are many."""
        self.beginResetModel()
        self._files = tuple(files)
        readable = {row for row, file in enumerate(self._files) if file.readable}
        self._ticked = readable if len(readable) <= _MAX_TICKED else set()
        self.endResetModel()
        self.ticked_changed.emit()

    def tick(self, rows: Iterable[int], *, ticked: bool) -> None:
        """Tick rows, as far as they can be read, or remove their ticks."""
        able = {row for row in rows if self._files[row].readable}
        self._ticked = self._ticked | able if ticked else self._ticked - able
        if self._files:
            self.dataChanged.emit(self.index(0, NAME), self.index(len(self._files) - 1, NAME))
        self.ticked_changed.emit()

    # --- what Qt asks ------------------------------------------------------------------------------------------------

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._files)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("Name"), tr("Kind"), tr("Size"))[section]
        return _RIGHT if role == Qt.ItemDataRole.TextAlignmentRole and section == SIZE else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid() or not self._files[index.row()].readable:
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == NAME else flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        file, column = self._files[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                found: object = (file.name, kind_letters(file.name), size_text(file.size))[column]
            case Qt.ItemDataRole.CheckStateRole if column == NAME:
                found = Qt.CheckState.Checked if index.row() in self._ticked else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.ToolTipRole:
                found = plain_tooltip(file.name if file.readable else f"{file.name}\n{tr('This file cannot be read.')}")
            case Qt.ItemDataRole.TextAlignmentRole if column == SIZE:
                found = _RIGHT
            case _:
                found = (file.name.casefold(), kind_letters(file.name), file.size)[column] if role == SORT else None
        return found

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.tick([index.row()], ticked=Qt.CheckState(value) is Qt.CheckState.Checked)
        return True
