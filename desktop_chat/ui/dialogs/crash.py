"""Tells of a bug without ending anything: what is known of it, to be copied, and that the window goes on."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop_chat.ui.i18n import tr
from desktop_chat.ui.theme import Theme


class CrashDialog(QDialog):
    """The details are shown as they are; whoever hands them in has taken the keys out."""

    def __init__(self, theme: Theme, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._heading, self._text = QLabel(), QLabel()
        self.details = QPlainTextEdit(details)
        self.copy_button, self.close_button = QPushButton(), QPushButton()
        self._lay_out()
        self.copy_button.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.accept)
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Something went wrong"))
        self._heading.setText(tr("Something went wrong"))
        self._text.setText(
            tr("This is a fault of the program, not of yours. The window goes on, and what you wrote is kept.")
        )
        self.details.setAccessibleName(tr("Details"))
        self.copy_button.setText(tr("Copy details"))
        self.close_button.setText(tr("Close"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())

    def _lay_out(self) -> None:
        px = self._theme.px
        self._heading.setProperty("heading", 2)
        self._text.setWordWrap(True)
        self.details.setReadOnly(True)
        self.details.setFont(self._theme.code_font())
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        buttons.addStretch()
        buttons.addWidget(self.copy_button)
        buttons.addWidget(self.close_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(px(24), px(20), px(24), px(20))
        rows.setSpacing(px(12))
        rows.addWidget(self._heading)
        rows.addWidget(self._text)
        rows.addWidget(self.details, 1)
        rows.addLayout(buttons)
        self.close_button.setDefault(True)
        self.close_button.setFocus()
        self.resize(px(620), px(400))
