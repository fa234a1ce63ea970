"""One table of everything a person can do from the keyboard or the menu, so that menu, tooltips and help agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop_chat.ui.shortcut_text import shortcut_text
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.text.translation import tr


@dataclass(frozen=True, slots=True)
class Command:
    """Something to do. Without `in_window` it is done by the part that has the focus, and only listed in the help."""

    id: str
    group: str
    text: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    in_window: bool = True


MENU = (
    ("new_tab", "reopen_tab"),
    ("find_in_conversation", "find", "rename"),
    ("copy_reply", "regenerate"),
    ("toggle_sidebar", "zoom_in", "zoom_out", "zoom_reset"),
    ("settings", "shortcuts", "about"),
    ("quit",),
)
"""The main menu: groups of command ids, with a line between them."""


def commands(send_key: str = "enter") -> tuple[Command, ...]:
    """Return all commands, in the language of the moment and the order of the help; `send_key` as in the settings."""
    return (
        *_tab_commands(),
        *_conversation_commands(),
        *_writing_commands(send_key),
        *_message_commands(),
        *_window_commands(),
    )


def _tab_commands() -> tuple[Command, ...]:
    group = tr("Tabs")
    return (
        Command("new_tab", group, tr("New tab"), ("Ctrl+T", "Ctrl+N"), "new-tab"),
        Command("close_tab", group, tr("Close tab"), ("Ctrl+W", "Ctrl+F4"), "close"),
        Command("reopen_tab", group, tr("Reopen closed tab"), ("Ctrl+Shift+T",), "undo"),
        Command("next_tab", group, tr("Next tab"), ("Ctrl+Tab", "Ctrl+PgDown")),
        Command("previous_tab", group, tr("Previous tab"), ("Ctrl+Shift+Tab", "Ctrl+PgUp")),
        Command("tab_1_to_8", group, tr("Tabs 1 to 8"), ("Ctrl+1 … 8",), in_window=False),
        Command("last_tab", group, tr("Last tab"), ("Ctrl+9",)),
    )


def _conversation_commands() -> tuple[Command, ...]:
    group = tr("Conversations")
    return (
        Command("find", group, tr("Search conversations"), ("Ctrl+K", "Ctrl+Shift+F"), "search"),
        Command("find_in_conversation", group, tr("Find in this conversation"), ("Ctrl+F",), "find"),
        Command("find_next", group, tr("Next match"), ("F3", "Ctrl+G")),
        Command("find_previous", group, tr("Previous match"), ("Shift+F3", "Ctrl+Shift+G")),
        Command("rename", group, tr("Rename"), ("F2",), "edit"),
        Command("trash", group, tr("Move to trash"), ("Del",), "trash", in_window=False),
        Command("undo_trash", group, tr("Restore from trash"), ("Ctrl+Z",), "undo", in_window=False),
    )


def _writing_commands(send_key: str) -> tuple[Command, ...]:
    group = tr("Messages")
    sends, breaks = ("Enter", "Shift+Enter") if send_key == "enter" else ("Ctrl+Enter", "Enter")
    return (
        Command("focus_composer", group, tr("Write a message"), ("Ctrl+L",), "edit"),
        Command("send", group, tr("Send"), (sends,), "send", in_window=False),
        Command("break_line", group, tr("New line"), (breaks,), in_window=False),
        Command("recall", group, tr("Recall an earlier message (in an empty composer)"), ("Up",), in_window=False),
    )


def _message_commands() -> tuple[Command, ...]:
    group = tr("Messages")
    return (
        Command("stop", group, tr("Stop reply"), ("Esc",), "stop"),
        Command("regenerate", group, tr("Regenerate last reply"), ("Ctrl+Shift+R",), "regenerate"),
        Command("copy_reply", group, tr("Copy last reply"), ("Ctrl+Shift+C",), "copy"),
        Command("next_message", group, tr("Next message"), ("Alt+Down",), in_window=False),
        Command("previous_message", group, tr("Previous message"), ("Alt+Up",), in_window=False),
        Command("scroll", group, tr("Scroll conversation"), ("PgUp", "PgDown"), in_window=False),
    )


def _window_commands() -> tuple[Command, ...]:
    group = tr("Window")
    return (
        Command("toggle_sidebar", group, tr("Show or hide sidebar"), ("Ctrl+B",), "sidebar"),
        Command("menu", group, tr("Menu"), ("F10",), "more"),
        Command("zoom_in", group, tr("Zoom in"), ("Ctrl++", "Ctrl+="), "new-tab"),
        Command("zoom_out", group, tr("Zoom out"), ("Ctrl+-",), "minus"),
        Command("zoom_reset", group, tr("Actual size"), ("Ctrl+0",)),
        Command("settings", group, tr("Settings"), ("Ctrl+,",), "settings"),
        Command("shortcuts", group, tr("Keyboard shortcuts"), ("F1", "Ctrl+/"), "keyboard"),
        Command("about", group, tr("About Desktop Chat"), (), "info"),
        Command("quit", group, tr("Quit"), ("Ctrl+Q",)),
    )


class Actions(QObject):
    """The commands of one window as actions; their shortcuts work wherever the focus is in it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        for command in commands():
            if command.in_window:
                action = QAction(icon(command.icon, "muted") if command.icon else window.windowIcon(), "", window)
                if not command.icon:
                    action.setIconVisibleInMenu(False)
                action.setShortcuts([QKeySequence(text) for text in command.shortcuts])
                window.addAction(action)
                self._actions[command.id] = action
        self.retranslate()

    def __getitem__(self, command_id: str) -> QAction:
        return self._actions[command_id]

    def connect_all(self, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Do `handlers[id]` when the command is triggered. Raises KeyError for a command that does not exist."""
        for command_id, handler in handlers.items():
            self._actions[command_id].triggered.connect(_without_arguments(handler))

    def tooltip(self, command_id: str) -> str:
        """Return what the command does, with its first shortcut."""
        return self._actions[command_id].toolTip()

    def fill(self, menu: QMenu) -> None:
        """Make `menu` the main menu."""
        for group in MENU:
            menu.addSeparator()
            menu.addActions([self._actions[command_id] for command_id in group])

    def retranslate(self) -> None:
        for command in commands():
            action = self._actions.get(command.id)
            if action is None:
                continue
            action.setText(command.text)
            shortcut = shortcut_text(action.shortcut().toString())
            action.setToolTip(
                tr("{command} ({shortcut})", command=command.text, shortcut=shortcut) if shortcut else command.text
            )


def _without_arguments(handler: Callable[[], object]) -> Callable[[], None]:
    """Drop the checked state that `triggered` carries."""

    def call() -> None:
        handler()

    return call
