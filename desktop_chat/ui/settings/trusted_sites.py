"""Lists the sites whose links open without a question, so that each can be taken back."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.ui.settings.setting_rows import SettingsPage
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

_BREAK = "\N{ZERO WIDTH SPACE}"


class TrustedSites:
    """A row of the page, and below it a line for each site with a button that removes it."""

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
        """Follow the language; the page says the rest."""
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
            line.hide()  # while it still has its place, so that the keyboard goes to what comes next
            self._column.removeWidget(line)
            line.deleteLater()
        for site in sites:
            if site not in self._lines:
                self._lines[site] = line = SiteLine(site)
                line.remove_button.clicked.connect(partial(self._preferences.stop_trusting_site, site))
                self._column.addWidget(line)


class SiteLine(QWidget):
    """A host and its button."""

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
