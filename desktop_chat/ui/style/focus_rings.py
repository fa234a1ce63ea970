"""Shows the focus of buttons and lists only when it was moved with the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QPushButton, QWidget
from shiboken6 import isValid

_KEYBOARD = Qt.WidgetAttribute.WA_KeyboardFocusChange
"""Qt sets this on a window when the focus first moves by Tab or a shortcut, and never resets it."""


class FocusRings(QObject):
    """Sets the property `ring` on the focused widget. Text inputs always have a ring of their own."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._current: QWidget | None = None
        app.focusChanged.connect(self._follow)

    @classmethod
    def watch(cls, app: QApplication) -> None:
        """Show the focus in an application for its whole lifetime; further calls do nothing."""
        if app.findChild(cls, options=Qt.FindChildOption.FindDirectChildrenOnly) is None:
            cls(app)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        wanted = now if isinstance(now, QAbstractButton | QAbstractItemView) and _moved_by_keys(now) else None
        previous, self._current = self._current, wanted
        if previous is not wanted and previous is not None and isValid(previous):
            _set_ring(previous, ring=False)
        if wanted is not None and previous is not wanted:
            _set_ring(wanted, ring=True)


def _moved_by_keys(widget: QWidget) -> bool:
    """Return whether to show the focus; a default button always shows it, because Enter triggers it."""
    window = widget.window()
    if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
        window.setAttribute(_KEYBOARD, False)
        return False
    return window.testAttribute(_KEYBOARD) or (isinstance(widget, QPushButton) and widget.isDefault())


def _set_ring(widget: QWidget, *, ring: bool) -> None:
    widget.setProperty("ring", ring)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
