"""The card around the composer, which shows the focus of the text inside it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from desktop_chat.ui.style.theme import Theme

_TAB_REASONS = frozenset({Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason})


class ComposerCard(QFrame):
    """Draws a ring around itself if the focus came with the Tab key, or where something is about to be dropped, else a
    thin line; a click focuses the text."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._focused: QWidget
        """The text."""
        self._has_focus_ring = False
        self._is_drop_target = False
        self.setProperty("card", True)

    def surround(self, text: QWidget) -> None:
        """Show the focus of this widget inside; to be called before the card is shown."""
        self._focused = text
        text.installEventFilter(self)

    def set_drop_target(self, is_target: bool) -> None:
        """Show that what is dragged will go here."""
        self._is_drop_target = is_target
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._focused and isinstance(event, QFocusEvent):
            self._has_focus_ring = event.gotFocus() and event.reason() in _TAB_REASONS
            self.update()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Clicking anywhere in the card focuses the text."""
        self._focused.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not (self._focused.hasFocus() or self._is_drop_target):
            return
        palette, has_ring = self._theme.palette, self._has_focus_ring or self._is_drop_target
        width, colour = (2, palette.accent) if has_ring else (1, palette.accent_border)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colour), width))
        radius, inset = self._theme.px(12), width / 2
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius - inset, radius - inset
        )
        painter.end()
