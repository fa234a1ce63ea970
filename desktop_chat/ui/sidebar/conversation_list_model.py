"""The sidebar's rows: conversations under headings, or search hits, updated row by row with the library."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_chat.core.entities import Conversation
from desktop_chat.core.library import Library
from desktop_chat.core.library_events import ConversationChanged, ConversationsAdded, ConversationsRemoved, LibraryEvent
from desktop_chat.core.ports import SearchHit
from desktop_chat.ui.languages import format_date_group, local_day, today
from desktop_chat.ui.sidebar.list_or_hits import ListOrHits
from desktop_chat.ui.sidebar.row_order import IN_FOLDER, OTHERS, PINNED_ROWS, Group, SortKey, sort_key
from desktop_chat.ui.text.conversation_title import title_of
from desktop_chat.ui.text.tab_state import TabState, state_text
from desktop_chat.ui.text.translation import tr

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()


class ListRole(IntEnum):
    """The roles of a row, besides its title."""

    CONVERSATION_ID = Qt.ItemDataRole.UserRole + 1
    """Empty for a heading."""
    SNIPPET = Qt.ItemDataRole.UserRole + 2
    STATE = Qt.ItemDataRole.UserRole + 3
    PINNED = Qt.ItemDataRole.UserRole + 4
    FOLDER_SIZE = Qt.ItemDataRole.UserRole + 5
    """How many conversations are in the folder, for its heading; 0 for any other row."""


class ConversationListModel(ListOrHits):
    """Follows the library until `close`. Rows are addressed by conversation id with `index_of`."""

    def __init__(self, library: Library, parent: QObject | None = None, *, clock: Callable[[], date] = today) -> None:
        super().__init__(parent)
        self._library = library
        self._clock = clock
        self._today = clock()
        self._states: dict[str, TabState] = {}
        self._entries: list[SortKey] = []
        self._keys: dict[str, SortKey] = {}
        self._groups: list[Group] = []
        self._folder: dict[str, SortKey] = {}
        """The conversations of the local endpoint's callers. The folder is the first group; its rows exist only while
        it is open."""
        self._folder_open = False
        self._rebuild()
        self.close = library.events.add(self._on_library_event)

    def show_all(self) -> None:
        """Show all conversations under their headings; call this also when the day or language changes."""
        self.beginResetModel()
        self._hits = None
        self._rebuild()
        self.endResetModel()

    def leave_hits(self) -> None:
        """Show all conversations again after a search; their rows have followed meanwhile."""
        if self._clock() != self._today:
            self.show_all()
        elif self._hits is not None:
            self.beginResetModel()
            self._hits = None
            self.endResetModel()

    @property
    def folder_open(self) -> bool:
        """Whether the folder's conversations are listed."""
        return self._folder_open

    def open_folder(self, opened: bool) -> None:
        """Open or close the folder of the local endpoint's callers; this costs what its rows cost."""
        if opened == self._folder_open:
            return
        self._folder_open = opened
        if not self._folder:
            return
        keys, group = sorted(self._folder.values()), self._groups[0]
        if opened:
            self._begin_insert(1, len(keys))
            self._entries[:0] = keys
            self._keys |= self._folder
            group.count = len(keys)
            self._end_insert()
        else:
            self._begin_remove(1, len(keys))
            del self._entries[: len(keys)]
            for conversation_id in self._folder:
                del self._keys[conversation_id]
            group.count = 0
            self._end_remove()
        self._emit_heading_changed()

    def show_hits(self, hits: Iterable[SearchHit]) -> None:
        """Show search hits."""
        self.beginResetModel()
        self._hits = [hit for hit in hits if hit.conversation_id in self._library]
        self.endResetModel()

    def add_hits(self, hits: Iterable[SearchHit]) -> None:
        """Append hits that the search found later."""
        assert self._hits is not None  # noqa: S101  (after show_hits)
        found = [hit for hit in hits if hit.conversation_id in self._library]
        if found:
            self.beginInsertRows(QModelIndex(), len(self._hits), len(self._hits) + len(found) - 1)
            self._hits += found
            self.endInsertRows()

    def found_in(self, conversation_id: str) -> str:
        """Return the id of the message with a conversation's hit; empty for none."""
        hits = (hit for hit in self._hits or () if hit.conversation_id == conversation_id)
        return next((hit.message_id for hit in hits), "")

    def refresh_day(self) -> None:
        """Update the headings if a new day has begun."""
        if not self.searching and self._clock() != self._today:
            self.show_all()

    def set_state(self, conversation_id: str, state: TabState) -> None:
        """Set the state of a conversation's tab."""
        if state is TabState.IDLE:
            self._states.pop(conversation_id, None)
        else:
            self._states[conversation_id] = state
        self._emit_changed(conversation_id)

    def index_of(self, conversation_id: str) -> QModelIndex:
        """Return the index of a conversation; invalid if it is not listed."""
        row = self._row_of(conversation_id)
        return QModelIndex() if row is None else self.index(row)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        if parent.isValid():
            return 0
        return len(self._entries) + len(self._groups) if self._hits is None else len(self._hits)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        kept = Qt.ItemFlag.ItemNeverHasChildren | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self._id_at(index.row()):
            return kept | Qt.ItemFlag.ItemIsEditable
        return kept if self._is_folder(index.row()) else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < self.rowCount():
            return None
        conversation_id = self._id_at(index.row())
        if not conversation_id:
            return self._heading_data(index.row(), role)
        return self._conversation_data(conversation_id, index.row(), role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        conversation_id = self._id_at(index.row()) if index.isValid() else ""
        if role != Qt.ItemDataRole.EditRole or not conversation_id or not str(value).strip():
            return False
        self._library.rename(conversation_id, str(value))
        return True

    def _is_folder(self, row: int) -> bool:
        return row == 0 and self._hits is None and bool(self._folder)

    def _heading_data(self, row: int, role: int) -> Any:
        if role == ListRole.FOLDER_SIZE:
            return len(self._folder) if self._is_folder(row) else 0
        if role == Qt.ItemDataRole.AccessibleTextRole and self._is_folder(row):
            conversations = tr("%n conversation(s)", n=len(self._folder))
            state = tr("expanded") if self._folder_open else tr("collapsed")
            return tr("{name}, {size}, {state}", name=self._heading_at(row), size=conversations, state=state)
        texts = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        return self._heading_at(row) if role in texts else None

    def _conversation_data(self, conversation_id: str, row: int, role: int) -> Any:
        if conversation_id not in self._library:  # its row is about to be removed
            return None
        conversation = self._library[conversation_id]
        answers: Mapping[int, Callable[[], Any]] = {
            Qt.ItemDataRole.DisplayRole: lambda: title_of(conversation),
            Qt.ItemDataRole.EditRole: lambda: title_of(conversation),
            Qt.ItemDataRole.ToolTipRole: lambda: title_of(conversation),
            Qt.ItemDataRole.AccessibleTextRole: lambda: self._spoken(conversation),
            ListRole.CONVERSATION_ID: lambda: conversation_id,
            ListRole.SNIPPET: lambda: self._hits[row].snippet if self._hits is not None else "",
            ListRole.STATE: lambda: self._states.get(conversation_id, TabState.IDLE),
            ListRole.PINNED: lambda: conversation.pinned,
        }
        answer = answers.get(role)
        return answer() if answer else None

    def _spoken(self, conversation: Conversation) -> str:
        state = state_text(self._states.get(conversation.id, TabState.IDLE))
        title = title_of(conversation)
        return tr("{title}, {state}", title=title, state=state) if state else title

    def _on_library_event(self, event: LibraryEvent) -> None:
        if isinstance(event, ConversationsRemoved):
            for conversation_id in event.conversation_ids:
                self._states.pop(conversation_id, None)
            self._drop(event.conversation_ids)
        elif isinstance(event, ConversationsAdded):
            self._begin_reset()
            self._take_in(event.conversations)
            self._end_reset()
        elif isinstance(event, ConversationChanged):
            self.refresh_day()
            self._follow_in_list(event.conversation)
            if self._hits is not None:
                self._follow_in_hits(event.conversation)

    def _follow_in_hits(self, conversation: Conversation) -> None:
        if conversation.trashed_at is not None:
            self._drop_hit(conversation.id)
        else:
            self._emit_changed(conversation.id)

    def _follow_in_list(self, conversation: Conversation) -> None:
        before = self._keys.get(conversation.id)
        after = self._file(conversation.id, sort_key(conversation))
        if before == after:
            self._emit_changed(conversation.id)
            return
        if before is not None:
            self._remove(before)
        if after is not None:
            self._insert(after)

    def _file(self, conversation_id: str, key: SortKey | None) -> SortKey | None:
        """Put a conversation into the folder or take it out, by its key; return the key if it has a row."""
        if key is not None and key[0] == IN_FOLDER:
            self._put_in_folder(conversation_id, key)
            return key if self._folder_open else None
        if conversation_id in self._folder:
            self._take_out_of_folder(conversation_id)
        return key

    def _put_in_folder(self, conversation_id: str, key: SortKey) -> None:
        """Note what is in the folder. The heading of a closed one comes with the first conversation and leaves with the
        last; that of an open one does as that of any group."""
        is_first = not self._folder and not self._folder_open
        if is_first:
            self._begin_insert(0, 0)
            self._groups.insert(0, Group(tr("Local endpoint"), 0))
        is_new = conversation_id not in self._folder
        self._folder[conversation_id] = key
        if is_first:
            self._end_insert()
        elif is_new and len(self._folder) > 1:
            self._emit_heading_changed()

    def _take_out_of_folder(self, conversation_id: str) -> None:
        is_last = len(self._folder) == 1 and not self._folder_open
        if is_last:
            self._begin_remove(0, 0)
            del self._groups[0]
        del self._folder[conversation_id]
        if is_last:
            self._end_remove()
        elif self._folder:
            self._emit_heading_changed()

    def _emit_heading_changed(self) -> None:
        if self._hits is None:
            self.dataChanged.emit(self.index(0), self.index(0))

    def _drop(self, conversation_ids: Iterable[str]) -> None:
        for conversation_id in conversation_ids:
            before = self._keys.get(conversation_id)
            self._file(conversation_id, None)
            if before is not None:
                self._remove(before)
            if self._hits is not None:
                self._drop_hit(conversation_id)

    def _drop_hit(self, conversation_id: str) -> None:
        row = self._row_of(conversation_id)
        if row is not None and self._hits is not None:
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._hits[row]
            self.endRemoveRows()

    def _insert(self, key: SortKey) -> None:
        position = bisect_left(self._entries, key)
        label = self._label(key)
        group, start, row = self._place_for(position, label)
        known = group < len(self._groups) and self._groups[group].label == label
        first = row + 1 + position - start if known else row
        self._begin_insert(first, first if known else first + 1)
        if known:
            self._groups[group].count += 1
        else:
            self._groups.insert(group, Group(label, 1))
        self._entries.insert(position, key)
        self._keys[key[2]] = key
        self._end_insert()

    def _place_for(self, position: int, label: str) -> tuple[int, int, int]:
        """Return the group that takes an entry at `position`, or before which its new group goes: the group's number,
        its first entry's position, and its heading's row."""
        start = row = 0
        for number, group in enumerate(self._groups):
            end = start + group.count
            if position < end or (position == end and group.label == label):
                return number, start, row
            start, row = end, row + 1 + group.count
        return len(self._groups), start, row

    def _remove(self, key: SortKey) -> None:
        position = bisect_left(self._entries, key)
        number, _start, heading = self._group_of(position)
        row = position + number + 1
        alone = self._groups[number].count == 1
        self._begin_remove(heading if alone else row, row)
        if alone:
            del self._groups[number]
        else:
            self._groups[number].count -= 1
        del self._entries[position]
        del self._keys[key[2]]
        self._end_remove()

    def _group_of(self, position: int) -> tuple[int, int, int]:
        """Return the number, first position and heading row of the group with the entry at `position`."""
        start = row = 0
        for number, group in enumerate(self._groups):
            if position < start + group.count:
                return number, start, row
            start, row = start + group.count, row + 1 + group.count
        raise IndexError(position)

    def _row_of(self, conversation_id: str) -> int | None:
        if self._hits is not None:
            found = (row for row, hit in enumerate(self._hits) if hit.conversation_id == conversation_id)
            return next(found, None)
        key = self._keys.get(conversation_id)
        if key is None:
            return None
        position = bisect_left(self._entries, key)
        return position + self._group_of(position)[0] + 1

    def _id_at(self, row: int) -> str:
        if self._hits is not None:
            return self._hits[row].conversation_id
        found = self._at(row)
        return found if isinstance(found, str) else ""

    def _at(self, row: int) -> str | Group:
        """Return the conversation id or heading at a row of the full list."""
        heading = 0
        for number, group in enumerate(self._groups):
            if row == heading:
                return group
            if row <= heading + group.count:
                return self._entries[row - number - 1][2]
            heading += 1 + group.count
        raise IndexError(row)

    def _heading_at(self, row: int) -> str:
        found = self._at(row)
        return "" if isinstance(found, str) else found.label

    def _emit_changed(self, conversation_id: str) -> None:
        row = self._row_of(conversation_id)
        if row is not None:
            self.dataChanged.emit(self.index(row), self.index(row))

    def _label(self, key: SortKey) -> str:
        rank, negative_time, _ = key
        if rank == OTHERS:
            return format_date_group(local_day(-negative_time), self._today)
        return tr("Pinned") if rank == PINNED_ROWS else tr("Local endpoint")

    def _rebuild(self) -> None:
        self._today = self._clock()
        self._entries, self._keys, self._folder = [], {}, {}
        self._take_in(self._library.all())

    def _take_in(self, conversations: Iterable[Conversation]) -> None:
        """Add conversations that have no row yet, perhaps thousands."""
        keys = {key[2]: key for key in map(sort_key, conversations) if key is not None}
        self._folder |= {name: key for name, key in keys.items() if key[0] == IN_FOLDER}
        if not self._folder_open:
            keys = {name: key for name, key in keys.items() if key[0] != IN_FOLDER}
        self._keys |= keys
        self._entries += keys.values()
        self._entries.sort()
        self._groups = list(self._grouped())

    def _grouped(self) -> Iterator[Group]:
        """Yield the headings of all rows. Few rows are looked at: those of a heading follow each other."""
        if self._folder and not self._folder_open:
            yield Group(tr("Local endpoint"), 0)
        start = 0
        while start < len(self._entries):
            label = self._label(self._entries[start])

            def is_below(key: SortKey, label: str = label) -> bool:
                return self._label(key) != label

            end = bisect_left(self._entries, True, start, key=is_below)
            yield Group(label, end - start)
            start = end
