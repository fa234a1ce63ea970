"""A bar at the top of a pane with a notice and buttons to act on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.widgets.announcements import announce
from desktop_chat.ui.widgets.icon_view import IconView
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

Kind = Literal["info", "warning", "danger", "waiting"]

MIN_TEXT_WIDTH = 200
"""Minimum width in pixels at zoom 1 of the text beside the buttons."""
_ICONS: dict[Kind, tuple[str, str]] = {
    "info": ("info", "muted"),
    "warning": ("warning", "warning"),
    "danger": ("error", "danger"),
    "waiting": ("clock", "muted"),
}


class NoticeBar(QFrame):
    """An icon, a wrapping text, and buttons on the right, each with an action id.

    The text is plain. It is announced to screen readers when the bar appears, and is the bar's accessible name.
    """

    action_triggered = Signal(str)

    def __init__(self, theme: Theme, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._kind = kind
        self._buttons: dict[str, QPushButton] = {}
        self.setProperty("card", True)
        self._icon = IconView()
        self._label = WrappedLabel()
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._choices = QWidget()
        self._choices.hide()
        self._choice_row = QHBoxLayout(self._choices)
        self._row = QHBoxLayout()
        self._row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self._label, 1)
        self._row.addWidget(self._choices, 0, Qt.AlignmentFlag.AlignVCenter)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._row)
        self._fit()
        theme.changed.connect(self._fit)

    @property
    def text(self) -> str:
        return self._label.text()

    def set_text(self, text: str) -> None:
        self._label.setText(text)
        self.setAccessibleName(text)

    def set_actions(self, actions: Sequence[tuple[str, str]]) -> None:
        """Set the buttons as (action id, label); a button that remains keeps the focus."""
        for action_id in [known for known in self._buttons if known not in dict(actions)]:
            self._buttons.pop(action_id).deleteLater()
        for action_id, label in actions:
            if action_id not in self._buttons:
                self._buttons[action_id] = self._add_button(action_id)
            self._buttons[action_id].setText(label)
        self._choices.setVisible(bool(actions))
        self._arrange()

    def button(self, action_id: str) -> QPushButton:
        """Return the button of an action. Raises KeyError if there is none."""
        return self._buttons[action_id]

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            announce(self, self.text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._arrange()

    def _arrange(self) -> None:
        """Place the buttons beside the text, or below it if the text would become too narrow."""
        margins = self._column.contentsMargins()
        inside = self.width() - margins.left() - margins.right()
        taken = self._icon.width() + self._choices.sizeHint().width() + 2 * self._row.spacing()
        below = inside - taken < self._theme.px(MIN_TEXT_WIDTH)
        if below == (self._column.indexOf(self._choices) >= 0):
            return
        source, target = (self._row, self._column) if below else (self._column, self._row)
        source.removeWidget(self._choices)
        target.addWidget(self._choices, 0, Qt.AlignmentFlag.AlignRight if below else Qt.AlignmentFlag.AlignVCenter)

    def _add_button(self, action_id: str) -> QPushButton:
        button = QPushButton(self._choices)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self.action_triggered.emit(action_id))
        self._choice_row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return button

    def _fit(self) -> None:
        px = self._theme.px
        name, colour = _ICONS[self._kind]
        self._icon.show_icon(icon(name, colour), px(18))
        self._column.setContentsMargins(px(14), px(8), px(8), px(8))
        self._column.setSpacing(px(6))
        self._row.setSpacing(px(10))
        self._choice_row.setContentsMargins(0, 0, 0, 0)
        self._choice_row.setSpacing(px(10))
        self._arrange()
        self.setMinimumHeight(px(52))  # the same with and without buttons
