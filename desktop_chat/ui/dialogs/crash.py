"""Reports a bug or an unexpected exit, with details to copy; the application keeps running."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QLabel, QPlainTextEdit, QPushButton, QWidget

from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import column_of, row_of
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.screen_geometry import resize_on_screen


class CrashDialog(Retranslated, QDialog):
    """Shows the details unchanged; the caller must have removed any keys."""

    def __init__(self, theme: Theme, details: str, log_folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._folder = log_folder
        self._heading, self._text = QLabel(), QLabel()
        self.details = QPlainTextEdit(details)
        self.folder_button, self.copy_button, self.close_button = QPushButton(), QPushButton(), QPushButton()
        self._lay_out()
        self.folder_button.clicked.connect(self._open_folder)
        self.copy_button.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.accept)
        self.retranslate()

    def retranslate(self) -> None:
        heading, text = self.words()
        self.setWindowTitle(heading)
        self._heading.setText(heading)
        self._text.setText(text)
        self.setAccessibleDescription(text)
        self.details.setAccessibleName(tr("Details"))
        self.folder_button.setText(tr("Open log folder"))
        self.copy_button.setText(tr("Copy details"))
        self.close_button.setText(tr("Close"))

    def words(self) -> tuple[str, str]:
        """Return the heading, and what it means for the user."""
        return (
            tr("Something went wrong"),
            tr("This is a bug in Desktop Chat, not your mistake. You can keep working, and what you wrote is kept."),
        )

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))

    def _lay_out(self) -> None:
        px = self._theme.px
        self._heading.setProperty("heading", 2)
        self._text.setWordWrap(True)
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setFont(self._theme.code_font())
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.folder_button.setProperty("flat", True)
        buttons = row_of(self.folder_button, None, self.copy_button, self.close_button, spacing=px(8))
        items = (self._heading, self._text, self.details, buttons)
        margins = (px(24), px(20), px(24), px(20))
        self.setLayout(column_of(*items, grow=(self.details,), spacing=px(12), margins=margins))
        self.close_button.setDefault(True)
        self.close_button.setFocus()
        resize_on_screen(self, QSize(px(620), px(400)))


class UnexpectedExitDialog(CrashDialog):
    """The report of a run that ended unexpectedly."""

    def words(self) -> tuple[str, str]:
        return (
            tr("Desktop Chat quit unexpectedly"),
            tr("This report contains neither your keys nor anything you wrote."),
        )
