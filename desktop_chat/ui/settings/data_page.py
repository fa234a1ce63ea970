"""The data page: storage, backups, trash, and trusted sites."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_chat.core.errors import StoreError
from desktop_chat.core.library_events import LibraryEvent
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.snapshots import MAX_BYTES, size_of
from desktop_chat.ui.context import Context
from desktop_chat.ui.settings.setting_rows import PreferencesPage, SettingsPage
from desktop_chat.ui.text.attachment_summary import size_text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import NO_MARGINS, row_of
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

_BREAK = "\N{ZERO WIDTH SPACE}"


class DataPage(PreferencesPage):
    """Also says that keys are stored elsewhere."""

    trash_shown = Signal()
    restore_shown = Signal()
    backup_shown = Signal()
    import_shown = Signal()

    def __init__(self, context: Context, data_folder: Path) -> None:
        preferences, library = context.preferences, context.library
        super().__init__(preferences, context.theme, lambda: tr("Data"))
        self._context = context
        self._library = library
        self._space = 0
        """Bytes that snapshots take."""
        self._folder = data_folder
        self.open_button, self.trash_button = QPushButton(), QPushButton()
        self.restore_button, self.backup_button, self.import_button = QPushButton(), QPushButton(), QPushButton()
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
            self._snapshots_text,
            lambda: {
                "hourly": tr("Every hour"),
                "daily": tr("Every day"),
                "weekly": tr("Every week"),
                "never": tr("Never"),
            },
        )
        self.add_row(lambda: tr("Restore"), lambda: tr("Adds what is missing from a backup."), self.restore_button)
        self.add_row(
            lambda: tr("Backup file"),
            lambda: tr("Everything in one file, to keep elsewhere or to take to another computer."),
            self.backup_button,
        )
        self.add_row(
            lambda: tr("Import"),
            lambda: tr("Adds conversations of ChatGPT, Claude and other programs."),
            self.import_button,
        )
        self.add_choice(
            "warn_of_keys",
            lambda: tr("Keys in messages"),
            lambda: tr("What happens when a message seems to contain a secret key."),
            lambda: {True: tr("Warn first"), False: tr("Don't warn")},
        )
        self.add_choice(
            "keep_requests",
            lambda: tr("Record of requests"),
            lambda: tr(
                "For the request inspector: what was sent and what came back, without keys. On disk, it is removed "
                "with its conversation, and after 30 days."
            ),
            lambda: {False: tr("In memory only"), True: tr("On disk")},
        )
        self._sites = TrustedSites(self, preferences)
        self.rows.addStretch()
        self.restore_button.clicked.connect(self.restore_shown)
        self.backup_button.clicked.connect(self.backup_shown)
        self.import_button.clicked.connect(self.import_shown)
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
        self.backup_button.setText(tr("Back up..."))
        self.import_button.setText(tr("Import..."))
        self._place.setAccessibleName(tr("Folder"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        start_for(self, self._context.tasks, self._measure(), "measure the snapshots")

    async def _measure(self) -> None:
        with suppress(StoreError):  # nothing is said of them
            self._space = size_of(await self._context.snapshots.all())
            self.retranslate()

    def _follow(self, _event: LibraryEvent) -> None:
        self.retranslate()

    def _snapshots_text(self) -> str:
        words = tr(
            "Made while you work and kept for up to eight weeks. What you delete forever stays in backups until then."
        )
        if not self._space:
            return words
        if self._space <= MAX_BYTES:
            return tr("{a} {b}", a=words, b=tr("They take {size}.", size=size_text(self._space)))
        more = tr(
            "The newest alone takes {size}, more than the {limit} that all together may take, so it is the only one "
            "kept. Delete forever what you no longer need, or keep backup files elsewhere.",
            size=_megabytes(self._space),
            limit=_megabytes(MAX_BYTES),
        )
        return tr("{a} {b}", a=words, b=more)

    def _trash_text(self) -> str:
        count = len(self._library.trashed())
        return tr("%n conversation(s)", n=count) if count else tr("The trash is empty.")

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))


def _megabytes(size: int) -> str:
    """Return a size that can be told from one that is almost the same."""
    return f"{-(-size // 1024**2):,} MB"


class TrustedSites:
    """A row of the page, with a line for each site and its Remove button below."""

    def __init__(self, page: SettingsPage, preferences: Preferences) -> None:
        self._page = page
        self._preferences = preferences
        self._lines: dict[str, SiteLine] = {}
        page.add_row(lambda: tr("Links"), self._hint)
        self._column = QVBoxLayout()
        page.rows.addLayout(self._column)
        page.destroyed.connect(preferences.changed.add(self._follow))
        self._show(preferences.settings.trusted_sites)

    def retranslate(self) -> None:
        """Update the texts; the page updates the row's."""
        for line in self._lines.values():
            line.retranslate()

    def _hint(self) -> str:
        if self._preferences.settings.trusted_sites:
            return tr("Links to these sites open without asking.")
        return tr("Before a link opens, you see its address and can choose to trust the site.")

    def _follow(self, settings: Settings) -> None:
        if settings.trusted_sites != tuple(self._lines):
            self._show(settings.trusted_sites)
            self._page.retranslate()

    def _show(self, sites: tuple[str, ...]) -> None:
        for site in [known for known in self._lines if known not in sites]:
            line = self._lines.pop(site)
            line.hide()  # before its removal, so that the focus moves to the next widget
            self._column.removeWidget(line)
            line.deleteLater()
        for site in sites:
            if site not in self._lines:
                self._lines[site] = line = SiteLine(site)
                line.remove_button.clicked.connect(partial(self._preferences.stop_trusting_site, site))
                self._column.addWidget(line)


class SiteLine(QWidget):
    """A host and its Remove button."""

    def __init__(self, site: str) -> None:
        super().__init__()
        self._site = site
        self.name = WrappedLabel(site.replace(".", f".{_BREAK}"))
        self.name.setAccessibleName(site)
        self.remove_button = QPushButton()
        self.setLayout(row_of(self.name, self.remove_button, grow=(self.name,), margins=NO_MARGINS))
        self.retranslate()

    def retranslate(self) -> None:
        self.remove_button.setText(tr("Remove"))
        self.remove_button.setAccessibleName(tr("Remove {name}", name=self._site))
