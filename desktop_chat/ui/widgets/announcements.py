"""Has a screen reader say what no focus tells of: that a reply begins, how many hits there are, what was refused.

Orca before release 45 does not listen to announcements. What it does say is how the description of the widget with the
keyboard changes, so there the words pass through that description.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget
from shiboken6 import isValid

_UNHEARD = "announcementsUnheard"
"""Of the application: True where a screen reader is known not to listen to announcements."""
_DESCRIBED = "describedForNow"
"""Of a widget: True while its description is what was announced last."""
STANDS_IN = "standsIn"
"""Of a widget: True while it is what screen readers take for the parent that has the keyboard."""


def announce(widget: QWidget, words: str) -> None:
    """Have a screen reader say `words` when it is free, once; costs nothing where there is none."""
    if not words or not QAccessible.isActive():
        return
    app = QCoreApplication.instance()
    if app is not None and app.property(_UNHEARD) and (focused := _at_keyboard()) is not None:
        _describe(focused, words)
    else:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


def set_announcements_heard(heard: bool) -> None:
    """Say whether a screen reader listens to announcements."""
    app = QCoreApplication.instance()
    if app is not None:
        app.setProperty(_UNHEARD, not heard)


def _at_keyboard() -> QWidget | None:
    """Return what a screen reader takes for the focus."""
    focused: QWidget | None = QApplication.focusWidget()
    if focused is None or isinstance(focused, QAbstractItemView):
        return focused
    return next((one for one in focused.findChildren(QWidget) if one.property(STANDS_IN)), focused)


def _describe(widget: QWidget, words: str) -> None:
    """Change the description and change it back: each change is told, and one to nothing is not said."""
    if widget.property(_DESCRIBED):  # until the focus goes
        widget.setAccessibleDescription(words if words != widget.accessibleDescription() else f"{words} ")
        return
    own, heard = widget.accessibleDescription(), _description(widget)
    widget.setAccessibleDescription(words)
    if heard:  # it would be said again: it comes back when the focus goes
        widget.setProperty(_DESCRIBED, True)
        _restore_later(widget, own)
    else:
        widget.setAccessibleDescription(own)


def _description(widget: QWidget) -> str:
    """Return what a screen reader has for the description, which may be a tool tip or a placeholder."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Description)


def _restore_later(widget: QWidget, own: str) -> None:
    app = cast("QApplication", QApplication.instance())

    def restore(_before: QWidget | None, _now: QWidget | None) -> None:
        app.focusChanged.disconnect(restore)
        if isValid(widget):
            widget.setProperty(_DESCRIBED, False)
            widget.setAccessibleDescription(own)

    app.focusChanged.connect(restore)
