"""The page of a new conversation before its first question: suggested starters and two shortcuts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_chat.ui.commands import key_text, words_of
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.scroll_area import ScrollArea, SteadyScrollBar

_Starter = tuple[str, Callable[[], str], Callable[[], str]]
"""Icon, button label, and the text for the composer."""

_STARTERS: tuple[_Starter, ...] = (
    ("sparkle", lambda: tr("Explain something"), lambda: tr("Explain in simple terms: ")),
    ("text", lambda: tr("Summarize text"), lambda: tr("Summarize this text in a few sentences:") + "\n\n"),
    ("edit", lambda: tr("Improve my writing"), lambda: tr("Improve the wording of this text:") + "\n\n"),
    ("code", lambda: tr("Write some code"), lambda: tr("Write a Python function that ")),
)
_DEMO_STARTERS: tuple[_Starter, ...] = (
    ("text", lambda: tr("Show a table"), lambda: tr("Show me a table")),
    ("code", lambda: tr("Show some code"), lambda: tr("Show me some code")),
    ("brain", lambda: tr("Think first"), lambda: tr("Think about it first")),
    ("chat", lambda: tr("A long reply"), lambda: tr("Something long, please")),
    ("minus", lambda: tr("A reply cut short"), lambda: tr("Reach the length limit")),
    ("warning", lambda: tr("A server error"), lambda: tr("Show me an error")),
)
"""Prompts that the demo has replies for."""
_HINTS = ("new_tab", "search")
"""Ids of the commands whose shortcuts are shown."""

_SIDE, _BETWEEN_KEYS = 16, 16
"""Pixels at zoom 1: the page's margin, and the gap between two shortcuts."""


class EmptyState(Retranslated, ScrollArea):
    """A heading, starter buttons in the middle of the page and shortcuts below; scrolls if there is too little room."""

    starter_chosen = Signal(str)
    """Text for the composer; for the demo, a complete question."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._title, self._notice = QLabel(), QLabel()
        self._title.setProperty("heading", 1)
        self._notice.setProperty("muted", True)
        self._notice.hide()
        self._starters: tuple[_Starter, ...] = _STARTERS
        self.buttons: list[QPushButton] = []
        self._hints = [(QLabel(), KeyCap(theme)) for _ in _HINTS]
        self._lay_out()
        self.retranslate()
        self._fit()
        theme.changed.connect(self._fit)

    def show_for(self, *, demo: bool, notice: str) -> None:
        """Show the starters for the connection, and a line under the heading; empty for none."""
        self._notice.setText(notice)
        self._notice.setVisible(bool(notice))
        starters = _DEMO_STARTERS if demo else _STARTERS
        if starters is not self._starters:
            self._starters = starters
            self._make_buttons()
            self.retranslate()
            self._fit()

    def retranslate(self) -> None:
        self._title.setText(tr("What would you like to know?"))
        for button, (icon_name, words, _) in zip(self.buttons, self._starters, strict=True):
            button.setText(words())
            button.setIcon(icon(icon_name, "muted", beside_text=True))
        for (label, keys), command_id in zip(self._hints, _HINTS, strict=True):
            label.setText(words_of(command_id))
            keys.setText(key_text(command_id))
        self._arrange()
        self.setAccessibleName(self._title.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _make_buttons(self) -> None:
        """Keep exactly one button per starter: a hidden spare would have no accessible name."""
        for button in self.buttons[len(self._starters) :]:
            self._grid.removeWidget(button)
            button.hide()
            button.deleteLater()
        del self.buttons[len(self._starters) :]
        for number in range(len(self.buttons), len(self._starters)):
            button = self._make_button(number)
            self.buttons.append(button)
            self._grid.addWidget(button, number, 0)
            button.show()

    def _make_button(self, number: int) -> QPushButton:
        button = QPushButton()
        button.setProperty("starter", True)
        button.setAutoDefault(False)
        button.clicked.connect(partial(self._choose, number))
        return button

    def _choose(self, number: int, _checked: bool = False) -> None:
        _, _, text = self._starters[number]
        self.starter_chosen.emit(text())

    def _lay_out(self) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter
        self._page, self._holder, self._grid = QWidget(), QWidget(), QGridLayout()
        self._holder.setLayout(self._grid)
        self._make_buttons()
        self._keys = QHBoxLayout()
        for place, (label, keys) in enumerate(self._hints):
            label.setProperty("muted", True)
            if place:
                self._keys.addSpacing(self._theme.px(_BETWEEN_KEYS))
            self._keys.addWidget(label)
            self._keys.addWidget(keys)
        self._column = QVBoxLayout(self._page)
        self._column.addStretch(2)
        for label in (self._title, self._notice):
            label.setAlignment(centre)
            label.setWordWrap(True)
            self._column.addWidget(label)
        self._column.addWidget(self._holder, 0, centre)
        self._column.addLayout(self._keys)
        self._column.setAlignment(self._keys, centre)
        self._column.addStretch(3)
        self.setWidget(self._page)
        self.setWidgetResizable(True)
        self.setVerticalScrollBar(SteadyScrollBar(self))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # to be centred like the transcript
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _arrange(self) -> None:
        """Place the buttons in two columns, or in one if labels would be cut off; hide the shortcuts if they do not
        fit."""
        page = self.viewport().width() - 2 * self._theme.px(_SIDE)
        room = page - self._grid.spacing()
        wanted = max(button.sizeHint().width() for button in self.buttons)
        columns = 2 if 2 * wanted <= room else 1
        for number, button in enumerate(self.buttons):
            button.setMinimumWidth(max(wanted, min(self._theme.px(216), room // columns)))
            self._grid.addWidget(button, number // columns, number % columns)
        hints = [part for hint in self._hints for part in hint]
        width = sum(part.sizeHint().width() + self._keys.spacing() for part in hints) + self._theme.px(_BETWEEN_KEYS)
        for part in hints:
            part.setVisible(width <= page)

    def _fit(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(_SIDE), px(_SIDE), px(_SIDE), px(_SIDE))
        self._column.setSpacing(px(8))
        self._grid.setContentsMargins(0, px(16), 0, px(16))
        self._grid.setSpacing(px(8))
        self._keys.setSpacing(px(8))
        for button in self.buttons:
            button.setIconSize(QSize(px(18), px(18)))
        self._arrange()


class KeyCap(QLabel):
    """A key's name, drawn as a key."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("muted", True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def sizeHint(self) -> QSize:
        px = self._theme.px
        hint = super().sizeHint()
        return QSize(max(px(28), hint.width() + px(14)), hint.height() + px(6))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.palette.border), 1))
        painter.setBrush(QColor(self._theme.palette.card))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), self._theme.px(5), self._theme.px(5)
        )
        painter.end()
        super().paintEvent(event)
