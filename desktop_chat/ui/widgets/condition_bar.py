"""A bar that is shown while a condition holds, and a stack that shows one of several."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of
from desktop_chat.ui.widgets.notice_bar import Kind, NoticeBar
from desktop_chat.ui.widgets.retranslation import Retranslated


class ConditionBar(Retranslated, NoticeBar):
    """A bar shown while a condition holds; in a stack, only if no earlier bar is shown."""

    def __init__(self, theme: Theme, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(theme, kind=kind, parent=parent)
        self.wanted = False
        self._stack: ConditionBarStack | None = None
        self.hide()

    def join(self, stack: ConditionBarStack) -> None:
        """Let a stack decide whether the bar is visible."""
        self._stack = stack

    def set_wanted(self, wanted: bool) -> None:
        """Set whether the bar has something to show."""
        self.wanted = wanted
        if self._stack is None:
            self.setVisible(wanted)
        else:
            self._stack.choose()


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
            bar.setVisible(bar is shown)
        self.setVisible(shown is not None)
