"""The transcript as screen readers see it: a list named "Transcript" with one item of text for each message.

Qt keeps bare pointers to these objects and deletes them itself: the list with its widget, an item when it is told to.
Python must not delete one before that, so all of them are kept here until Qt has let go.
"""

from __future__ import annotations

import weakref
from functools import cache
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleInterface, QWindow
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from desktop_chat.ui.i18n import tr
from desktop_chat.ui.transcript.words import speaker

if TYPE_CHECKING:
    from desktop_chat.ui.transcript.view import TranscriptView

_Text = QAccessible.Text
_kept: list[TranscriptInterface] = []
"""All lists that Qt may still ask, and with them their items."""
_NONE = cast(QAccessibleInterface, None)
"""Qt takes a null pointer for "no such thing"; PySide's types do not say so."""


@cache
def install() -> None:
    """Let Qt ask here for the interface of a transcript; once per process."""
    QAccessible.installFactory(_made)


def announce(view: TranscriptView, words: str) -> None:
    """Have a screen reader say something when it is free."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(view, words))


def interface_of(view: TranscriptView) -> TranscriptInterface:
    """Return a new interface for a view, which Qt deletes with the view."""
    _kept[:] = [one for one in _kept if isValid(one)]
    interface = TranscriptInterface(view)
    _kept.append(interface)
    view.destroyed.connect(interface.forget_items)
    return interface


def _made(_key: str, thing: QObject) -> QAccessibleInterface | None:
    interface = getattr(thing, "accessible_interface", None)
    return interface() if callable(interface) else None


class _Interface(QAccessibleInterface):
    """What both have in common."""

    def __init__(self, view: TranscriptView) -> None:
        super().__init__()
        self._view = weakref.ref(view)

    @property
    def view(self) -> TranscriptView:
        view = self._view()
        if view is None:
            raise RuntimeError("the transcript is gone")  # Qt asks only what says that it is valid
        return view

    def isValid(self) -> bool:
        view = self._view()
        return view is not None and isValid(view)

    def window(self) -> QWindow:
        return self.view.window().windowHandle()

    def setText(self, _kind: QAccessible.Text, _text: str) -> None:
        """Nothing here can be written."""

    def childAt(self, _x: int, _y: int) -> QAccessibleInterface:
        return _NONE


class TranscriptInterface(_Interface):
    """The list."""

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self._items: dict[str, tuple[MessageInterface, int]] = {}
        """With the number under which Qt knows each."""

    def forget_items(self, _view: QObject | None = None) -> None:
        """Have Qt delete the items of messages that are not shown any more; of all when the view is gone."""
        for message_id, (item, number) in list(self._items.items()):
            if not item.isValid():
                QAccessible.deleteAccessibleInterface(number)
                del self._items[message_id]

    def object(self) -> QObject:
        return self.view

    def parent(self) -> QAccessibleInterface:
        above = self.view.parentWidget() or QApplication.instance()
        return QAccessible.queryAccessibleInterface(above) if above is not None else _NONE

    def childCount(self) -> int:
        return self.view.model.rowCount()

    def child(self, index: int) -> QAccessibleInterface:
        if not 0 <= index < self.childCount():
            return _NONE
        message_id = self.view.model.row(index).message.id
        if message_id not in self._items:
            item = MessageInterface(self.view, message_id)
            self._items[message_id] = item, QAccessible.registerAccessibleInterface(item)
        return self._items[message_id][0]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        place = self.view.model.place_of(child.message_id) if isinstance(child, MessageInterface) else None
        return -1 if place is None else place

    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        point = self.view.viewport().mapFromGlobal(QPoint(x, y))
        placed = self.view.toucher.entry_at(point.y())
        return self.child(placed.spot.place) if placed is not None else _NONE

    def text(self, kind: QAccessible.Text) -> str:
        return self.view.accessibleName() if kind == _Text.Name else ""

    def rect(self) -> QRect:
        return QRect(self.view.mapToGlobal(QPoint(0, 0)), self.view.size())

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.List

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.focusable = True
        state.focused = self.view.hasFocus()
        state.invisible = not self.view.isVisible()
        return state


class MessageInterface(_Interface):
    """One message: its name is who speaks and what is said."""

    def __init__(self, view: TranscriptView, message_id: str) -> None:
        super().__init__(view)
        self.message_id = message_id

    def isValid(self) -> bool:
        return super().isValid() and self.view.model.place_of(self.message_id) is not None

    def object(self) -> QObject:
        return cast(QObject, None)

    def parent(self) -> QAccessibleInterface:
        return QAccessible.queryAccessibleInterface(self.view)

    def childCount(self) -> int:
        return 0

    def child(self, _index: int) -> QAccessibleInterface:
        return _NONE

    def indexOfChild(self, _child: QAccessibleInterface) -> int:
        return -1

    def text(self, kind: QAccessible.Text) -> str:
        message = self.view.model.message(self.message_id)
        if message is None or kind != _Text.Name:
            return ""
        return tr("{name}: {words}", name=speaker(message), words=message.text)

    def rect(self) -> QRect:
        place = self.view.model.place_of(self.message_id)
        mine = [one for one in self.view.placed if one.spot.place == place]
        if not mine:
            return QRect()
        corner = self.view.viewport().mapToGlobal(QPoint(self.view.column_x, mine[0].y))
        return QRect(corner.x(), corner.y(), self.view.document.width, mine[-1].y + mine[-1].entry.height - mine[0].y)

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.readOnly = True
        state.multiLine = True
        state.offscreen = self.rect().isEmpty()
        return state
