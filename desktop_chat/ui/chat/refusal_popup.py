"""Asks what the model is told about a refused tool call."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import fill, row_of
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit
from desktop_chat.ui.widgets.popup import Popup
from desktop_chat.ui.widgets.retranslation import Retranslated

_WIDTH = 340
_MOST = 1_000
"""Characters that the model is told."""


class RefusalPopup(Retranslated, Popup):
    """Enter refuses, with or without words; Escape leaves the call waiting."""

    refused = Signal(str)
    """The words for the model; may be empty."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.words = ImeLineEdit()
        self.words.setMaxLength(_MOST)
        self._title = QLabel()
        self.button = QPushButton()
        self.button.setProperty("primary", True)
        self.words.returnPressed.connect(self._refuse)
        self.button.clicked.connect(self._refuse)
        px, rows = theme.px, QVBoxLayout(self)
        fill(rows, self._title, self.words, row_of(self.button), spacing=px(8), margins=(px(16),) * 4)
        self.retranslate()

    def wanted_size(self) -> QSize:
        return QSize(self.theme.px(_WIDTH), super().wanted_size().height())

    def ask_at(self, anchor: QWidget) -> None:
        """Open beside a widget, with the focus in the field."""
        self.open_at(anchor)
        self.words.setFocus()

    def retranslate(self) -> None:
        self._title.setText(tr("Refuse this call"))
        self.words.setPlaceholderText(tr("Tell the model why (optional)"))
        self.words.setAccessibleName(tr("Tell the model why (optional)"))
        self.button.setText(tr("Refuse"))
        self.setAccessibleName(tr("Refuse this call"))

    def _refuse(self) -> None:
        self.refused.emit(self.words.text())
        self.close()
