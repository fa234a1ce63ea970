"""A read-only view of text as it was sent, which stays quick with long lines."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr

MAX_SHOWN = 200_000
"""Characters that are shown."""
_LONGEST_LINE = 2_000
"""Characters after which a line is broken: longer ones take long to lay out."""
_LONG = re.compile(rf"([^\n]{{{_LONGEST_LINE}}})(?!\n)")


def break_long_lines(text: str) -> str:
    """Return a text with lines of at most _LONGEST_LINE characters."""
    return _LONG.sub(r"\1\n", text)


class SourceView(QPlainTextEdit):
    """Shows text in the code font. What is too long is cut, and says so."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown = ""
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setProperty("flat", True)
        theme.changed.connect(self._style)
        self._style()

    def show_text(self, text: str) -> None:
        """Show a text from its beginning; the place that is read stays if it is the same or only grew."""
        shown = break_long_lines(text[:MAX_SHOWN])
        if len(text) > MAX_SHOWN:
            cut = tr("Only the beginning is shown. Copies and the HAR file have all of it.")
            shown = f"{shown}\n\n… {cut}"
        if shown == self._shown:
            return
        place = self.verticalScrollBar().value() if shown.startswith(self._shown) and self._shown else 0
        self._shown = shown
        self.setPlainText(shown)
        self.verticalScrollBar().setValue(place)

    def _style(self) -> None:
        self.setFont(self._theme.code_font())
        self.document().setDocumentMargin(self._theme.px(12))
