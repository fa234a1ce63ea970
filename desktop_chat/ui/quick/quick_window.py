"""The quick window: one question and its reply, in a small window above all others."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QClipboard,
    QCloseEvent,
    QCursor,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QMoveEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from desktop_chat.core.entities import ChatOptions
from desktop_chat.core.library_events import ConversationChanged, ConversationsRemoved, LibraryEvent
from desktop_chat.core.new_conversation import default_options
from desktop_chat.core.workspace import Workspace
from desktop_chat.ui.commands import COMMANDS, Command, Scope, command_of, key_sequences, tooltip, words_of
from desktop_chat.ui.context import Context
from desktop_chat.ui.quick.quick_tab import QuickTab
from desktop_chat.ui.style.icons import app_icon, icon
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.qt_tasks import start_for, until_gone
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.screen_geometry import geometry_text, restore_geometry, room_on_screen

HIDE = "quick_hide"
WIDTH, HEIGHT = 600, 500
"""Pixels at zoom 1, until the person chooses others; the height is the one with a reply."""
LEAST_WIDTH, LEAST_HEIGHT = 400, 300
_UNBOUNDED = 16_777_215
"""Qt's own QWIDGETSIZE_MAX."""
_SCROLL_BAR = 12
"""The room at the right that a transcript keeps for its scroll bar; as much at the left keeps the composer centred."""
KEPT_S = 600.0
"""How long after it was hidden the window still shows the last conversation; after that it begins a new one."""


