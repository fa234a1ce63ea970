"""The window-wide commands as actions for menus, buttons and shortcuts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop_chat.ui.commands import COMMANDS, Scope, key_sequences, tooltip, words_of
from desktop_chat.ui.style.icons import icon

MENU = (
    ("new_tab", "quick_question", "reopen_tab"),
    ("attach", "batch"),
    ("find_in_conversation", "search", "rename", "export", "share", "import", "backup"),
    ("copy_reply", "regenerate", "summarise"),
    ("toggle_sidebar", "zoom_in", "zoom_out", "zoom_reset"),
    ("settings", "endpoint", "usage", "shortcuts", "about"),
    ("quit",),
)
"""The main menu: groups of command ids, separated by lines."""


class Actions(QObject):
    """One window's actions; `MainWindow` connects each to what it does, and says when it is enabled."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self._conditions: dict[str, Callable[[], bool]] = {}
        for command in COMMANDS:
            if command.scope is Scope.WINDOW:
                action = QAction(icon(command.icon, "muted") if command.icon else window.windowIcon(), "", window)
                if not command.icon:
                    action.setIconVisibleInMenu(False)
                action.setShortcuts(key_sequences(command.id))
                window.addAction(action)
                self._actions[command.id] = action
        self.retranslate()

    def __getitem__(self, command_id: str) -> QAction:
        return self._actions[command_id]

    def connect_all(self, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Connect each command to its handler. Raises KeyError for an unknown command."""
        for command_id, handler in handlers.items():
            self._actions[command_id].triggered.connect(_without_arguments(handler))

    def enable_when(self, conditions: Mapping[str, Callable[[], bool]]) -> None:
        """Enable each command only while its condition is true, as checked by `update_enabled`."""
        self._conditions.update(conditions)
        self.update_enabled()

    def update_enabled(self) -> None:
        """Check the conditions again."""
        for command_id, can_be_done in self._conditions.items():
            self._actions[command_id].setEnabled(can_be_done())

    def fill(self, menu: QMenu) -> None:
        """Fill `menu` with the main menu."""
        for group in MENU:
            menu.addSeparator()
            menu.addActions([self._actions[command_id] for command_id in group])

    def retranslate(self) -> None:
        for command_id, action in self._actions.items():
            action.setText(words_of(command_id))
            action.setToolTip(tooltip(command_id))


def _without_arguments(handler: Callable[[], object]) -> Callable[[], None]:
    """Drop the `checked` argument of `triggered`."""

    def call() -> None:
        handler()

    return call
