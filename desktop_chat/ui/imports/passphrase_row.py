"""A row that asks for the passphrase of an encrypted backup."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPushButton, QWidget

from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import NO_MARGINS, row_of
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit
from desktop_chat.ui.widgets.retranslation import Retranslated


class PassphraseRow(Retranslated, QWidget):
    """Hidden until it is needed. The passphrase stays in its field until another file is chosen or the dialog is
    closed, and nowhere else."""

    entered = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._label = QLabel()
        self.line = ImeLineEdit()
        self.show_characters = QCheckBox()
        self.open_button = QPushButton()
        self.open_button.setAutoDefault(False)
        self._label.setBuddy(self.line)
        self._show_characters(False)
        self.show_characters.toggled.connect(self._show_characters)
        self.line.returnPressed.connect(self._enter)
        self.open_button.clicked.connect(self._enter)
        items = (self._label, self.line, self.show_characters, self.open_button)
        self.setLayout(row_of(*items, grow=(self.line,), spacing=theme.px(8), margins=NO_MARGINS))
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        self._label.setText(tr("Passphrase"))
        self.line.setAccessibleName(tr("Passphrase"))
        self.show_characters.setText(tr("Show passphrase"))
        self.open_button.setText(tr("Open"))

    def ask(self) -> None:
        """Ask for the passphrase, or for another one."""
        self.show()
        self.line.setFocus()
        self.line.selectAll()

    def forget(self) -> None:
        """Forget the passphrase, and hide."""
        self.line.clear()
        self.hide()

    def _enter(self) -> None:
        if self.line.text():
            self.entered.emit()

    def _show_characters(self, shown: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
