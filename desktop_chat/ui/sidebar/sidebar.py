"""The sidebar: starting, finding and organising conversations."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QPushButton,
    QToolButton,
    QWidget,
)

from desktop_chat.core.errors import StoreError
from desktop_chat.core.ports import SearchHit
from desktop_chat.ui.actions import Actions
from desktop_chat.ui.commands import Scope, command_of, keep_from_window, tooltip, words_of
from desktop_chat.ui.context import Context
from desktop_chat.ui.sidebar.conversation_list import ConversationListView
from desktop_chat.ui.sidebar.conversation_list_model import ConversationListModel
from desktop_chat.ui.sidebar.drag_out import ConversationDrag
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.text.conversation_title import title_of
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of, row_of
from desktop_chat.ui.widgets.dropped_export import export_in
from desktop_chat.ui.widgets.icon_line_edit import IconLineEdit
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.retranslation import Retranslated

SEARCH_DELAY_MS = 10
"""The first hits come at once, and the next key ends a search; the delay only joins characters that come together."""
MAX_WITH_WORDS = 1.5
"""The largest zoom at which buttons have labels."""


class Sidebar(QWidget):
    """Emits requests; pins and renames conversations in the library itself."""

    trash_requested = Signal(str)
    trash_shown = Signal()
    export_requested = Signal(str)
    export_dropped = Signal(object)
    """The path of another program's export."""
    left = Signal()
    """The user finished here, and the composer should be focused."""
    undo_requested = Signal()

    def __init__(self, context: Context, actions: Actions) -> None:
        super().__init__()
        self._context = context
        self._actions = actions
        self._query = ""
        self._search: asyncio.Task[None] | None = None
        self._search_failed = False
        self._is_blank = True
        """Until the conversations are loaded, the list does not say that there are none."""
        self._loading = False
        self._model = ConversationListModel(context.library, self)
        self._list = ConversationListView(self._model, context.theme)
        self._name = QLabel()
        self._new = QToolButton()
        self._toggle = QToolButton()
        self._field = SearchField()
        self._trash = QPushButton()
        self._settings = QPushButton()
        self._delay = QTimer(self, singleShot=True, interval=SEARCH_DELAY_MS)
        self._lay_out()
        self._connect()
        self.retranslate()
        self._fit()

    @property
    def conversations(self) -> ConversationListView:
        """The list of conversations."""
        return self._list

    def wait(self) -> None:
        """Show that the conversations are loading."""
        self._loading = True
        self._show_hint()

    def refresh(self) -> None:
        """Rebuild the list after the library was loaded."""
        self._loading = self._is_blank = False
        self._show_hint()
        self._model.show_all()

    def close_model(self) -> None:
        """Stop following the library."""
        self._model.close()

    def set_open(self, conversation_id: str) -> None:
        """Mark the active conversation."""
        self._list.set_open(conversation_id)

    def set_state(self, conversation_id: str, state: TabState) -> None:
        """Set the state of a conversation's tab."""
        self._model.set_state(conversation_id, state)

    def add_mark(self, mark: QPushButton) -> None:
        """Add a sign of something that is on, at the bottom."""
        self._bottom.insertWidget(2, mark)

    def focus_search(self) -> None:
        """Focus the search field and select its text."""
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()

    def retranslate(self) -> None:
        self._name.setText("Desktop Chat")
        for button, command_id in ((self._new, "new_tab"), (self._toggle, "toggle_sidebar")):
            button.setToolTip(tooltip(command_id))
        self._new.setAccessibleName(tr("New conversation"))
        self._toggle.setAccessibleName(tr("Hide sidebar"))
        self._field.setToolTip(tooltip("search"))
        self._list.setAccessibleName(tr("Conversations"))
        self._trash.setToolTip(tr("Trash"))
        self._trash.setAccessibleName(tr("Trash"))
        self._settings.setToolTip(tooltip("settings"))
        self._settings.setAccessibleName(tr("Settings"))
        self._show_words()
        self._show_hint()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            if not self._model.searching:
                self._model.show_all()
        elif event.type() == QEvent.Type.ActivationChange:
            self._model.refresh_day()
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if export_in(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if (file := export_in(event.mimeData())) is not None:
            event.acceptProposedAction()
            self.export_dropped.emit(file)

    def _connect(self) -> None:
        self._new.clicked.connect(self._actions["new_tab"].trigger)
        self._toggle.clicked.connect(self._actions["toggle_sidebar"].trigger)
        self._settings.clicked.connect(self._actions["settings"].trigger)
        self._trash.clicked.connect(self.trash_shown)
        self._field.textChanged.connect(self._search_soon)
        self._field.entered.connect(self._enter_list)
        self._field.left.connect(self.left)
        self._list.left.connect(self.left)
        self._delay.timeout.connect(self._begin_search)
        self._list.opened.connect(self._open)
        self._list.trash_requested.connect(self.trash_requested)
        self._list.undo_requested.connect(self.undo_requested)
        self._list.pin_toggled.connect(self._toggle_pin)
        self._list.menu_requested.connect(self._show_menu)
        ConversationDrag(self._context, self._list)
        self._context.theme.changed.connect(self._fit)

    def _search_soon(self, text: str) -> None:
        if self._search is not None:
            self._search.cancel()
        if text.strip():
            self._delay.start()
        else:
            self._delay.stop()
            self._show_all()

    def _begin_search(self) -> None:
        if self._search is not None:
            self._search.cancel()
        self._search = self._context.tasks.start(self._find(self._field.text().strip()), "search")

    async def _find(self, query: str) -> None:
        """Show hits as they are found; until the first one, or until it is certain that there is none, the list stays
        as it is."""
        self._search_failed = False
        begun = False

        def on_hits(hits: list[SearchHit]) -> None:
            nonlocal begun
            if begun:
                self._add_hits(hits)
            else:
                self._show_hits(query, hits)
            begun = True

        try:
            await self._context.library.search(query, on_hits)
        except StoreError:
            self._search_failed = True
        if self._search_failed or not begun:
            self._show_hits(query, [])

    def _show_hits(self, query: str, hits: list[SearchHit]) -> None:
        self._query = query
        self._show_hint()
        self._model.show_hits(hits)  # first, so that no other rows are laid out for the query
        self._list.set_query(query, tall=any(hit.snippet for hit in hits))
        self._list.scrollToTop()

    def _add_hits(self, hits: list[SearchHit]) -> None:
        if any(hit.snippet for hit in hits):
            self._list.set_query(self._query, tall=True)
        self._model.add_hits(hits)

    def _show_all(self) -> None:
        if self._query:
            self._query = ""
            self._show_hint()
            self._list.set_query("", tall=False)
            self._model.leave_hits()

    def _enter_list(self, opening: bool) -> None:
        """Move from the search field to the first row; `opening` opens it."""
        self._list.setFocus(Qt.FocusReason.TabFocusReason)
        self._list.go_to_first()
        if opening and self._list.current_id:
            self._open(self._list.current_id)

    def _open(self, conversation_id: str) -> None:
        """Open a conversation where it was left, or at its search hit."""
        message_id = self._model.found_in(conversation_id)
        self._context.navigator.open_conversation(conversation_id, message_id, self._query)

    def _toggle_pin(self, conversation_id: str) -> None:
        library = self._context.library
        library.pin(conversation_id, pinned=not library[conversation_id].pinned)

    def _share(self, conversation_id: str) -> None:
        from desktop_chat.ui.export.sharing import copy_web_page  # noqa: PLC0415  # not needed at startup

        start_for(self, self._context.tasks, copy_web_page(self._context, conversation_id), "copy a web page")

    def _show_menu(self, conversation_id: str, place: QPoint) -> None:
        from desktop_chat.ui.widgets.menu import Menu  # noqa: PLC0415  # not needed at startup

        menu = Menu(self._context.theme, self)
        menu.setToolTipsVisible(True)
        pinned = self._context.library[conversation_id].pinned
        entries = (
            (tr("Open"), "chat", lambda: self._open(conversation_id)),
            (words_of("rename"), "edit", lambda: self._list.rename(conversation_id)),
            (tr("Unpin") if pinned else tr("Pin"), "pin", lambda: self._toggle_pin(conversation_id)),
            (words_of("share"), "copy", lambda: self._share(conversation_id)),
            (words_of("export"), "save", lambda: self.export_requested.emit(conversation_id)),
            (words_of("trash"), "trash", lambda: self.trash_requested.emit(conversation_id)),
        )
        for text, icon_name, act in entries:
            menu.addAction(icon(icon_name, "muted", beside_text=True), text).triggered.connect(act)
        menu.setAccessibleName(title_of(self._context.library[conversation_id]))
        menu.open_at(place)

    def _show_hint(self) -> None:
        if self._loading:
            self._list.set_hint(
                tr("Loading your conversations"),
                tr(
                    "This can take a moment after an update or while the file is being repaired. You can start "
                    "writing now."
                ),
            )
        elif self._is_blank:
            self._list.set_hint("", "")
        elif not self._query:
            self._list.set_hint(
                tr("No conversations yet"),
                tr(
                    "Your conversations will appear here, newest first. Drop an export of ChatGPT, Claude or others "
                    "here to import it."
                ),
            )
        elif self._search_failed:
            self._list.set_hint(tr("Search failed"), tr("Your conversations cannot be read right now."))
        else:
            self._list.set_hint(tr("No results"), tr("No title or message contains “{query}”.", query=self._query))

    def _lay_out(self) -> None:
        self.setProperty("sidebar", True)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._new.setIcon(icon("new-tab"))
        self._toggle.setIcon(icon("sidebar", "muted"))
        self._name.setProperty("heading", 3)
        self._trash.setIcon(icon("trash", "muted", beside_text=True))
        self._settings.setIcon(icon("settings", "muted", beside_text=True))
        for button in (self._trash, self._settings):
            button.setProperty("flat", True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the focus in the composer
        self._top = row_of(self._name, None, self._toggle, self._new)
        self._search_row = row_of(self._field)
        self._bottom = row_of(self._settings, None, self._trash)
        line = QFrame()
        line.setProperty("line", True)
        items = (self._top, self._search_row, self._list, line, self._bottom)
        self.setLayout(column_of(*items, grow=(self._list,), spacing=0, margins=NO_MARGINS))

    def _fit(self) -> None:
        px = self._context.theme.px
        self._top.setContentsMargins(px(18), px(6), px(8), px(6))
        self._top.setSpacing(px(2))
        self._search_row.setContentsMargins(px(12), px(4), px(12), px(6))
        self._bottom.setContentsMargins(px(8), px(6), px(8), px(6))
        side = px(18)
        for button in (self._new, self._toggle, self._trash, self._settings):
            button.setIconSize(QSize(side, side))
        self._show_words()

    def _show_words(self) -> None:
        """Hide labels at large zooms, where the window would not fit on the screen."""
        words = self._context.theme.zoom <= MAX_WITH_WORDS
        self._name.setVisible(words)
        self._trash.setText(tr("Trash") if words else "")
        self._settings.setText(tr("Settings") if words else "")
        least = self._context.theme.px(200 if words else 150)
        self.setMinimumWidth(max(least, self._bottom.minimumSize().width()))


class SearchField(Retranslated, IconLineEdit):
    """The search field; Escape clears it, then leaves it; Down and Enter move to the results."""

    entered = Signal(bool)
    """Whether to open the first row."""
    left = Signal()

    def __init__(self) -> None:
        self._clear = QAction(icon("close", "muted"), "")
        super().__init__(self._clear, "search")
        self._clear.triggered.connect(self.clear)
        self.textChanged.connect(lambda text: self.button.setVisible(bool(text)))
        self.button.hide()
        self.retranslate()

    def retranslate(self) -> None:
        self.setPlaceholderText(tr("Search"))
        self.setAccessibleName(tr("Search conversations"))
        self._clear.setText(tr("Clear"))

    def event(self, event: QEvent) -> bool:
        """Keep Escape from the window's shortcuts while there is text to clear."""
        return (self._can_be_emptied() and keep_from_window(event, Scope.PART)) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = "" if self._composing else command_of(event, Scope.PART, Scope.LIST)
        if command == "leave" and self._can_be_emptied():
            self.clear()
        elif command == "leave":
            self.left.emit()
        elif command in {"row_down", "choose"}:
            self.entered.emit(command == "choose")
        else:
            super().keyPressEvent(event)

    def _can_be_emptied(self) -> bool:
        return bool(self.text()) and not self._composing