class QuickWindow(Retranslated, QWidget):
    """Hidden rather than closed. Shows only the composer until there is a reply. Conversations in it are ordinary."""

    hidden = Signal()
    place_changed = Signal()
    """Something that the workspace remembers."""

    def __init__(self, context: Context, workspace: Workspace, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.WindowStaysOnTopHint)
        self._context = context
        self._clock = clock
        self.setWindowIcon(app_icon())
        self._geometry, self._height = workspace.quick_geometry, workspace.quick_height
        self._tab: QuickTab | None = None
        self._hidden_at = 0.0
        self._grown = False
        """Whether it has its full height."""
        self._copied_last = False
        """Whether something was copied after the last selection."""
        clipboard = QGuiApplication.clipboard()
        clipboard.dataChanged.connect(partial(self._note_copied, copied=True))
        clipboard.selectionChanged.connect(partial(self._note_copied, copied=False))
        self._actions = {command.id: self._make_action(command) for command in COMMANDS if command.scope is Scope.QUICK}
        self._actions["quick_insert"].triggered.connect(self._insert)
        self._actions["quick_attach"].triggered.connect(self._attach)
        self._actions["quick_new"].triggered.connect(self._begin_anew)
        self._actions["quick_continue"].triggered.connect(self._continue)
        self._actions["quick_stop"].triggered.connect(self._stop)
        self._lay_out()
        until_gone(self, context.library.events.add(self._follow))
        context.theme.changed.connect(self._fit)
        self.retranslate()
        self._fit()

    @property
    def tab(self) -> QuickTab | None:
        """The conversation in it; None before the first one."""
        return self._tab

    @property
    def place(self) -> dict[str, object]:
        """Where it is and how large, as fields of the workspace."""
        return {"quick_geometry": self._geometry, "quick_height": self._height}

    def open(self, options: ChatOptions | None = None, prompt: str = "") -> None:
        """Show it, ready to write, with a new conversation or the one of a moment ago; `prompt` is not sent."""
        tab = self._tab
        if tab is None or self._is_over(tab) or ((prompt or options) and tab.is_used):
            tab = self._begin(options)
        elif not tab.is_used:
            self._context.library.set_options(tab.conversation_id, options or self._default_options())
        if prompt:
            tab.set_prompt(prompt)
        if not self.isVisible():
            self._put_in_place()
        self.show()
        self.raise_()
        self.activateWindow()
        tab.set_active(True)
        tab.focus_composer()

    def _note_copied(self, *, copied: bool) -> None:
        self._copied_last = copied

    def _attach(self) -> None:
        if self._tab is not None:
            self._tab.file_intake.ask()

    def _insert(self) -> None:
        """Paste what is selected in another window, where the system tells of that, else what was copied; an image,
        such as a screenshot, also if it was copied after that."""
        clipboard, tab = QGuiApplication.clipboard(), self._tab
        mode = QClipboard.Mode.Selection
        is_selected = clipboard.supportsSelection() and not clipboard.ownsSelection() and clipboard.text(mode).strip()
        if not is_selected or (self._copied_last and clipboard.mimeData().hasImage()):
            mode = QClipboard.Mode.Clipboard
        if tab is not None:
            tab.composer.edit.insertFromMimeData(clipboard.mimeData(mode))
            tab.focus_composer()

    def finish(self) -> None:
        """Keep what is written; the end has begun."""
        if self._tab is not None:
            self._tab.keep_draft()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Quick question"))
        for command_id, action in self._actions.items():
            action.setText(words_of(command_id))
            action.setToolTip(tooltip(command_id))
        self._actions["quick_insert"].setIconText(tr("Insert"))
        for button in self._buttons:
            button.setAccessibleName(button.defaultAction().text())

    # --- what Qt says ------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What no part of it had a use for."""
        if command_of(event, Scope.QUICK) == HIDE:
            self.hide()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit_height()
        return handled

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._hidden_at = self._clock()
        if self._tab is not None:
            self._tab.keep_draft()
            self._tab.set_active(False)
        self.hidden.emit()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._note_place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._note_place()

    # --- the conversation --------------------------------------------------------------------------------------------

    def _begin_anew(self) -> None:
        self._begin()

    def _begin(self, options: ChatOptions | None = None) -> QuickTab:
        """Begin a conversation; the one before is left as it is, and a reply in it goes on."""
        context = self._context
        conversation = context.library.create(options or self._default_options())
        tab = QuickTab(context, conversation.id)
        self._leave()
        self._tab = tab
        self._rows.insertWidget(0, tab, 1)
        tab.pages.currentChanged.connect(self._show_page)
        tab.composer.model_requested.connect(self._grow)
        tab.composer.options_requested.connect(self._grow)
        tab.opened.connect(partial(self._follow_model, tab))
        tab.state_changed.connect(self._show_state)
        self._grown = False
        self._show_page()
        self._show_state()
        self._stop_loading = start_for(tab, context.tasks, tab.load(), f"load {conversation.id[:8]}")
        if self.isVisible():
            tab.set_active(True)
            tab.focus_composer()
        return tab

    def _follow_model(self, tab: QuickTab) -> None:
        """A list of models needs more room than the composer."""
        if tab.page is not None:
            tab.page.presenter.model_wanted.connect(self._grow)

    def _leave(self) -> None:
        tab, self._tab = self._tab, None
        if tab is not None:
            self._stop_loading()
            tab.leave()
            tab.hide()
            self._rows.removeWidget(tab)
            tab.deleteLater()

    def _is_over(self, tab: QuickTab) -> bool:
        """Say whether the last conversation has had its time: it is read, and nothing is written below it."""
        if self.isVisible() or tab.state is not TabState.IDLE or tab.composer.is_used or not tab.is_used:
            return False
        return self._clock() - self._hidden_at > KEPT_S

    def _continue(self) -> None:
        """Show the conversation in a tab of the main window, with what is written; a reply goes on there."""
        if self._tab is not None:
            self._tab.keep_draft()
            self._context.navigator.open_conversation(self._tab.conversation_id)
            self._leave()
            self.hide()

    def _stop(self) -> None:
        if self._tab is not None and self._tab.page is not None:
            self._tab.page.presenter.stop()

    def _follow(self, event: LibraryEvent) -> None:
        """A conversation that is thrown away elsewhere is shown no more."""
        if self._tab is None:
            return
        shown, is_gone = self._tab.conversation_id, False
        if isinstance(event, ConversationChanged):
            is_gone = event.conversation.id == shown and event.conversation.trashed_at is not None
        elif isinstance(event, ConversationsRemoved):
            is_gone = shown in event.conversation_ids
        if is_gone and self.isVisible():
            self._begin()
        elif is_gone:
            self._leave()

    def _default_options(self) -> ChatOptions:
        context = self._context
        return default_options(context.connections, context.preferences.settings, context.models.get)

    # --- shape -------------------------------------------------------------------------------------------------------

    def _make_action(self, command: Command) -> QAction:
        action = QAction(self)
        if command.icon:
            action.setIcon(icon(command.icon, "muted"))
        if command.id != HIDE:  # Escape belongs to the innermost part that has a use for it
            action.setShortcuts(key_sequences(command.id))
        self.addAction(action)
        return action

    def _lay_out(self) -> None:
        self._rows = QVBoxLayout(self)
        self._rows.setSpacing(0)
        self._foot = QHBoxLayout()
        self._buttons = [self._button(name) for name in ("quick_insert", "quick_new", "quick_continue")]
        self._foot.addWidget(self._buttons[0])
        self._foot.addWidget(self._buttons[1])
        self._foot.addStretch()
        self._foot.addWidget(self._buttons[2])
        self._rows.addLayout(self._foot)

    def _button(self, command_id: str) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(self._actions[command_id])
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setProperty("muted", True)
        return button

    def _show_page(self) -> None:
        if self._tab is not None:
            self._grown = self._grown or self._tab.has_page
            self._tab.pages.setVisible(self._grown)
            self._fit_height()

    def _grow(self) -> None:
        self._grown = True
        self._show_page()

    def _show_state(self) -> None:
        used = self._tab is not None and self._tab.state is not TabState.IDLE
        self._actions["quick_stop"].setEnabled(used)

    def _fit_height(self) -> None:
        """Be as high as the composer or, with a reply, as the person wants it, without leaving the screen."""
        px = self._context.theme.px
        if not self._grown:
            self.setFixedHeight(self._rows.sizeHint().height())
        elif self.minimumHeight() == self.maximumHeight():
            wanted = min(self._height or px(HEIGHT), room_on_screen(self).height())
            self.setMinimumHeight(px(LEAST_HEIGHT))
            self.setMaximumHeight(_UNBOUNDED)
            self.resize(self.width(), wanted)
            below = self.frameGeometry().bottom() - self.screen().availableGeometry().bottom()
            if below > 0:
                self.move(self.x(), self.y() - below)

    def _put_in_place(self) -> None:
        px = self._context.theme.px
        if not restore_geometry(self, self._geometry):
            screen = QGuiApplication.screenAt(QCursor.pos()) or self.screen()
            room = screen.availableGeometry()
            self.resize(min(px(WIDTH), room.width()), self.height())
            self.move(room.center().x() - self.width() // 2, room.top() + room.height() // 5)
        self._fit_height()

    def _note_place(self) -> None:
        if self.isVisible():
            self._geometry = geometry_text(self)
            if self._grown:
                self._height = self.height()
            self.place_changed.emit()

    def _fit(self) -> None:
        px = self._context.theme.px
        self.setMinimumWidth(px(LEAST_WIDTH))
        self._rows.setContentsMargins(px(_SCROLL_BAR), px(12), 0, px(8))
        self._foot.setContentsMargins(px(16), 0, px(20), 0)
        self._fit_height()
