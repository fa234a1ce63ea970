"""The totals of a period, each in a card: requests, tokens in both directions, and cost."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QWidget

from desktop_chat.core.usage_ledger import UsageSum
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text import usage_text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import column_of
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

_NARROW = 720
"""Pixels at zoom 1 below which two cards are beside each other instead of four."""


class Tile(QFrame):
    """A name, a number, and what else is to be said of it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.name, self.value, self.note = QLabel(), WrappedLabel(), WrappedLabel()
        self.value.setProperty("heading", 2)
        for label in (self.name, self.note):
            label.setProperty("muted", True)
        px = theme.px
        margins = (px(14), px(10), px(14), px(10))
        self.setLayout(column_of(self.name, self.value, self.note, None, spacing=px(2), margins=margins))

    def show_words(self, name: str, value: str, note: str) -> None:
        """Show other words; a screen reader hears them together."""
        self.name.setText(name)
        self.value.setText(value)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.setAccessibleName(tr("{name}: {value}", name=name, value=value))


class Tiles(QWidget):
    """Four cards, or two rows of two where the window is narrow."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._tiles = [Tile(theme) for _ in range(4)]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.px(12))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.arrange(_NARROW)

    def show_total(self, total: UsageSum) -> None:
        """Show the total of a period."""
        number = QLocale().toString
        requests, sent, received, money = self._tiles
        missing = tr("%n request(s) with tokens that were not counted", n=total.uncounted) if total.uncounted else ""
        requests.show_words(tr("Requests"), number(total.requests), missing)
        cached = tr("{count} of them cached", count=number(total.cached_tokens)) if total.cached_tokens else ""
        sent.show_words(tr("Input tokens"), number(total.prompt_tokens), cached)
        thought = tr("{count} of them reasoning", count=number(total.reasoning_tokens))
        received.show_words(
            tr("Output tokens"), number(total.completion_tokens), thought if total.reasoning_tokens else ""
        )
        unpriced = tr("%n request(s) of unknown price", n=total.unpriced) if total.unpriced else ""
        money.show_words(tr("Cost"), usage_text.cost_lines(total) or tr("nothing"), unpriced)

    def arrange(self, width: int) -> None:
        """Arrange the cards for the width of the window."""
        columns = 4 if width >= self._theme.px(_NARROW) else 2
        for place, tile in enumerate(self._tiles):
            self._grid.addWidget(tile, place // columns, place % columns)
        for column in range(4):
            self._grid.setColumnStretch(column, int(column < columns))
