"""A line edit with icons that scale with its font; Qt's own icons keep their size at any zoom."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QToolButton

from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.widgets.icon_view import IconView
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit


class IconLineEdit(ImeLineEdit):
    """An optional icon before the text, and a button after it that triggers an action."""

    def __init__(self, action: QAction, icon_name: str = "") -> None:
        super().__init__()
        self._icon_name = icon_name
        self._before = IconView(self)
        self._before.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.button = QToolButton(self)
        self.button.setDefaultAction(action)
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.setCursor(Qt.CursorShape.ArrowCursor)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()

    def _fit(self) -> None:
        """Derive all lengths from the line height, 20 pixels at zoom 1."""
        line = self.fontMetrics().height()
        side = round(line * 0.8)
        self.button.setIconSize(QSize(side, side))
        self.button.setFixedSize(round(line * 1.4), round(line * 1.4))
        if self._icon_name:
            self._before.show_icon(icon(self._icon_name, "muted"), side)
        self.setTextMargins(round(line * 1.15) if self._icon_name else 0, 0, round(line * 1.1), 0)
        self._place()

    def _place(self) -> None:
        side = self.button.width()
        inset = (self.height() - side) // 2
        self.button.move(self.width() - side - inset, inset)
        inset = (self.height() - self._before.height()) // 2
        self._before.move(inset, inset)
