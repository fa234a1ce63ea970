"""A bar that is there as long as something is so, and a stack that shows one of several."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.widgets.notice_bar import Kind, NoticeBar
from desktop_chat.ui.widgets.retranslation import Retranslated


class StatusBar(Retranslated, NoticeBar):
    """A bar that is there as long as something is so; in a stack, unless something weightier is."""

    def __init__(self, theme: Theme, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(theme, kind=kind, parent=parent)
        self.wanted = False
        self._stack: StatusBarStack | None = None
        self.hide()

    def join(self, stack: StatusBarStack) -> None:
        """Leave it to a stack whether it is seen."""
        self._stack = stack

    def set_wanted(self, wanted: bool) -> None:
        """Say whether there is something to say."""
        self.wanted = wanted
        if self._stack is None:
            self.setVisible(wanted)
        else:
            self._stack.choose()


class StatusBarStack(QWidget):
    """Shows the first of its bars that has something to say, so that they never leave the conversation without room."""

    def __init__(self, bars: Sequence[StatusBar]) -> None:
        super().__init__()
        self._bars = bars
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for bar in bars:
            column.addWidget(bar)
            bar.join(self)
        self.choose()

    def choose(self) -> None:
        """Show one bar, or none."""
        shown = next((bar for bar in self._bars if bar.wanted), None)
        for bar in self._bars:
            bar.setVisible(bar is shown)
        self.setVisible(shown is not None)
