"""The icon in the desktop's tray: says whether replies are running, and leads to conversations and to Quit."""

from __future__ import annotations

from functools import cached_property, partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from desktop_chat.core.settings import Settings
from desktop_chat.ui.commands import words_of
from desktop_chat.ui.context import Context
from desktop_chat.ui.style.icons import app_icon
from desktop_chat.ui.text.conversation_title import title_of
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.qt_tasks import until_gone
from desktop_chat.ui.widgets.tray_host import has_tray

RECENT = 5
"""How many conversations the menu offers."""
_ICON, _DOT = 64, 26
"""Pixels of the icon, and of the dot in its corner that means that replies are running."""


class Tray(QObject):
    """Shows the icon if the settings say so and the desktop has a tray."""

    activated = Signal()
    new_requested = Signal()
    quick_requested = Signal()
    quit_requested = Signal()

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._is_wanted = False
        until_gone(self, context.sessions.replying.add(self._show_replies))
        until_gone(self, context.preferences.changed.add(self._follow))
        self._follow(context.preferences.settings)

    @property
    def is_shown(self) -> bool:
        """Whether the program can be reached through the icon."""
        return self._is_wanted and has_tray()

    def look_for_tray(self) -> bool:
        """Show the icon if it is wanted and a tray is there by now. Return whether it is shown."""
        if self.is_shown and not self._icon.isVisible():
            self._icon.setVisible(True)
        return self.is_shown

    @property
    def keeps_window(self) -> bool:
        """Whether closing the window only hides it."""
        return self.is_shown and self._context.preferences.settings.tray == "close"

    @cached_property
    def _icon(self) -> QSystemTrayIcon:
        """Made when it is first wanted: Qt then asks the desktop, and waits for its answer."""
        icon = QSystemTrayIcon(self)
        icon.setContextMenu(self._menu)
        icon.activated.connect(self._activate)
        return icon

    @cached_property
    def _menu(self) -> QMenu:
        menu = QMenu(self._window)
        menu.aboutToShow.connect(self._fill)
        return menu

    def _follow(self, settings: Settings) -> None:
        was_wanted, self._is_wanted = self._is_wanted, settings.tray != "off"
        if self._is_wanted:
            self._fill()
            self._show_replies(self._context.sessions.replies)  # in the language of the moment
        if self._is_wanted is not was_wanted:
            # On X11 Qt waits for a panel that starts later.
            self._icon.setVisible(self._is_wanted and (has_tray() or QGuiApplication.platformName() == "xcb"))

    def _show_replies(self, count: int) -> None:
        if not self._is_wanted:
            return
        self._icon.setIcon(_with_dot(app_icon(), self._context.theme.palette.accent) if count else app_icon())
        running = tr("%n reply(ies) running", n=count)
        self._icon.setToolTip(tr("{name}: {words}", name="Desktop Chat", words=running) if count else "Desktop Chat")

    def _activate(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.activated.emit()

    def _fill(self) -> None:
        """Offer what there is now, in the language of the moment."""
        menu, library = self._menu, self._context.library
        menu.clear()
        menu.addAction(tr("Show Desktop Chat"), self.activated.emit)
        menu.addAction(words_of("new_tab"), self.new_requested.emit)
        menu.addAction(words_of("quick_question"), self.quick_requested.emit)
        menu.addSeparator()
        for conversation in sorted(library.shown(), key=lambda one: -one.updated_at)[:RECENT]:
            title = menu.fontMetrics().elidedText(title_of(conversation), Qt.TextElideMode.ElideRight, 260)
            show = partial(self._context.navigator.open_conversation, conversation.id)
            menu.addAction(title.replace("&", "&&")).triggered.connect(lambda _checked=False, show=show: show())
        menu.addSeparator()
        menu.addAction(words_of("quit"), self.quit_requested.emit)


def _with_dot(icon: QIcon, colour: str) -> QIcon:
    image = icon.pixmap(_ICON, _ICON)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    place = _ICON - _DOT
    painter.setBrush(QColor("#ffffff"))
    painter.drawEllipse(place, place, _DOT, _DOT)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(place + 4, place + 4, _DOT - 8, _DOT - 8)
    painter.end()
    return QIcon(image)
