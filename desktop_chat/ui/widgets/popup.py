"""A panel that floats beside a button over the window, and closes with Escape or a click elsewhere."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop_chat.ui.commands import Scope, command_of, keep_from_window
from desktop_chat.ui.style.elevation import paint_elevated, shadow_reach
from desktop_chat.ui.style.theme import Theme

GAP = 6
RADIUS = 12


class Popup(QWidget):
    """Shown with `open_at`; hidden rather than deleted, so that it keeps its state.

    It is a child of the window, not a window of its own: this gives it a shadow and rounded corners on every desktop,
    and screen readers find it. It is not a QFrame, which resets its margins to its frame width whenever the style
    changes.
    """

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self._anchor: QWidget | None = None
        self._focus_before: QWidget | None = None
        self.hide()
        theme.changed.connect(self._place_soon)
        parent.destroyed.connect(self.deleteLater)  # while open, it is a child of the window

    def wanted_size(self) -> QSize:
        """Return the size of the card if there is enough room."""
        hint, margins = self.sizeHint(), 2 * self._margin
        return QSize(hint.width() - margins, hint.height() - margins)

    def open_at(self, anchor: QWidget) -> None:
        """Show above `anchor` if there is room, else below or beside it; always entirely within the window."""
        self._anchor = anchor
        self._focus_before = QApplication.focusWidget()
        self.setParent(anchor.window())
        self._place()
        self.show()
        self.raise_()
        app = cast("QApplication", QApplication.instance())
        app.installEventFilter(self)
        app.focusChanged.connect(self._follow_focus)

    @property
    def _margin(self) -> int:
        return shadow_reach(self.theme)

    @property
    def _card(self) -> QRect:
        margin = self._margin
        return self.rect().adjusted(margin, margin, -margin, -margin)

    def _place_soon(self) -> None:
        QTimer.singleShot(0, self, self._place)  # after its content has adapted to the theme

    def _place(self) -> None:
        window, margin, gap = self.parentWidget(), self._margin, self.theme.px(GAP)
        if window is None or self._anchor is None or not isValid(self._anchor):
            return
        self.setContentsMargins(margin, margin, margin, margin)
        room = window.rect().adjusted(gap, gap, -gap, -gap)
        size = self.wanted_size().boundedTo(room.size())
        corner = self._anchor.mapTo(window, QPoint(0, 0))
        button = QRect(corner, self._anchor.size())
        card = QRect(_corner(size, button, room, gap), size)
        self.setGeometry(card.adjusted(-margin, -margin, margin, margin))

    def event(self, event: QEvent) -> bool:
        """Keep Escape from the window's shortcuts."""
        return keep_from_window(event, Scope.PART) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if command_of(event, Scope.PART) == "leave":
            self.close()
            event.accept()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Keep Tab inside the popup."""
        start = QApplication.focusWidget() or self
        widget = _neighbour(start, forward=forward)
        while widget is not None and widget is not start:
            takes_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
            if takes_tab and self.isAncestorOf(widget) and widget.isVisible() and widget.isEnabled():
                widget.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
                break
            widget = _neighbour(widget, forward=forward)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close on a click on the shadow, which is outside the card."""
        if not self._card.contains(event.position().toPoint()):
            self.close()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._anchor is None:
            return
        self._anchor = None
        app = cast("QApplication", QApplication.instance())
        app.removeEventFilter(self)
        app.focusChanged.disconnect(self._follow_focus)
        before, self._focus_before = self._focus_before, None
        now = app.focusWidget()
        if (now is None or self.isAncestorOf(now)) and before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Resize and watched is self.parentWidget():
            self._place()
        elif kind == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget) and self._is_elsewhere(watched):
            on_anchor = watched is self._anchor
            self.close()
            return on_anchor  # otherwise the anchor would reopen it
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        paint_elevated(painter, QRectF(self._card), self.theme.px(RADIUS), self.theme)
        painter.end()

    def _is_elsewhere(self, widget: QWidget) -> bool:
        is_own = widget is self or self.isAncestorOf(widget)
        return not is_own and widget.window() is self.parentWidget()

    def _follow_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        # a click on the anchor is handled by the event filter
        if now is not None and now is not self._anchor and self._is_elsewhere(now):
            self.close()


def _corner(size: QSize, button: QRect, room: QRect, gap: int) -> QPoint:
    above, below = button.top() - gap - size.height(), button.bottom() + 1 + gap
    y = above if above >= room.top() else below
    if y + size.height() > room.bottom() + 1:  # fits neither above nor below: move up as far as needed
        y = max(room.top(), min(above, room.bottom() + 1 - size.height()))
    x = max(room.left(), min(button.left(), room.right() + 1 - size.width()))
    return QPoint(x, y)


def _neighbour(widget: QWidget, *, forward: bool) -> QWidget | None:
    return widget.nextInFocusChain() if forward else widget.previousInFocusChain()
