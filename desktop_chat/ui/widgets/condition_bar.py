"""A bar that is shown while a condition holds, and a stack that shows one of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of
from desktop_chat.ui.widgets.notice_bar import Kind, NoticeBar
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.tab_order import reach_at

Words = tuple[str, Sequence[tuple[str, str]]]
"""A text, and the buttons beside it as (action id, label)."""


class ConditionBar(Retranslated, QWidget):
    """A bar shown while a condition holds; in a stack, only if no earlier bar is shown.

    What it consists of is made when it is first shown: every tab has three of them, and hardly any shows one. `words`
    is called whenever the bar appears.
    """

    action_triggered = Signal(str)

    def __init__(self, theme: Theme, kind: Kind, words: Callable[[], Words], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wanted = False
        self._theme = theme
        self._kind = kind
        self._words = words
        self._notice: NoticeBar | None = None
        self._stack: ConditionBarStack | None = None
        self.hide()

    @property
    def text(self) -> str:
        return self._notice.text if self._notice is not None else ""

    def button(self, action_id: str) -> QPushButton:
        """Return the button of an action. Raises KeyError if there is none, or if the bar was never shown."""
        if self._notice is None:
            raise KeyError(action_id)
        return self._notice.button(action_id)

    def join(self, stack: ConditionBarStack) -> None:
        """Let a stack decide whether the bar is visible."""
        self._stack = stack

    def set_wanted(self, wanted: bool) -> None:
        """Set whether the bar has something to show."""
        self.wanted = wanted
        if self._stack is None:
            self.appear(wanted)
        else:
            self._stack.choose()

    def appear(self, shown: bool) -> None:
        """Show or hide the bar."""
        if shown and self.isHidden():
            self._say(self._notice or self._made())
        self.setVisible(shown)

    def retranslate(self) -> None:
        if self._notice is not None and self.wanted:
            self._say(self._notice)

    def _made(self) -> NoticeBar:
        notice = self._notice = NoticeBar(self._theme, self._kind, self)
        notice.action_triggered.connect(self.action_triggered)
        self.setLayout(column_of(notice, margins=NO_MARGINS))
        return notice

    def _say(self, notice: NoticeBar) -> None:
        text, actions = self._words()
        notice.set_text(text)
        notice.set_actions(actions)
        reach_at(self, [notice.button(action_id) for action_id, _ in actions])


class ConditionBarStack(QWidget):
    """Shows only the first bar that has something to show, so that bars never crowd out the conversation."""

    def __init__(self, bars: Sequence[ConditionBar], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars = bars
        self.setLayout(column_of(*bars, margins=NO_MARGINS))
        for bar in bars:
            bar.join(self)
        self.choose()

    def choose(self) -> None:
        """Show one bar, or none."""
        shown = next((bar for bar in self._bars if bar.wanted), None)
        for bar in self._bars:
            bar.appear(bar is shown)
        self.setVisible(shown is not None)
