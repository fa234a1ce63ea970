"""The files attached to a message that is not sent yet, in order, as the model of the strip above the composer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QImage

from desktop_chat.core.attachment_reading import Progress, ReadOptions, Source
from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.errors import ChatError
from desktop_chat.ui.text.attachment_summary import spoken_summary, tooltip_of
from desktop_chat.ui.widgets.tooltips import plain_tooltip

ITEM = Qt.ItemDataRole.UserRole
"""The role of the `Pending` itself."""
_AS_USUAL = ReadOptions()
_NOT_BEGUN = Progress(0, 0)
_Index = QModelIndex | QPersistentModelIndex


class Stage(Enum):
    """How far an attached file is."""

    READING = "reading"
    READY = "ready"
    FAILED = "failed"


@dataclass(slots=True, eq=False)
class Pending:
    """One file. It has a source until it was read; then its blob is read again, if that is needed."""

    name: str
    source: Source | None = None
    attachment: Attachment | None = None
    options: ReadOptions = _AS_USUAL
    """How it is to be read."""
    read_with: ReadOptions = _AS_USUAL
    """How the attachment was read."""
    stage: Stage = Stage.READING
    error: ChatError | None = None
    progress: Progress = _NOT_BEGUN
    thumbnail: QImage | None = None
    """A square part of an image, small."""
    contains_key: bool = False
    """Whether its text seems to contain a secret key."""

    @property
    def is_image(self) -> bool:
        return self.attachment is not None and self.attachment.kind is AttachmentKind.IMAGE


class PendingList(QAbstractListModel):
    """The one place that changes the list. An item keeps its identity while it is moved, removed and put back."""

    changed = Signal()
    """Something was added, removed, moved, or read."""
    entered = Signal(object)
    """A `Pending` is in the list that was not, or is to be read again."""
    gone = Signal(object)
    """A `Pending` is no longer in the list."""

    def __init__(self) -> None:
        super().__init__()
        self._items: list[Pending] = []

    @property
    def items(self) -> Sequence[Pending]:
        """The files in order."""
        return tuple(self._items)

    @property
    def ready(self) -> tuple[Attachment, ...]:
        """What can be sent now, in order."""
        return tuple(item.attachment for item in self._items if item.stage is Stage.READY and item.attachment)

    def count_of(self, stage: Stage) -> int:
        """Return how many files are at this stage."""
        return sum(item.stage is stage for item in self._items)

    def insert(self, at: int, items: Iterable[Pending]) -> None:
        """Insert files at a place."""
        new = list(items)
        if new:
            self.beginInsertRows(QModelIndex(), at, at + len(new) - 1)
            self._items[at:at] = new
            self.endInsertRows()
            self._tell(new, ())

    def remove(self, item: Pending) -> int:
        """Remove a file; return its place, -1 if it is not there."""
        at = self.place_of(item)
        if at >= 0:
            self.beginRemoveRows(QModelIndex(), at, at)
            del self._items[at]
            self.endRemoveRows()
            self._tell((), [item])
        return at

    def replace_all(self, items: Iterable[Pending]) -> tuple[Pending, ...]:
        """Show other files; return those that were shown."""
        before = tuple(self._items)
        self.beginResetModel()
        self._items = list(items)
        self.endResetModel()
        self._tell([item for item in self._items if item not in before], [i for i in before if i not in self._items])
        return before

    def move(self, item: Pending, to: int) -> None:
        """Move a file to a place, counted without it."""
        at = self.place_of(item)
        if at >= 0 and 0 <= to < len(self._items) and to != at:
            self.moveRow(QModelIndex(), at, QModelIndex(), to + (to > at))

    def update(self, item: Pending) -> None:
        """Show what has changed in a file; ignored if it is not there."""
        at = self.place_of(item)
        if at >= 0:
            self.dataChanged.emit(self.index(at), self.index(at))
            self.changed.emit()

    def read_again(self, item: Pending, options: ReadOptions | None = None) -> None:
        """Have a file read again, perhaps in another way."""
        self.gone.emit(item)
        item.options = options or item.options
        item.stage, item.error, item.progress = Stage.READING, None, _NOT_BEGUN
        self.entered.emit(item)
        self.update(item)

    def place_of(self, item: Pending) -> int:
        """Return a file's place; -1 if it is not there."""
        return next((at for at, known in enumerate(self._items) if known is item), -1)

    def _tell(self, entered: Sequence[Pending], gone: Sequence[Pending]) -> None:
        for item in gone:
            self.gone.emit(item)
        for item in entered:
            self.entered.emit(item)
        if entered or gone:
            self.changed.emit()

    # --- what Qt asks ----------------------------------------------------------------------------------------------

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own signature)
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        item = self._items[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return item.name
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tooltip(tooltip_of(item.name, item.attachment, item.error))
            case Qt.ItemDataRole.AccessibleTextRole:
                return spoken_summary(item.name, item.attachment, item.error)
            case _:
                return item if role == ITEM else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Allow dropping between the files, not on one."""
        enabled = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
        return enabled if index.isValid() else Qt.ItemFlag.ItemIsDropEnabled

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def moveRows(self, parent: _Index, row: int, count: int, target: _Index, before: int) -> bool:
        """Move files in front of the row `before`."""
        if row < 0 or row + count > len(self._items) or not 0 <= before <= len(self._items):
            return False
        if not self.beginMoveRows(parent, row, row + count - 1, target, before):
            return False
        moved = self._items[row : row + count]
        del self._items[row : row + count]
        at = before - count if before > row else before
        self._items[at:at] = moved
        self.endMoveRows()
        self.changed.emit()
        return True
