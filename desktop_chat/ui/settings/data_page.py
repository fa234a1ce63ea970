"""The data page: where everything is stored, how often backups are made, and links to trash and restore."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from desktop_chat.core.library import Library
from desktop_chat.core.library_events import LibraryEvent
from desktop_chat.core.settings import Preferences
from desktop_chat.ui.settings.setting_rows import PreferencesPage
from desktop_chat.ui.settings.trusted_sites import TrustedSites
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr


class DataPage(PreferencesPage):
    """Also says that keys are stored elsewhere."""

    trash_shown = Signal()
    restore_shown = Signal()

    def __init__(
        self,
        library: Library,
        preferences: Preferences,
        data_folder: Path,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(preferences, theme, lambda: tr("Data"), parent)
        self._library = library
        self._folder = data_folder
        self.open_button, self.trash_button, self.restore_button = QPushButton(), QPushButton(), QPushButton()
        self._place = QLabel(str(data_folder))
        self._place.setWordWrap(True)
        self._place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add_row(
            lambda: tr("Conversations and settings"),
            lambda: tr("Everything is stored on this computer. Keys are kept separately, in the keyring."),
            self.open_button,
        )
        self.rows.addWidget(self._place)
        self.add_row(lambda: tr("Trash"), self._trash_text, self.trash_button)
        self.add_choice(
            "snapshots",
            lambda: tr("Conversation backups"),
            lambda: tr(
                "Made while you work and kept for up to eight weeks. What you delete forever stays in backups "
                "until then."
            ),
            lambda: {
                "hourly": tr("Every hour"),
                "daily": tr("Every day"),
                "weekly": tr("Every week"),
                "never": tr("Never"),
            },
        )
        self.add_row(lambda: tr("Restore"), lambda: tr("Adds what is missing from a backup."), self.restore_button)
        self.add_choice(
            "warn_of_keys",
            lambda: tr("Keys in messages"),
            lambda: tr("What happens when a message seems to contain a secret key."),
            lambda: {True: tr("Warn first"), False: tr("Don't warn")},
        )
        self._sites = TrustedSites(self, preferences)
        self.rows.addStretch()
        self.restore_button.clicked.connect(self.restore_shown)
        self.open_button.clicked.connect(self._open_folder)
        self.trash_button.clicked.connect(self.trash_shown)
        self.destroyed.connect(library.events.add(self._follow))
        self.retranslate()

    def retranslate(self) -> None:
        super().retranslate()
        self._sites.retranslate()
        self.open_button.setText(tr("Open folder"))
        self.trash_button.setText(tr("Open trash"))
        self.restore_button.setText(tr("Restore..."))
        self._place.setAccessibleName(tr("Folder"))

    def _follow(self, _event: LibraryEvent) -> None:
        self.retranslate()

    def _trash_text(self) -> str:
        count = len(self._library.trashed())
        return tr("%n conversation(s)", n=count) if count else tr("The trash is empty.")

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))
