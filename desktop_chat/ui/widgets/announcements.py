"""Announces to screen readers what focus changes do not: a reply starting, the number of hits, what was refused.

Orca before release 45 ignores announcements. It does speak changes to the description of the focused widget, so for it
the text is passed through that description.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget
from shiboken6 import isValid

_UNHEARD = "announcementsUnheard"
"""Property of the application: True if the screen reader is known to ignore announcements."""
_DESCRIBED = "describedForNow"
"""Property of a widget: True while its description is the last announcement."""
STANDS_IN = "standsIn"
"""Property of a widget: True while screen readers see it as the focused widget instead of its parent."""


def announce(widget: QWidget, words: str) -> None:
    """Have a screen reader say `words` once, when it is free; costs nothing without a screen reader."""
    if not words or not QAccessible.isActive():
        return
    app = QCoreApplication.instance()
    if app is not None and app.property(_UNHEARD) and (focused := _at_keyboard()) is not None:
        _describe(focused, words)
    else:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


def set_announcements_heard(heard: bool) -> None:
    """Set whether the screen reader supports announcements."""
    app = QCoreApplication.instance()
    if app is not None:
        app.setProperty(_UNHEARD, not heard)


def _at_keyboard() -> QWidget | None:
    """Return the widget that screen readers see as focused."""
    focused: QWidget | None = QApplication.focusWidget()
    if focused is None or isinstance(focused, QAbstractItemView):
        return focused
    return next((child for child in focused.findChildren(QWidget) if child.property(STANDS_IN)), focused)


def _describe(widget: QWidget, words: str) -> None:
    """Change the description and change it back: each change is reported, but an empty description is not spoken."""
    if widget.property(_DESCRIBED):  # until the focus leaves
        widget.setAccessibleDescription(words if words != widget.accessibleDescription() else f"{words} ")
        return
    own, heard = widget.accessibleDescription(), _description(widget)
    widget.setAccessibleDescription(words)
    if heard:  # restoring it now would speak it again, so it is restored when the focus leaves
        widget.setProperty(_DESCRIBED, True)
        _restore_later(widget, own)
    else:
        widget.setAccessibleDescription(own)


def _description(widget: QWidget) -> str:
    """Return the description that screen readers use, which may be a tooltip or placeholder."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Description)


def _restore_later(widget: QWidget, own: str) -> None:
    app = cast("QApplication", QApplication.instance())

    def restore(_before: QWidget | None, _now: QWidget | None) -> None:
        app.focusChanged.disconnect(restore)
        if isValid(widget):
            widget.setProperty(_DESCRIBED, False)
            widget.setAccessibleDescription(own)

    app.focusChanged.connect(restore)
