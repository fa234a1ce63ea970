"""The trash: trashed conversations, to restore or delete permanently."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QLabel,
    QListView,
    QPushButton,
    QWidget,
)

from desktop_chat.core.entities import Conversation
from desktop_chat.core.errors import StoreError
from desktop_chat.core.library import Library
from desktop_chat.core.library_events import ConversationChanged, ConversationsAdded, ConversationsRemoved, LibraryEvent
from desktop_chat.ui.commands import Scope, command_of
from desktop_chat.ui.context import Context
from desktop_chat.ui.languages import format_date
from desktop_chat.ui.text.conversation_title import title_of
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import confirm
from desktop_chat.ui.widgets.boxes import column_of, row_of
from desktop_chat.ui.widgets.qt_tasks import start_for, until_gone
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.screen_geometry import resize_on_screen
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
ID = Qt.ItemDataRole.UserRole + 1


class TrashModel(QAbstractListModel):
    """The conversations in the trash, last trashed first; follows the library until `close`."""

    def __init__(self, library: Library, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._trashed: list[Conversation] = library.trashed()
        self.close = library.events.add(self._on_library_event)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._trashed)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._trashed):
            return None
        conversation = self._trashed[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return title_of(conversation)
        if role == Qt.ItemDataRole.ToolTipRole:
            day = datetime.fromtimestamp(conversation.trashed_at or 0, UTC).astimezone().date()
            return tr("In the trash since {date}", date=format_date(day))
        return conversation.id if role == ID else None

    def _on_library_event(self, event: LibraryEvent) -> None:
        match event:
            case ConversationChanged(conversation):
                self._follow(conversation)
            case ConversationsRemoved() | ConversationsAdded():
                trashed = self._library.trashed()
                if len(trashed) != len(self._trashed):
                    self.beginResetModel()
                    self._trashed = trashed
                    self.endResetModel()

    def _follow(self, conversation: Conversation) -> None:
        """Add or remove the row of one that was put into the trash or taken out of it."""
        row = next((row for row, one in enumerate(self._trashed) if one.id == conversation.id), None)
        if conversation.trashed_at is None and row is not None:
            self.beginRemoveRows(NO_INDEX, row, row)
            del self._trashed[row]
            self.endRemoveRows()
        elif conversation.trashed_at is not None and row is None:
            place = bisect_left(self._trashed, -conversation.trashed_at, key=lambda one: -(one.trashed_at or 0))
            self.beginInsertRows(NO_INDEX, place, place)
            self._trashed.insert(place, conversation)
            self.endInsertRows()


class TrashDialog(Retranslated, QDialog):
    """Restoring happens at once; deleting asks for confirmation."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.model = TrashModel(context.library, self)
        self.list = QListView()
        self._heading, self._empty, self._problem = QLabel(), QLabel(), QLabel()
        self._left = 0
        self.removing = WrappedLabel()
        """Shows how many deleted conversations are still on disk."""
        self.restore_button, self.delete_button, self.empty_button = QPushButton(), QPushButton(), QPushButton()
        self._lay_out()
        self._connect()
        self.retranslate()
        self._show_state()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Trash"))
        self._heading.setText(tr("Trash"))
        self._empty.setText(tr("The trash is empty."))
        self.list.setAccessibleName(tr("Trash"))
        self.restore_button.setText(tr("Restore"))
        self.delete_button.setText(tr("Delete forever"))
        self.empty_button.setText(tr("Empty trash"))
        self._show_removing(self._left)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if command_of(event, Scope.TRASH) == "delete" and self.delete_button.isEnabled():
            self._delete_chosen()
        else:
            super().keyPressEvent(event)

    def _show_removing(self, left: int) -> None:
        self._left = left
        words = tr("Removing from disk: %n conversation(s) left. You can close this window; removal continues.", n=left)
        self.removing.setText(words if left else "")
        self.removing.setAccessibleName(self.removing.text())
        self.removing.setVisible(left > 0)

    def _chosen_ids(self) -> list[str]:
        return [str(index.data(ID)) for index in self.list.selectionModel().selectedIndexes()]

    def _restore(self) -> None:
        restoring = self._context.library.restore_all(self._chosen_ids())
        _ = self._context.tasks.start(restoring, "restore from the trash")  # goes on if the dialog is closed

    def _delete_chosen(self) -> None:
        self._start(self._ask_and_delete(self._chosen_ids()))

    def _delete_all(self) -> None:
        self._start(self._ask_and_delete([c.id for c in self._context.library.trashed()]))

    def _start(self, asking: Coroutine[Any, Any, None]) -> None:
        start_for(self, self._context.tasks, asking, "delete for ever")

    async def _ask_and_delete(self, conversation_ids: list[str]) -> None:
        text = tr(
            "%n conversations and all their messages will be deleted. This cannot be undone.", n=len(conversation_ids)
        )
        if not await confirm(self, tr("Delete forever?"), text, tr("Delete"), danger=True):
            return
        try:
            await self._context.library.delete(conversation_ids)
        except StoreError as error:
            self._problem.setText(sentence(error))
            self._problem.show()
        else:
            self._problem.hide()

    def _show_state(self) -> None:
        count = self.model.rowCount()
        self.list.setVisible(count > 0)
        self._empty.setVisible(count == 0)
        self.empty_button.setEnabled(count > 0)
        selection = self.list.selectionModel()
        if count and not selection.hasSelection():
            self.list.setCurrentIndex(self.model.index(0))
        for button in (self.restore_button, self.delete_button):
            button.setEnabled(selection.hasSelection())

    def _connect(self) -> None:
        for changed in (self.model.modelReset, self.model.rowsInserted, self.model.rowsRemoved):
            changed.connect(self._show_state)
        self.list.selectionModel().selectionChanged.connect(self._show_state)
        self.restore_button.clicked.connect(self._restore)
        self.delete_button.clicked.connect(self._delete_chosen)
        self.empty_button.clicked.connect(self._delete_all)
        self.destroyed.connect(self.model.close)
        until_gone(self, self._context.removing.add(self._show_removing))

    def _lay_out(self) -> None:
        px = self._context.theme.px
        self._heading.setProperty("heading", 2)
        self._empty.setProperty("muted", True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._problem.setProperty("danger", True)
        self._problem.setWordWrap(True)
        self._problem.hide()
        self.removing.setProperty("muted", True)
        self.removing.hide()
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.delete_button.setProperty("danger", True)
        self.empty_button.setProperty("flat", True)
        buttons = row_of(self.empty_button, None, self.delete_button, self.restore_button, spacing=px(8))
        for button in (self.restore_button, self.delete_button, self.empty_button):
            button.setAutoDefault(False)
        items = (self._heading, self._problem, self.list, self._empty, self.removing, buttons)
        margins = (px(24), px(20), px(24), px(20))
        self.setLayout(column_of(*items, grow=(self.list, self._empty), spacing=px(12), margins=margins))
        resize_on_screen(self, QSize(px(560), px(440)))
