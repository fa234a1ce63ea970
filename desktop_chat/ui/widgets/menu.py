"""Menus and combo box lists: separate windows, with rounded corners and a shadow if the desktop is composited."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QMenu, QWidget

from desktop_chat.ui.style.elevation import paint_shadow, shadow_reach
from desktop_chat.ui.style.theme import Theme

RADIUS = 8


class Menu(QMenu):
    """A menu that is deleted when it closes. `open_at` and `card_size` exclude its shadow."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._reach = 0
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def card_size(self) -> QSize:
        """Return the size that the menu will have when opened."""
        self._elevate()
        hint = self.sizeHint()
        return QSize(hint.width() - 2 * self._reach, hint.height() - 2 * self._reach)

    def open_at(self, place: QPoint) -> None:
        """Open with the top left corner at a global position."""
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
            _make_translucent(self)
            self.setProperty("elevated", True)  # the style sheet leaves space for the shadow
        self._reach = shadow_reach(self._theme)
        self.ensurePolished()


def round_list(combo: QComboBox) -> None:
    """Round the corners of a combo box's list; call before it first opens."""
    if is_composited():
        _make_translucent(combo.view().window())
        combo.setProperty("rounded", True)


def _make_translucent(window: QWidget) -> None:
    window.setWindowFlags(
        window.windowFlags() | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint
    )
    window.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)


@cache
def is_composited() -> bool:
    """Return whether the desktop is composited; if not, transparent pixels of a window are black."""
    platform = QGuiApplication.platformName()
    return _has_compositor() if platform == "xcb" else platform in {"wayland", "windows", "cocoa"}


def _has_compositor() -> bool:
    """Ask X for the owner of the selection that compositing managers hold, per the freedesktop.org window manager
    hints."""
    import ctypes  # noqa: PLC0415  # not needed at startup

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
