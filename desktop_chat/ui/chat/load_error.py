"""The card in a tab whose conversation could not be loaded."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_chat.core.errors import ChatError
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import column_of
from desktop_chat.ui.widgets.icon_view import IconView
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel


class LoadErrorCard(Retranslated, QWidget):
    """One sentence about the error, and a Retry button."""

    retried = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._error: ChatError | None = None
        self._icon, self._title, self._text = IconView(), QLabel(), WrappedLabel()
        self._title.setProperty("heading", 3)
        self._text.setWordWrap(True)
        self.again_button = QPushButton()
        self.again_button.setProperty("primary", True)
        self.again_button.clicked.connect(self.retried)
        self._lay_out()
        self.retranslate()
        self._fit()
        theme.changed.connect(self._fit)

    def show_error(self, error: ChatError) -> None:
        """Show this error."""
        self._error = error
        self.retranslate()
        self.again_button.setFocus()

    def retranslate(self) -> None:
        self._title.setText(tr("Could not open this conversation"))
        self._text.setText(sentence(self._error) if self._error is not None else "")
        self._text.setToolTip(self._error.detail if self._error is not None else "")
        self.again_button.setText(tr("Retry"))
        self.setAccessibleName(self._title.text())
        self.setAccessibleDescription(self._text.text())

    def _lay_out(self) -> None:
        self._card = QFrame()
        self._card.setProperty("card", "danger")
        self._words = column_of(self._title, self._text)
        self._words.addWidget(self.again_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._row = QHBoxLayout(self._card)
        self._row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(self._words, 1)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(self._card, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def _fit(self) -> None:
        px = self._theme.px
        self._icon.show_icon(icon("error", "danger"), px(22))
        self._card.setFixedWidth(px(440))
        self._row.setContentsMargins(px(18), px(16), px(18), px(16))
        self._row.setSpacing(px(12))
        self._words.setSpacing(px(8))
