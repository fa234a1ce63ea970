"""The strip above the chats: tabs, the new-tab button and the menu button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from desktop_chat.ui.actions import Actions
from desktop_chat.ui.commands import tooltip
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.tabs.tab_bar import TabBar
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.retranslation import Retranslated

if TYPE_CHECKING:
    from desktop_chat.ui.widgets.menu import Menu


class TabStrip(Retranslated, QWidget):
    """Gives the tab bar the space left over by the buttons."""

    def __init__(self, theme: Theme, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._actions = actions
        self.bar = TabBar(theme)
        self.toggle = self._button("sidebar", "toggle_sidebar")
        self.new = self._button("new-tab", "new_tab")
        self._all = self._button("chevron-down", "")
        self._menu_button = self._button("more", "")
        self._lay_out()
        self._all.clicked.connect(self._show_all)
        self._menu_button.clicked.connect(self.show_menu)
        actions["menu"].triggered.connect(self.show_menu)
        theme.changed.connect(self.fit)
        self.retranslate()
        self.fit()

    def show_menu(self) -> None:
        """Open the main menu under its button, with the first entry selected."""
        menu = self._new_menu()
        self._actions.fill(menu)
        self._pop_up(menu, self._menu_button)

    def show_toggle(self, shown: bool) -> None:
        """Show or hide the button that brings the sidebar back."""
        self.toggle.setVisible(shown)
        self.fit()

    def fit(self) -> None:
        """Distribute the width again after the strip, the theme or the number of tabs changed."""
        px = self._theme.px
        self._row.setContentsMargins(px(8), 0, px(8), 0)
        self._row.setSpacing(px(2))
        side = px(32)
        for button in (self.toggle, self.new, self._all, self._menu_button):
            button.setIconSize(QSize(px(18), px(18)))
            button.setFixedSize(side, side)
        room = self.width() - 2 * px(8) - 2 * (side + px(2)) - px(12)
        room -= (side + px(2)) * (not self.toggle.isHidden())
        self.bar.set_room(room)
        self._all.setVisible(self.bar.is_crowded)
        if self.bar.is_crowded:
            self.bar.set_room(room - side - px(2))
        self.bar.setMaximumWidth(max(1, room))

    def retranslate(self) -> None:
        for button, name, command_id in (
            (self.toggle, tr("Show sidebar"), "toggle_sidebar"),
            (self.new, tr("New tab"), "new_tab"),
            (self._menu_button, tr("Menu"), "menu"),
        ):
            button.setAccessibleName(name)
            button.setToolTip(tooltip(command_id))
        self._all.setAccessibleName(tr("All tabs"))
        self._all.setToolTip(tr("All tabs"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def _show_all(self) -> None:
        menu = self._new_menu()
        for index, conversation_id in enumerate(self.bar.ids):
            entry = menu.addAction(self.bar.title(conversation_id).replace("&", "&&"))
            entry.setData(conversation_id)
            entry.setCheckable(True)
            entry.setChecked(index == self.bar.currentIndex())
        menu.triggered.connect(lambda entry: self.bar.choose(entry.data()))
        self._pop_up(menu, self._all)

    def _new_menu(self) -> Menu:
        from desktop_chat.ui.widgets.menu import Menu  # noqa: PLC0415  # not needed at startup

        return Menu(self._theme, self)

    def _pop_up(self, menu: Menu, button: QToolButton) -> None:
        place = button.mapToGlobal(QPoint(button.width(), button.height() + 2))
        menu.open_at(place - QPoint(menu.card_size().width(), 0))
        if menu.actions():
            menu.setActiveAction(next(entry for entry in menu.actions() if not entry.isSeparator()))

    def _button(self, icon_name: str, command_id: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(icon_name, "muted"))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if command_id:
            button.clicked.connect(self._actions[command_id].trigger)
        return button

    def _lay_out(self) -> None:
        self.toggle.hide()
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.toggle)
        self._row.addWidget(self.bar)
        self._row.addWidget(self.new)
        self._row.addStretch(1)
        self._row.addWidget(self._all)
        self._row.addWidget(self._menu_button)
