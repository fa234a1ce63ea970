"""Shows the focus of buttons and lists to those who move it with the keyboard, and spares it those who click."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QPushButton, QWidget
from shiboken6 import isValid

_KEYBOARD = Qt.WidgetAttribute.WA_KeyboardFocusChange
"""Qt sets it on a window when the focus first moves there by Tab or a shortcut, and never takes it back."""


class FocusRings(QObject):
    """Sets the property ``ring`` on what has the focus. What one types in has a ring of its own, always."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._ringed: QWidget | None = None
        app.focusChanged.connect(self._follow)

    @classmethod
    def watch(cls, app: QApplication) -> None:
        """Have the focus of an application shown, as long as the application lives and once for all its themes."""
        if app.findChild(cls, options=Qt.FindChildOption.FindDirectChildrenOnly) is None:
            cls(app)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        wanted = now if isinstance(now, QAbstractButton | QAbstractItemView) and _moved_by_keys(now) else None
        ringed, self._ringed = self._ringed, wanted
        if ringed is not wanted and ringed is not None and isValid(ringed):
            _dress(ringed, ring=False)
        if wanted is not None and ringed is not wanted:
            _dress(wanted, ring=True)


def _moved_by_keys(widget: QWidget) -> bool:
    """A default button is ringed from the start, too: it is what Enter does."""
    window = widget.window()
    if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
        window.setAttribute(_KEYBOARD, False)
        return False
    return window.testAttribute(_KEYBOARD) or (isinstance(widget, QPushButton) and widget.isDefault())


def _dress(widget: QWidget, *, ring: bool) -> None:
    widget.setProperty("ring", ring)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
