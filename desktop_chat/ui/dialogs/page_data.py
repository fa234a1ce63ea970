"""Says where everything is kept, and leads to the trash."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from desktop_chat.core.events import LibraryEvent
from desktop_chat.core.library import Library
from desktop_chat.ui.dialogs.setting_rows import SettingsPage
from desktop_chat.ui.i18n import tr
from desktop_chat.ui.theme import Theme


class DataPage(SettingsPage):
    """Nothing here is changed; keys are elsewhere, and it says so."""

    trash_shown = Signal()

    def __init__(self, library: Library, data_folder: Path, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, lambda: tr("Data"), parent)
        self._library = library
        self._folder = data_folder
        self.open_button, self.trash_button = QPushButton(), QPushButton()
        self._place = QLabel(str(data_folder))
        self._place.setWordWrap(True)
        self._place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add_row(
            lambda: tr("Conversations and settings"),
            lambda: tr("All on this computer. Keys are not among them: they are in the keyring."),
            self.open_button,
        )
        self.rows.addWidget(self._place)
        self.add_row(lambda: tr("Trash"), self._trash_text, self.trash_button)
        self.rows.addStretch()
        self.open_button.clicked.connect(self._open_folder)
        self.trash_button.clicked.connect(self.trash_shown)
        self.destroyed.connect(library.events.add(self._follow))
        self.retranslate()

    def retranslate(self) -> None:
        super().retranslate()
        self.open_button.setText(tr("Open folder"))
        self.trash_button.setText(tr("Open the trash"))
        self._place.setAccessibleName(tr("Folder"))

    def _follow(self, _event: LibraryEvent) -> None:
        self.retranslate()

    def _trash_text(self) -> str:
        count = len(self._library.trashed())
        return tr("%n conversation(s)", n=count) if count else tr("The trash is empty.")

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))
