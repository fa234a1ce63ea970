"""Shows a brief message about an action, with a button to undo it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from desktop_chat.ui.style.elevation import paint_elevated, shadow_reach
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.announcements import announce
from desktop_chat.ui.widgets.boxes import fill

SHOWN_MS = 8_000
RADIUS = 12
FROM_BOTTOM = 56
"""Distance in pixels at zoom 1 from the bottom of the conversation: above the button that jumps to its end."""


class Toast(QFrame):
    """Floats over its parent, takes no focus, and disappears by itself unless it is hovered or focused.

    `area` returns where it may appear, in the parent's coordinates, so that it covers neither bars nor the composer.
    """

    def __init__(self, theme: Theme, parent: QWidget, area: Callable[[], QRect]) -> None:
        super().__init__(parent)
        self._theme = theme
        self._area = area
        self._parent_widget = parent
        self._undo: Callable[[], None] | None = None
        self._text = QLabel()
        self._button = QPushButton()
        self._close = QToolButton()
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self._time_out)
        self._button.clicked.connect(self.undo)
        self._close.clicked.connect(self.hide)
        self._lay_out()
        self.hide()
        parent.installEventFilter(self)
        theme.changed.connect(self._fit)

    @property
    def button(self) -> QPushButton:
        """The Undo button."""
        return self._button

    def say(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """Show a message; `undo` is called at most once, when the user asks for it."""
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
        announce(self, text)

    def undo(self) -> None:
        """Undo the last action, if possible."""
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
        if watched is self._parent_widget and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        reach = shadow_reach(self._theme)
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        card = QRectF(self.rect()).adjusted(reach, reach, -reach, -reach)
        paint_elevated(painter, card, self._theme.px(RADIUS), self._theme)
        painter.end()

    def _time_out(self) -> None:
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            self._timer.start()
        else:
            self.hide()

    def _lay_out(self) -> None:
        self._button.setProperty("link", True)
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.setIcon(icon("close", "muted"))
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._row = fill(QHBoxLayout(self), self._text, self._button, self._close)

    def _fit(self) -> None:
        px = self._theme.px
        reach = shadow_reach(self._theme)
        self._row.setContentsMargins(px(16) + reach, px(6) + reach, px(8) + reach, px(6) + reach)
        self._row.setSpacing(px(8))
        self._close.setIconSize(QSize(px(14), px(14)))
        self._place()

    def _place(self) -> None:
        self.adjustSize()
        area, margins = self._area(), self._row.contentsMargins()
        x = area.center().x() - self.width() // 2
        y = area.bottom() - self._theme.px(FROM_BOTTOM) - (self.height() - margins.bottom())
        self.move(max(area.left(), x), max(area.top(), y))
