"""The main window: sidebar and tabs, the commands connected to them, and its saved state."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QMoveEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget

from desktop_chat.core.open_request import OpenRequest
from desktop_chat.core.settings import ZOOM_STEPS
from desktop_chat.core.workspace import Workspace
from desktop_chat.ui.actions import Actions
from desktop_chat.ui.context import Context
from desktop_chat.ui.sidebar.sidebar import Sidebar
from desktop_chat.ui.tabs.tab_manager import TabManager
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.screen_geometry import geometry_text, resize_on_screen, restore_geometry
from desktop_chat.ui.window.tab_commands import TabCommands
from desktop_chat.ui.window.window_dialogs import WindowDialogs
from desktop_chat.ui.window.zoom_wheel import ZoomWheel

if TYPE_CHECKING:
    from desktop_chat.ui.chat.tab import ChatTab
    from desktop_chat.ui.widgets.toast import Toast
    from desktop_chat.ui.window.notices import Notices
    from desktop_chat.ui.window.report_notice import Report

MINIMUM_SIZE = QSize(640, 420)
DEFAULT_SIZE = QSize(1180, 780)


class MainWindow(Retranslated, QMainWindow):
    """Requests closing instead of closing: the application stops the replies first, then calls `allow_close`."""

    close_requested = Signal()
    quick_requested = Signal()
    workspace_changed = Signal()

    def __init__(
        self,
        context: Context,
        workspace: Workspace,
        *,
        make_tab: Callable[[str, QWidget], ChatTab],
        data_folder: Path,
    ) -> None:
        super().__init__()
        self._context = context
        self._may_close = False
        self.hides_instead: Callable[[], bool] = lambda: False
        """Whether closing only hides the window, because it can be brought back."""
        self._unrestored: Workspace | None = workspace
        """The saved workspace, until its tabs are restored."""
        self._to_open: Workspace | None = None
        """The workspace to restore once the window is visible."""
        self._dialogs = WindowDialogs(context, data_folder, self)
        self._sidebar_width = workspace.sidebar_width
        self._zoom_wheel = ZoomWheel(self)
        self._zoom_wheel.turned.connect(self._zoom)
        self._actions = Actions(self)
        self._sidebar = Sidebar(context, self._actions)
        self._tabs = TabManager(context, self._actions, make_tab)
        self._lay_out()
        self._connect()
        self._restore(workspace)
        self.retranslate()

    @property
    def tabs(self) -> TabManager:
        """The open tabs."""
        return self._tabs

    @property
    def sidebar(self) -> Sidebar:
        """The list of all conversations."""
        return self._sidebar

    @cached_property
    def toast(self) -> Toast:
        """Brief messages; created when first needed."""
        from desktop_chat.ui.widgets.toast import Toast  # noqa: PLC0415  # not needed at startup

        return Toast(self._context.theme, self._tabs, self._toast_area)

    def _toast_area(self) -> QRect:
        tab = self._tabs.current
        if tab is None:
            return self._tabs.rect()
        return tab.reading_area().translated(tab.mapTo(self._tabs, QPoint()))

    def workspace(self) -> Workspace:
        """Return the window's current state; the saved one if it was never shown."""
        if self._unrestored is not None and not self.isVisible():
            return self._unrestored
        unrestored, ids, size = self._unrestored, self._tabs.ids, self.normalGeometry().size()
        return Workspace(
            tabs=unrestored.tabs if unrestored else self._tabs.open_tabs(),
            active=unrestored.active if unrestored else ids.index(self._tabs.current_id),
            closed=unrestored.closed if unrestored else self._tabs.closed_tabs(),
            geometry=geometry_text(self),
            width=max(0, size.width()),
            height=max(0, size.height()),
            sidebar_width=self._sidebar_width,
            sidebar_shown=not self._sidebar.isHidden(),
            endpoint_folder_open=self._sidebar.conversations.folder_open,
            usage=self._dialogs.usage_choice,
        )

    def wait_for_conversations(self) -> None:
        """Show that the conversations are loading, and let the user type meanwhile; `open_tabs` follows."""
        self._sidebar.wait()
        self._tabs.begin_early()

    def open_tabs(self, workspace: Workspace) -> None:
        """Restore a workspace's tabs once the library is loaded and the window is visible."""
        if not self.isVisible():
            self._to_open = workspace
            return
        self._unrestored = self._to_open = None
        self._sidebar.refresh()
        self._tabs.restore(workspace)

    def open_request(self, request: OpenRequest) -> None:
        """Show what another start of the program or a link asks for; nothing is ever sent by it."""
        from desktop_chat.ui.window.request_opening import open_request  # noqa: PLC0415  # kept out of the start

        self.come_forward()
        if not open_request(request, self._context, self._tabs):
            self.toast.say(tr("There is no connection named “{name}”.", name=request.connection))

    def come_forward(self) -> None:
        """Show the window in front of others, as far as the desktop allows it."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def open_settings(self, page: str = "") -> None:
        """Show the settings at one of its `PAGES`, or at a connection by its id."""
        self.come_forward()
        self._dialogs.settings(page)

    def open_usage(self) -> None:
        """Show what was used and what it cost."""
        self.come_forward()
        self._dialogs.usage()

    def ask_for_key(self, connection_id: str) -> None:
        """Show the settings where a connection's key is entered."""
        self.open_settings(connection_id)

    def begin_conversation(self, prompt: str) -> None:
        """Start a conversation in a new tab, with `prompt` in the composer, unsent."""
        self.come_forward()
        self._tabs.new_tab(prompt=prompt)

    def open_conversation(self, conversation_id: str, message_id: str = "", words: str = "") -> None:
        """Show a conversation, optionally at a message; where there are `words`, they are found and marked in it."""
        self.come_forward()
        if message_id:
            self._tabs.open_at(conversation_id, message_id, words)
        else:
            self._tabs.open(conversation_id)

    def say(self, words: str) -> None:
        """Show a message for a while."""
        self.toast.say(words)

    def offer_undo(self, words: str, undo: Callable[[], None]) -> None:
        """Show a message about an action, with an Undo button for a while."""
        self.toast.say(words, undo)

    def show_crash(self, details: str) -> None:
        """Show a crash report and continue."""
        self._dialogs.crash(details)

    def tell(self, report: Report) -> None:
        """Show a notice above the tabs until the user closes it; duplicates are ignored."""
        self._notices.tell(report)

    def allow_close(self) -> None:
        """Let the next close request close the window."""
        self._may_close = True

    def finish(self) -> None:
        """Save the drafts of all tabs when the application is ending."""
        self._tabs.finish()

    def retranslate(self) -> None:
        self._actions.retranslate()
        self.setWindowTitle("Desktop Chat")
        self.setAccessibleName("Desktop Chat")
        self._name_toggle()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Handle Ctrl+wheel anywhere in the window, as all widgets ignore it."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_wheel.turn(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            self._sidebar.close_model()
            super().closeEvent(event)
            return
        event.ignore()
        if self.hides_instead():
            self.hide()
        else:
            self.close_requested.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._to_open is not None:
            self.open_tabs(self._to_open)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.workspace_changed.emit()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.workspace_changed.emit()

    # --- commands ------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        tabs = self._tabs
        self._actions.connect_all(
            {
                "new_tab": tabs.new_tab,
                "quick_question": self.quick_requested.emit,
                "close_tab": lambda: tabs.ask_to_close(tabs.current_id),
                "reopen_tab": tabs.reopen,
                "next_tab": partial(tabs.step, 1),
                "previous_tab": partial(tabs.step, -1),
                "last_tab": partial(tabs.activate_place, -1),
                "search": self._search,
                "rename": self._rename,
                "export": lambda: self._dialogs.export(tabs.current_id),
                "share": lambda: self._dialogs.share(tabs.current_id),
                "backup": self._dialogs.backup,
                "import": self._dialogs.import_file,
                "toggle_sidebar": self._toggle_sidebar,
                "zoom_in": partial(self._zoom, 1),
                "zoom_out": partial(self._zoom, -1),
                "zoom_reset": partial(self._zoom, 0),
                "batch": tabs.new_batch,
                "settings": self.open_settings,
                "endpoint": partial(self.open_settings, "endpoint"),
                "usage": self.open_usage,
                "shortcuts": self._dialogs.shortcuts,
                "about": self._dialogs.about,
                "quit": self.close_requested.emit,
                **TabCommands(tabs).handlers(),
                **{f"tab_{place + 1}": partial(tabs.activate_place, place) for place in range(8)},
            }
        )
        self._actions.enable_when({"reopen_tab": lambda: tabs.can_reopen, "stop": self._is_replying})
        tabs.activated.connect(self._follow_active)
        tabs.state_changed.connect(self._follow_state)
        tabs.changed.connect(self.workspace_changed)
        tabs.changed.connect(self._actions.update_enabled)
        self._sidebar.trash_requested.connect(self._trash)
        self._sidebar.trash_shown.connect(self._dialogs.trash)
        self._sidebar.export_requested.connect(self._dialogs.export)
        self._sidebar.export_dropped.connect(self._dialogs.import_file)
        self._sidebar.left.connect(tabs.focus_active)
        self._sidebar.conversations.folder_toggled.connect(self.workspace_changed)
        self._dialogs.usage_chosen.connect(self.workspace_changed)
        self._sidebar.undo_requested.connect(self._undo)
        self._splitter.splitterMoved.connect(self._note_width)

    def _is_replying(self) -> bool:
        return self._states.get(self._tabs.current_id) in {TabState.STREAMING, TabState.ASKING, TabState.RUNNING}

    def _follow_active(self, conversation_id: str) -> None:
        self._sidebar.set_open(conversation_id)
        self._actions.update_enabled()

    def _follow_state(self, conversation_id: str, state: TabState) -> None:
        self._states[conversation_id] = state
        self._sidebar.set_state(conversation_id, state)
        self._actions.update_enabled()

    def _search(self) -> None:
        if self._sidebar.isHidden():
            self._toggle_sidebar()
        self._sidebar.focus_search()

    def _rename(self) -> None:
        """Rename the conversation focused in the sidebar, else the active one."""
        conversations = self._sidebar.conversations
        if conversations.hasFocus() and conversations.current_id:
            conversations.rename(conversations.current_id)
        else:
            self._tabs.rename(self._tabs.current_id)

    def _toggle_sidebar(self) -> None:
        if self._sidebar.isAncestorOf(self.focusWidget()):
            self._tabs.focus_active()
        self._sidebar.setVisible(self._sidebar.isHidden())
        self._share_width()
        self._name_toggle()
        self.workspace_changed.emit()

    def _zoom(self, steps: int) -> None:
        preferences = self._context.preferences
        now = min(range(len(ZOOM_STEPS)), key=lambda n: abs(ZOOM_STEPS[n] - preferences.settings.zoom))
        wanted = min(len(ZOOM_STEPS) - 1, max(0, now + steps)) if steps else ZOOM_STEPS.index(1.0)
        preferences.update(zoom=ZOOM_STEPS[wanted])

    def _trash(self, conversation_id: str) -> None:
        was_open = conversation_id in self._tabs.ids
        self._context.library.trash(conversation_id)
        self.offer_undo(tr("Moved to trash."), partial(self._restore_trashed, conversation_id, was_open=was_open))

    def _undo(self) -> None:
        self.toast.undo()

    def _restore_trashed(self, conversation_id: str, *, was_open: bool) -> None:
        if conversation_id in self._context.library:
            self._context.library.restore(conversation_id)
            if was_open:
                self._tabs.open(conversation_id)

    @cached_property
    def _notices(self) -> Notices:
        """The notices above the tabs; most windows never have any."""
        from desktop_chat.ui.window.notices import Notices  # noqa: PLC0415  # not needed at startup

        notices = Notices(self._context.theme, self)
        notices.action_triggered.connect(self._act_on_notice)
        self._rows.insertWidget(0, notices)
        return notices

    def _act_on_notice(self, action: str, report: Report) -> None:
        from desktop_chat.core.reports import CertificatesUnconfirmed, UnexpectedExit  # noqa: PLC0415  # not needed at startup
        from desktop_chat.ui.widgets.open_link import open_releases  # noqa: PLC0415  # not needed at startup

        if action == "restore":
            self._dialogs.restore()
        elif action == "download":
            open_releases()
        elif isinstance(report, CertificatesUnconfirmed):
            self._dialogs.trust(report)
        elif isinstance(report, UnexpectedExit):
            self._dialogs.report(report.crash_report)

    # --- layout --------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._states: dict[str, TabState] = {}
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self._sidebar)
        self._splitter.addWidget(self._tabs)
        self._splitter.setStretchFactor(1, 1)
        centre = QWidget()
        rows = self._rows = QVBoxLayout(centre)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._splitter, 1)
        self.setCentralWidget(centre)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setMinimumSize(MINIMUM_SIZE)

    def _restore(self, workspace: Workspace) -> None:
        if not restore_geometry(self, workspace.geometry):
            # Qt restores a window's size only on a screen about as wide as the one it was saved on.
            size = QSize(workspace.width, workspace.height) if workspace.width and workspace.height else DEFAULT_SIZE
            resize_on_screen(self, size.expandedTo(MINIMUM_SIZE))
        self._sidebar.setVisible(workspace.sidebar_shown)
        self._sidebar.conversations.open_folder(workspace.endpoint_folder_open)
        self._dialogs.usage_choice = workspace.usage
        self._share_width()

    def _share_width(self) -> None:
        self._splitter.setSizes([self._sidebar_width, max(1, self.width() - self._sidebar_width)])

    def _note_width(self) -> None:
        self._sidebar_width = self._sidebar.width()
        self.workspace_changed.emit()

    def _name_toggle(self) -> None:
        self._tabs.strip.show_toggle(self._sidebar.isHidden())
