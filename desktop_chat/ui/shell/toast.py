"""Says in passing what has just been done, and offers to undo it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from desktop_chat.ui.i18n import tr
from desktop_chat.ui.icons import icon
from desktop_chat.ui.theme import Theme

SHOWN_MS = 8_000
FROM_TOP = 56
"""Pixels at zoom 1: below the tabs."""


class Toast(QFrame):
    """Lies over its parent, takes no focus, goes by itself; under the pointer or with the focus in it, it stays."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._over = parent
        self._undo: Callable[[], None] | None = None
        self._text = QLabel()
        self._button = QPushButton()
        self._close = QToolButton()
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self._go)
        self._button.clicked.connect(self.undo)
        self._close.clicked.connect(self.hide)
        self._lay_out()
        self.hide()
        parent.installEventFilter(self)
        theme.changed.connect(self._fit)

    @property
    def button(self) -> QPushButton:
        """The button that undoes."""
        return self._button

    def say(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """Show a text; `undo` is done when the person asks for it, once."""
        self._undo = undo
        self._text.setText(text)
        self._button.setText(tr("Undo"))
        self._button.setVisible(undo is not None)
        self._close.setAccessibleName(tr("Close"))
        self._close.setToolTip(tr("Close"))
        self.setAccessibleName(text)
        self._fit()
        self.show()
        self.raise_()
        self._timer.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def undo(self) -> None:
        """Take back what was said last, if that can be done."""
        undo, self._undo = self._undo, None
        self.hide()
        if undo is not None:
            undo()

    def hideEvent(self, event: QEvent) -> None:
        self._timer.stop()
        self._undo = None
        super().hideEvent(event)  # type: ignore[arg-type]

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if self.isVisible():
            self._timer.start()
        super().leaveEvent(event)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _go(self) -> None:
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            self._timer.start()
        else:
            self.hide()

    def _lay_out(self) -> None:
        self.setProperty("card", "outline")
        self._button.setProperty("link", True)
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.setIcon(icon("close", "muted"))
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._row = QHBoxLayout(self)
        for widget in (self._text, self._button, self._close):
            self._row.addWidget(widget)

    def _fit(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(16), px(6), px(8), px(6))
        self._row.setSpacing(px(8))
        self._close.setIconSize(QSize(px(14), px(14)))
        self._place()

    def _place(self) -> None:
        self.adjustSize()
        self.move((self._over.width() - self.width()) // 2, self._theme.px(FROM_TOP))
