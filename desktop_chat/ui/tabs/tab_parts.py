"""The parts of a tab: its state mark and title, its close button, and the title editor."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolButton, QWidget

from desktop_chat.ui.commands import Scope, command_of, keep_from_window
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.state_mark import MARK, paint_mark

INSET = 13
"""Pixels at zoom 1 before a title and after a close button; Qt's style leaves none."""


class TabLabel(QWidget):
    """A state mark and a title, left-aligned; Qt's style would centre the title and elide it far too early."""

    def __init__(self, theme: Theme, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = title
        self._state = TabState.IDLE
        self._chosen = False
        self._beside_button = False
        self._button = 0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @property
    def title(self) -> str:
        return self._title

    @property
    def state(self) -> TabState:
        return self._state

    def show_title(self, title: str) -> None:
        self._title = title
        self.update()

    def show_state(self, state: TabState) -> None:
        self._state = state
        self.update()

    def show_chosen(self, chosen: bool, *, beside_button: bool) -> None:
        """Highlight the current tab; leave space for a visible close button."""
        self._chosen = chosen
        self._beside_button = beside_button
        self.update()

    def fit(self, width: int, button: int) -> None:
        """Fill a tab of this width whose close button has the width `button`."""
        self._button = button
        self.setFixedSize(width, self._theme.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        left = self._theme.px(INSET)
        if self._state is not TabState.IDLE:
            mark = self._theme.px(MARK)
            paint_mark(painter, QRectF(left - 2, (self.height() - mark) / 2, mark, mark), self._state, self._theme)
            left += mark + self._theme.px(4)
        right = self._button if self._beside_button else self._theme.px(INSET - 2)
        area = self.rect().adjusted(left, 0, -right, 0)
        font = self._theme.ui_font()
        text = QFontMetricsF(font).elidedText(self._title, Qt.TextElideMode.ElideRight, area.width())
        palette = self._theme.palette
        painter.setFont(font)
        painter.setPen(QColor(palette.text if self._chosen else palette.muted))
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


class CloseButton(Retranslated, QToolButton):
    """A tab's close button; invisible and not clickable while it is not offered."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._offered = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.retranslate()

    def offer(self, offered: bool) -> None:
        self._offered = offered
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not offered)
        self.update()

    def fit(self) -> None:
        side, image = self._theme.px(22), self._theme.px(15)
        self.setIconSize(QSize(image, image))
        self.setFixedSize(side + self._theme.px(INSET - 4), side)

    def retranslate(self) -> None:
        self.setToolTip(tr("Close tab"))
        self.setAccessibleName(tr("Close tab"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._offered:
            return
        surface = QRect(0, 0, self.height(), self.height())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.palette.pressed))
            painter.drawRoundedRect(surface, 6, 6)
        place = QRect(QPoint(), self.iconSize())
        place.moveCenter(surface.center())
        icon("close", "text" if self.underMouse() else "muted").paint(painter, place)
        painter.end()


class TabEditor(ImeLineEdit):
    """Edits a title: Enter or losing the focus keeps it, Escape discards it."""

    finished = Signal(str, str)
    """The conversation's id and new title; empty to keep the old one."""

    def __init__(self, conversation_id: str, title: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self._conversation_id = conversation_id
        self._before = title
        self._finished = False
        self.setAccessibleName(tr("Name"))
        self.selectAll()
        self.returnPressed.connect(self._keep)

    def finish(self, *, keep: bool) -> None:
        """Finish editing; further calls do nothing."""
        if self._finished:
            return
        self._finished = True
        title = self.text().strip()
        self.finished.emit(self._conversation_id, title if keep and title != self._before else "")
        self.deleteLater()

    def event(self, event: QEvent) -> bool:
        """Keep Escape from the window's shortcuts."""
        return keep_from_window(event, Scope.PART) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if command_of(event, Scope.PART) == "leave" and not self._composing:
            self.finish(keep=False)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._keep()

    def _keep(self) -> None:
        self.finish(keep=True)
