"""Lists the sites whose links open without confirmation, with a button to remove each."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.ui.settings.setting_rows import SettingsPage
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

_BREAK = "\N{ZERO WIDTH SPACE}"


class TrustedSites:
    """A row of the page, with a line for each site and its Remove button below."""

    def __init__(self, page: SettingsPage, preferences: Preferences) -> None:
        self._page = page
        self._preferences = preferences
        self._lines: dict[str, SiteLine] = {}
        page.add_row(lambda: tr("Links"), self._hint)
        self._column = QVBoxLayout()
        page.rows.addLayout(self._column)
        page.destroyed.connect(preferences.changed.add(self._on_settings_changed))
        self._show(preferences.settings.trusted_sites)

    def retranslate(self) -> None:
        """Update the texts; the page updates the row's."""
        for line in self._lines.values():
            line.retranslate()

    def _hint(self) -> str:
        if self._preferences.settings.trusted_sites:
            return tr("Links to these sites open without asking.")
        return tr("Before a link opens, you see its address and can choose to trust the site.")

    def _on_settings_changed(self, settings: Settings) -> None:
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

    def __init__(self, site: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._site = site
        self.name = WrappedLabel(site.replace(".", f".{_BREAK}"))
        self.name.setAccessibleName(site)
        self.remove_button = QPushButton()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.name, 1)
        line.addWidget(self.remove_button)
        self.retranslate()

    def retranslate(self) -> None:
        self.remove_button.setText(tr("Remove"))
        self.remove_button.setAccessibleName(tr("Remove {name}", name=self._site))
