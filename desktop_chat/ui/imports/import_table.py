"""The conversations of an export, as a table with a tick for each that would add something."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from desktop_chat.core.importing import Imported
from desktop_chat.ui.languages import local_day
from desktop_chat.ui.text.import_text import state_word
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.tooltips import plain_tooltip

TITLE, MESSAGES, DATE, STATE = range(4)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class ImportTable(QAbstractTableModel):
    """Title, messages, date and what would become of it; the title has the tick. Grows while the export is read, and
    shows the rows whose title contains what is looked for."""

    ticked_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._found: list[Imported] = []
        self._words = ""
        self._shown: list[int] = []
        """The places of the rows in `_found`."""
        self._ticked: set[str] = set()
        self._able: set[str] = set()
        self._frozen = False
        self._added: set[str] = set()

    @property
    def chosen(self) -> frozenset[str]:
        """The ids of the ticked conversations."""
        return frozenset(self._ticked)

    @property
    def all_chosen(self) -> bool:
        """Whether every conversation that would add something is ticked."""
        return self._ticked == self._able

    @property
    def count(self) -> int:
        """How many conversations were found."""
        return len(self._found)

    def clear(self) -> None:
        """Forget all conversations."""
        self.beginResetModel()
        self._found, self._shown, self._ticked = [], [], set()
        self._able, self._frozen, self._added = set(), False, set()
        self.endResetModel()
        self.ticked_changed.emit()

    def add(self, found: Iterable[Imported]) -> None:
        """Add conversations, ticked if they would add something."""
        first = len(self._found)
        self._found += found
        shown = [place for place in range(first, len(self._found)) if self._fits(self._found[place])]
        if shown:
            self.beginInsertRows(QModelIndex(), len(self._shown), len(self._shown) + len(shown) - 1)
            self._shown += shown
            self.endInsertRows()
        able = [each.conversation_id for each in self._found[first:] if each.messages]
        self._ticked.update(able)
        self._able.update(able)
        self.ticked_changed.emit()

    def look_for(self, words: str) -> None:
        """Show the conversations whose titles contain words; all for none."""
        self.beginResetModel()
        self._words = words.casefold().strip()
        self._shown = [place for place, each in enumerate(self._found) if self._fits(each)]
        self.endResetModel()

    def tick_shown(self, *, ticked: bool) -> None:
        """Tick the rows that are shown, as far as they would add something, or remove their ticks."""
        self._tick((self._found[place] for place in self._shown), ticked=ticked)

    def freeze(self) -> None:
        """Let nothing be ticked any more: the import has begun."""
        self._frozen = True
        self._tell_all_changed()

    def note_added(self, conversation_ids: Iterable[str]) -> None:
        """Say of conversations that they have come."""
        self._added.update(conversation_ids)
        self._tell_all_changed()

    def _tick(self, conversations: Iterable[Imported], *, ticked: bool) -> None:
        able = {each.conversation_id for each in conversations if each.messages}
        self._ticked = self._ticked | able if ticked else self._ticked - able
        self._tell_all_changed()
        self.ticked_changed.emit()

    def _tell_all_changed(self) -> None:
        if self._shown:
            self.dataChanged.emit(self.index(0, TITLE), self.index(len(self._shown) - 1, STATE))

    def _fits(self, found: Imported) -> bool:
        return not self._words or self._words in found.title.casefold()

    # --- what Qt asks ------------------------------------------------------------------------------------------------

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("Title"), tr("Messages"), tr("Date"), tr("Status"))[section]
        return _RIGHT if role == Qt.ItemDataRole.TextAlignmentRole and section == MESSAGES else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        if not self._at(index).messages:
            return flags  # greyed: it is here already
        flags |= Qt.ItemFlag.ItemIsEnabled
        can_tick = index.column() == TITLE and not self._frozen
        return flags | Qt.ItemFlag.ItemIsUserCheckable if can_tick else flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        found, column = self._at(index), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._text(found, column)
            case Qt.ItemDataRole.CheckStateRole if column == TITLE:
                ticked = found.conversation_id in self._ticked
                return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tooltip(found.title)
            case Qt.ItemDataRole.TextAlignmentRole if column == MESSAGES:
                return _RIGHT
        return None

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or self._frozen:
            return False
        self._tick([self._at(index)], ticked=Qt.CheckState(value) is Qt.CheckState.Checked)
        return True

    def _at(self, index: _Index) -> Imported:
        return self._found[self._shown[index.row()]]

    def _text(self, found: Imported, column: int) -> str:
        match column:
            case 0:
                return found.title or tr("Untitled")
            case 1:
                return f"{found.total:,}"
            case 2:
                return local_day(found.updated_at).isoformat()
        return tr("Added") if found.conversation_id in self._added else state_word(found)
