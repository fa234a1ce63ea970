"""Menus and the lists of combo boxes: windows of their own, rounded and with a shadow where the desktop composites."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QMenu, QWidget

from desktop_chat.ui.style.elevation import paint_shadow, shadow_reach
from desktop_chat.ui.style.theme import Theme

RADIUS = 8


class Menu(QMenu):
    """A menu that is gone when it closes. `open_at` and `card_size` do not count its shadow."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._reach = 0
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def card_size(self) -> QSize:
        """Return the size of the menu when it opens now."""
        self._elevate()
        hint = self.sizeHint()
        return QSize(hint.width() - 2 * self._reach, hint.height() - 2 * self._reach)

    def open_at(self, place: QPoint) -> None:
        """Open with the upper left corner at a place on the screen."""
        self._elevate()
        self.popup(place - QPoint(self._reach, self._reach))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._reach:
            painter = QPainter(self)
            card = QRectF(self.rect()).adjusted(self._reach, self._reach, -self._reach, -self._reach)
            paint_shadow(painter, card, self._theme.px(RADIUS), self._theme)
            painter.end()
        super().paintEvent(event)

    def _elevate(self) -> None:
        if not is_composited():
            return
        if not self._reach:
            _see_through(self)
            self.setProperty("elevated", True)  # the style sheet keeps room for the shadow
        self._reach = shadow_reach(self._theme)
        self.ensurePolished()


def round_list(combo: QComboBox) -> None:
    """Round the corners of the list that a combo box opens; to be called before it first opens."""
    if is_composited():
        _see_through(combo.view().window())
        combo.setProperty("rounded", True)


def _see_through(window: QWidget) -> None:
    window.setWindowFlags(
        window.windowFlags() | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint
    )
    window.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)


@cache
def is_composited() -> bool:
    """Say whether the desktop paints what is behind a window's transparent pixels; without that they are black."""
    platform = QGuiApplication.platformName()
    return _has_compositor() if platform == "xcb" else platform in {"wayland", "windows", "cocoa"}


def _has_compositor() -> bool:
    """Ask X who owns the selection that compositing managers own by the freedesktop.org window manager hints."""
    import ctypes  # noqa: PLC0415 -- kept out of the start

    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return False
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = x11.XGetSelectionOwner.restype = ctypes.c_ulong
    opened: int | None = x11.XOpenDisplay(None)
    if opened is None:
        return False
    display = ctypes.c_void_p(opened)
    screen = x11.XDefaultScreen(display)
    atom = ctypes.c_ulong(x11.XInternAtom(display, f"_NET_WM_CM_S{screen}".encode(), False))
    owner: int = x11.XGetSelectionOwner(display, atom)
    x11.XCloseDisplay(display)
    return owner != 0
