"""A line of words that says how something goes; it follows the language, and screen readers hear what is news."""

from __future__ import annotations

from collections.abc import Callable

from desktop_chat.ui.style.theme import restyle
from desktop_chat.ui.widgets.announcements import announce
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

Words = Callable[[], str]
"""Words in the language of the moment."""


class StatusLabel(Retranslated, WrappedLabel):
    """Its accessible name is what it says."""

    def __init__(self, words: Words = str) -> None:
        super().__init__()
        self._words = words
        self.retranslate()

    def retranslate(self) -> None:
        self.setText(self._words())
        self.setAccessibleName(self.text())

    def show_words(self, words: Words) -> None:
        """Show words without announcing them, such as how far something is."""
        self._words = words
        self.retranslate()

    def say(self, words: Words, *, danger: bool = False) -> None:
        """Show and announce words; `danger` shows them as a failure."""
        self.show_words(words)
        if bool(self.property("danger")) is not danger:
            self.setProperty("danger", danger)
            restyle(self)
        if self.text():
            announce(self, self.text())
