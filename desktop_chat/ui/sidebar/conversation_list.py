"""The view of the conversation list: opening, hover actions, keys, and renaming in place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QLabel, QVBoxLayout, QWidget

from desktop_chat.ui.commands import Scope, command_of
from desktop_chat.ui.sidebar.conversation_delegate import ConversationDelegate
from desktop_chat.ui.sidebar.conversation_list_model import ConversationListModel, ListRole
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.widgets.even_list_view import EvenListView

_FOLDER_COMMANDS = frozenset({"choose", "expand", "collapse"})


class ConversationListView(EvenListView):
    """Emits requests by conversation id; changes only titles itself."""

    opened = Signal(str)
    pin_toggled = Signal(str)
    trash_requested = Signal(str)
    undo_requested = Signal()
    left = Signal()
    folder_toggled = Signal()
    """The user opened or closed the folder."""
    menu_requested = Signal(str, QPoint)
    """Conversation id and global position."""

    def __init__(self, model: ConversationListModel, theme: Theme) -> None:
        super().__init__()
        self._conversations = model
        self._theme = theme
        self._delegate = ConversationDelegate(theme, self)
        self._kept_id = ""
        self._pressed_at = QPoint()
        self._double = False
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setProperty("sidebar", True)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self._hint = EmptyHint(self.viewport())
        self._fit()
        self._connect()

    @property
    def current_id(self) -> str:
        """The id of the current conversation; empty if there is none."""
        return str(self.currentIndex().data(ListRole.CONVERSATION_ID) or "")

    def index_of(self, conversation_id: str) -> QModelIndex:
        """Return the index of a conversation; invalid if it is not listed."""
        return self._conversations.index_of(conversation_id)

    def set_open(self, conversation_id: str) -> None:
        """Mark the active conversation, and make it current unless the list has the focus."""
        before, self._delegate.open_id = self._delegate.open_id, conversation_id
        if not self.hasFocus():
            self.set_current(conversation_id)
        for changed in (before, conversation_id):
            self.viewport().update(self.visualRect(self.index_of(changed)))

    def set_current(self, conversation_id: str) -> None:
        """Make a conversation current and scroll to it."""
        index = self.index_of(conversation_id)
        self._kept_id = conversation_id
        self.setCurrentIndex(index)

    @property
    def folder_open(self) -> bool:
        """Whether the folder of the local endpoint's callers is open."""
        return self._conversations.folder_open

    def open_folder(self, opened: bool) -> None:
        """Open or close that folder."""
        self._delegate.folder_open = opened
        self._conversations.open_folder(opened)

    def set_query(self, query: str, *, tall: bool) -> None:
        """Mark `query` in titles and snippets; `tall` gives rows a second line for snippets."""
        self._delegate.query = query
        self._delegate.tall = tall
        self._lay_out_rows()

    def set_hint(self, title: str, text: str) -> None:
        """Set the hint shown when the list is empty; no hint if the title is empty."""
        self._hint.say(title, text)
        self._place_hint()

    def rename(self, conversation_id: str) -> None:
        """Edit a conversation's title in its row."""
        index = self.index_of(conversation_id)
        if index.isValid():
            self.set_current(conversation_id)
            self.edit(index)

    def go_to_first(self) -> None:
        """Make the first conversation current; up to two headings may precede it, that of a closed folder being one."""
        rows = range(min(3, self._conversations.rowCount()))
        ids = (str(self._conversations.index(row, 0).data(ListRole.CONVERSATION_ID) or "") for row in rows)
        self.set_current(next((conversation_id for conversation_id in ids if conversation_id), ""))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = command_of(event, Scope.CONVERSATION_LIST, Scope.PART, Scope.LIST)
        if self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)  # not handled by the editor
        elif command == "leave":
            self.left.emit()
        elif command == "trash" and self.current_id:
            self.trash_requested.emit(self.current_id)
        elif command == "choose" and self.current_id:
            self.opened.emit(self.current_id)
        elif command == "undo_trash":
            self.undo_requested.emit()
        elif command in _FOLDER_COMMANDS and self._is_folder(self.currentIndex()):
            self._toggle_folder(command)
        else:
            super().keyPressEvent(event)
            self._kept_id = self.current_id

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.current_id and not self._is_folder(self.currentIndex()):
            self.go_to_first()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._double = False
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._double = True
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(event.position().toPoint())
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position().toPoint()
        super().mouseReleaseEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_hint()

    def _connect(self) -> None:
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._request_menu)
        self.clicked.connect(self._click)
        self._conversations.rowsInserted.connect(self._keep_current)
        self._conversations.rowsRemoved.connect(self._place_hint)
        self._conversations.modelReset.connect(self._keep_current)
        self._theme.changed.connect(self._fit)

    def _click(self, index: QModelIndex) -> None:
        conversation_id = str(index.data(ListRole.CONVERSATION_ID) or "")
        if self._is_folder(index):
            self._toggle_folder()
        if not conversation_id or self._double:
            return
        action = self._delegate.action_at(self.visualRect(index), self._pressed_at)
        if action == "pin":
            self.pin_toggled.emit(conversation_id)
        elif action == "trash":
            self.trash_requested.emit(conversation_id)
        else:
            self._kept_id = conversation_id
            self.opened.emit(conversation_id)

    @staticmethod
    def _is_folder(index: QModelIndex) -> bool:
        return bool(index.data(ListRole.FOLDER_SIZE))

    def _toggle_folder(self, command: str = "choose") -> None:
        opened = not self.folder_open if command == "choose" else command == "expand"
        if opened != self.folder_open:
            self.open_folder(opened)
            self.folder_toggled.emit()

    def _request_menu(self, place: QPoint) -> None:
        """Request a menu, by mouse or by the menu key for the current row."""
        index = self.indexAt(place)
        conversation_id = str(index.data(ListRole.CONVERSATION_ID) or "")
        if conversation_id:
            self.menu_requested.emit(conversation_id, self.viewport().mapToGlobal(place))

    def _hover(self, place: QPoint | None) -> None:
        before = self._delegate.pointer
        self._delegate.pointer = place
        for point in (before, place):
            if point is not None:
                self.viewport().update(self.visualRect(self.indexAt(point)))

    def _keep_current(self) -> None:
        """Make the same conversation current again after rows moved."""
        self._place_hint()
        if self._kept_id and self._kept_id != self.current_id:
            index = self.index_of(self._kept_id)
            if index.isValid():
                self.setCurrentIndex(index)

    def _place_hint(self) -> None:
        self._hint.setGeometry(self.viewport().rect())
        self._hint.setVisible(self._conversations.rowCount() == 0)

    def _lay_out_rows(self) -> None:
        self.doItemsLayout()
        self.viewport().update()

    def _fit(self) -> None:
        self.verticalScrollBar().setSingleStep(self._theme.px(20))
        self._hint.fit(self._theme)
        self._lay_out_rows()


class EmptyHint(QWidget):
    """The hint in an empty list."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._title, self._text = QLabel(), QLabel()
        self._rows = QVBoxLayout(self)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
            self._rows.addWidget(label)
        self._text.setProperty("muted", True)
        self._rows.addStretch()

    def say(self, title: str, text: str) -> None:
        self._title.setText(title)
        self._text.setText(text)

    def fit(self, theme: Theme) -> None:
        self._rows.setContentsMargins(theme.px(24), theme.px(48), theme.px(24), theme.px(24))
        self._rows.setSpacing(theme.px(6))
