"""A tab's context menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop_chat.ui.commands import words_of
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.menu import Menu


def tab_menu(
    parent: QWidget,
    theme: Theme,
    *,
    rename: Callable[[], None] | None,
    close: Callable[[], None],
    close_others: Callable[[], None] | None,
    reopen: Callable[[], None] | None,
) -> Menu:
    """Return the menu; actions that are None are shown disabled."""
    menu = Menu(theme, parent)
    naming = menu.addAction(icon("edit", "muted", beside_text=True), words_of("rename"))
    menu.addSeparator()
    menu.addAction(icon("close", "muted", beside_text=True), words_of("close_tab")).triggered.connect(close)
    others = menu.addAction(tr("Close other tabs"))
    again = menu.addAction(icon("undo", "muted", beside_text=True), words_of("reopen_tab"))
    for entry, action in ((naming, rename), (others, close_others), (again, reopen)):
        entry.setEnabled(action is not None)
        if action is not None:
            entry.triggered.connect(action)
    return menu
