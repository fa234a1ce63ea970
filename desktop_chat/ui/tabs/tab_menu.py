"""The menu of a tab."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.menu import Menu

if TYPE_CHECKING:
    from desktop_chat.ui.tabs.tab_manager import TabManager


def tab_menu(tabs: TabManager, theme: Theme, conversation_id: str) -> Menu:
    """Return what can be done with one of the tabs."""
    menu = Menu(theme, tabs)
    rename = menu.addAction(icon("edit", "muted", beside_text=True), tr("Rename"))
    rename.triggered.connect(partial(tabs.rename, conversation_id))
    menu.addSeparator()
    close = menu.addAction(icon("close", "muted", beside_text=True), tr("Close tab"))
    close.triggered.connect(partial(tabs.close_tab, conversation_id))
    others = menu.addAction(tr("Close other tabs"))
    others.triggered.connect(partial(tabs.close_others, conversation_id))
    others.setEnabled(len(tabs.ids) > 1)
    reopen = menu.addAction(icon("undo", "muted", beside_text=True), tr("Reopen closed tab"))
    reopen.triggered.connect(tabs.reopen)
    reopen.setEnabled(tabs.can_reopen)
    return menu
